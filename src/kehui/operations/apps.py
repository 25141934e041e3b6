from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "kehui.operations"
    label = "operations"
    verbose_name = "运营"
