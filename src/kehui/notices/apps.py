from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "kehui.notices"
    label = "notices"
    verbose_name = "消息"
