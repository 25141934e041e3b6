from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "kehui.matching"
    label = "matching"
    verbose_name = "匹配"
