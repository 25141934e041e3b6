from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "kehui.deals"
    label = "deals"
    verbose_name = "对接与合同"
