from django.apps import AppConfig


class HooksConfig(AppConfig):
    name = "kehui.hooks"
    label = "hooks"
    verbose_name = "事件回调"
