from django.apps import AppConfig


class MarketConfig(AppConfig):
    name = "kehui.market"
    label = "market"
    verbose_name = "市场"
