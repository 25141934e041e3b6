from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MarketConfig(AppConfig):
    name = "kehui.market"
    label = "market"
    verbose_name = "市场"

    def ready(self) -> None:
        post_migrate.connect(_load_categories, sender=self)


def _load_categories(**_: Any) -> None:
    """Hold the rows to the list after every migration; a flushed test database needs it too."""
    from kehui.market.services.categories import load_categories

    load_categories()
