"""Give several regions one name for a time."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, names, regions
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.people import policies
from kehui.people.facts import RegionGroupNamed
from kehui.people.models import Person, RegionGroup
from kehui.people.services.centers import NotYourCenter

NAME_LENGTH = 40
FEWEST = 2


class RegionGroupMalformed(Refused):
    code = "REGION_GROUP_FORM"
    message = _("地区组要有不超过 40 字的名称和至少两个地区，止期晚于起期。")
    message_en = (
        "A group has a name of at most 40 characters, two regions or more, and ends after it "
        "begins."
    )


@transaction.atomic
def name_region_group(
    *,
    name: str,
    places: Sequence[str],
    valid_from: date,
    valid_until: date | None,
    by: Person,
    at: datetime,
) -> RegionGroup:
    """Give several regions one name for a time; records RegionGroupNamed.

    Raises:
        NotYourCenter: `by` may not open centers in each of them.
        RegionUnknown, RegionAmbiguous: one of them is not the code of a place.
        RegionGroupMalformed: no name, one region, or it ends before it begins.
    """
    today, tidy = dates.day_of(at), names.tidy(name)
    codes = list(dict.fromkeys(regions.parse(each, on=today, field="regions") for each in places))
    is_named = 1 <= len(tidy) <= NAME_LENGTH
    if (
        not is_named
        or len(codes) < FEWEST
        or (valid_until is not None and valid_until <= valid_from)
    ):
        raise RegionGroupMalformed
    if not all(policies.may_open_center(by, code, today=today) for code in codes):
        raise NotYourCenter
    group = RegionGroup.objects.create(
        name=tidy, regions=codes, valid_from=valid_from, valid_until=valid_until
    )
    record(RegionGroupNamed(group=group.pk, regions=tuple(codes)), actor=by.pk, at=at)
    return group
