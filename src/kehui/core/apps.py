from typing import Any

from django.apps import AppConfig
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "kehui.core"
    label = "core"
    verbose_name = "基础"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_load_regions, sender=self)


def _load_regions(*, apps: Apps | None = None, **_: Any) -> None:
    """Hold the rows to the list after every migration; a flushed test database needs it too.

    Not a data migration: that would freeze the list of its day, and a flush would lose it.
    """
    from kehui.core.services import load_regions

    if apps is None or "region" in apps.all_models["core"]:  # not after `migrate core zero`
        load_regions()
