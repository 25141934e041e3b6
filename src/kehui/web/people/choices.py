"""Lists to choose from: places by city, kinds of organizations."""

from datetime import date
from functools import lru_cache

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from kehui.core import regions

Options = list[tuple[str, str]]
Grouped = list[tuple[str, str | Options]]


def places() -> Grouped:
    """Return the counties of our province under their cities, then the other provinces."""
    groups = _places(settings.REGION, timezone.localdate())
    return [("", _("请选择")), *groups, (_("其他省份"), _elsewhere(timezone.localdate()))]


def places_of_seats() -> Grouped:
    """Return our province as a whole, for those who serve all of it, then the places."""
    nothing, *groups = places()
    whole = (settings.REGION, regions.name_of(settings.REGION))
    return [nothing, (_("全省"), [whole]), *groups]


@lru_cache(maxsize=4)
def _places(region: str, day: date) -> Grouped:
    groups: Grouped = []
    for city in regions.children(region, on=day):
        counties = [(each.code, each.name) for each in regions.children(city.code, on=day)]
        groups.append((city.name, [(city.code, city.name), *counties]))
    return groups


@lru_cache(maxsize=4)
def _elsewhere(day: date) -> Options:
    return [
        (each.code, each.name) for each in regions.children(on=day) if each.code != settings.REGION
    ]
