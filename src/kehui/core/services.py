"""Put the national list into rows, and add places of our own."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import names, regions
from kehui.core.errors import Refused
from kehui.core.models import Region

_LISTED = (
    "name",
    "parent_id",
    "level",
    "valid_from",
    "valid_to",
    "replaced_by_id",
    "longitude",
    "latitude",
)


class ParkMisplaced(Refused):
    code = "PARK_MISPLACED"
    message = _("园区应挂在一个有国标代码的地区之下，并至少关联一个区县。")
    message_en = (
        "A park stands under a region with a national code and touches at least one county."
    )


@transaction.atomic
def load_regions() -> int:
    """Write the national list to rows, and return how many are new or changed.

    Running it again changes nothing. A row that the list no longer names stays:
    something may have happened there.
    """
    wanted = {
        place.code: Region(
            code=place.code,
            name=place.name,
            parent_id=place.parent or None,
            level=place.level,
            valid_from=place.valid_from,
            valid_to=place.valid_to,
            replaced_by_id=place.replaced_by or None,
            longitude=place.longitude,
            latitude=place.latitude,
        )
        for place in regions.places().values()
    }
    held = {row["code"]: row for row in Region.objects.values("code", *_LISTED)}
    changed = [
        region
        for code, region in wanted.items()
        if held.get(code) != {name: getattr(region, name) for name in ("code", *_LISTED)}
    ]
    Region.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=_LISTED,
    )
    return len(changed)


@transaction.atomic
def add_park(*, parent: str, name: str, counties: list[str]) -> Region:
    """Add a private node `P-<parent>-<n>` under a region, linked to the counties it touches.

    Raises:
        ParkMisplaced: the parent has no national code, no county is given, or one is not a county.
    """
    above = (
        Region.objects.select_for_update().filter(pk=parent, level__lt=Region.Level.PARK).first()
    )
    touched = Region.objects.filter(pk__in=counties, level=Region.Level.COUNTY)
    if above is None or not counties or len(touched) != len(set(counties)):
        raise ParkMisplaced(field="counties" if above else "parent")
    taken = Region.objects.filter(code__startswith=f"P-{parent}-").values_list("code", flat=True)
    serial = max((int(code.rpartition("-")[2]) for code in taken), default=0) + 1
    park = Region.objects.create(
        code=f"P-{parent}-{serial}",
        name=names.tidy(name),
        parent=above,
        level=Region.Level.PARK,
    )
    park.touches.set(touched)
    return park
