from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "kehui.ledger"
    label = "ledger"
    verbose_name = "事件账本"
    default_auto_field = "django.db.models.BigAutoField"
