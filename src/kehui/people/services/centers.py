"""Open, describe and close centers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, names, regions
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.people import policies
from kehui.people.facts import CenterChanged, CenterClosed, CenterOpened
from kehui.people.models import Center, Person
from kehui.people.services.seats import SeatRevoked

PLATES = (2, 3)
LONGEST = {"name": 60, "address": 120, "phone": 30}
MOST_ENTRIES = 20  # of departments and of services; each of at most 40 characters
ENTRY_LENGTH = 40


class NotYourCenter(Refused):
    code = "CENTER_SCOPE"
    message = _("这个地区的服务中心不归你管理。请联系上级中心或平台运营人员。")
    message_en = (
        "You do not keep the center of this place. Please ask the center above or an operator."
    )
    status = 403


class CenterExists(Refused):
    code = "CENTER_EXISTS"
    message = _("这个地区已有服务中心，请直接修改它的资料。")
    message_en = "This place has a center already. Please change that one."
    status = 409
    field = "region"


class CenterOver(Refused):
    code = "CENTER_CLOSED"
    message = _("这个服务中心已经停用。")
    message_en = "This center is closed."
    status = 409


class CenterMalformed(Refused):
    code = "CENTER_FORM"
    message = _("请填写名称、地址和电话，挂牌两块或三块，科室和服务各不超过 20 项、每项 40 字。")
    message_en = (
        "Please give name, address and phone, two or three plates, and at most 20 departments and "
        "services of 40 characters each."
    )


@dataclass(frozen=True, kw_only=True)
class CenterProfile:
    """What a center says of itself."""

    name: str
    plates: Sequence[str]
    address: str
    phone: str
    area_m2: int | None = None
    departments: Sequence[str] = ()
    services: Sequence[str] = ()


@transaction.atomic
def open_center(*, region: str, profile: CenterProfile, by: Person, at: datetime) -> Center:
    """Open the center of a region today, and record CenterOpened.

    Raises:
        NotYourCenter: `by` may not open one there.
        RegionUnknown, RegionAmbiguous: not the code of a place (kehui.core.regions).
        CenterMalformed: something is missing or too long.
        CenterExists: the region has one, perhaps since a moment ago.
    """
    today = dates.day_of(at)
    code = regions.parse(region, on=today, field="region")
    if not policies.may_open_center(by, code, today=today):
        raise NotYourCenter
    center = Center(region_id=code, opened_on=today, **_tidy(profile))
    try:
        with transaction.atomic():
            center.save(force_insert=True)
    except IntegrityError as error:
        if "one_open_center_per_region" not in str(error):
            raise
        raise CenterExists from None
    record(CenterOpened(center=center.pk, region=code), actor=by.pk, at=at)
    return center


@transaction.atomic
def describe_center(*, center: Center, profile: CenterProfile, by: Person, at: datetime) -> Center:
    """Change what the center says of itself; records CenterChanged, or nothing when nothing is new.

    Raises:
        NotYourCenter, SeatRevoked: `by` does not keep it, or no longer.
        CenterOver: it is closed.
        CenterMalformed: something is missing or too long.
    """
    center = kept(center, by=by, at=at)
    told = {name: value for name, value in _tidy(profile).items() if getattr(center, name) != value}
    if told:
        for name, value in told.items():
            setattr(center, name, value)
        center.save(update_fields=list(told))
        record(CenterChanged(center=center.pk, fields=tuple(told)), actor=by.pk, at=at)
    return center


@transaction.atomic
def close_center(*, center: Center, by: Person, at: datetime) -> Center:
    """Close it today; the center above serves its place from now on. Records CenterClosed.

    Raises:
        NotYourCenter: `by` may not.
        CenterOver: it is closed, perhaps since a moment ago.
    """
    today = dates.day_of(at)
    center = locked(center)
    if not policies.may_open_center(by, center.region_id, today=today):
        raise NotYourCenter
    center.closed_on = today
    center.save(update_fields=["closed_on"])
    record(CenterClosed(center=center.pk), actor=by.pk, at=at)
    return center


def check_keeper(by: Person, region: str, *, today: date) -> None:
    """Refuse who does not keep the center of the place, and say so when it ended only lately.

    Raises:
        SeatRevoked: the seat ended within the last days.
        NotYourCenter: there was none.
    """
    if policies.may_keep_center(by, region, today=today):
        return
    raise SeatRevoked if policies.kept_lately(by, region, today=today) else NotYourCenter


def kept(center: Center, *, by: Person, at: datetime) -> Center:
    """Return the center locked, to somebody who keeps it.

    Raises:
        SeatRevoked, NotYourCenter: see check_keeper.
        CenterOver: it is closed.
    """
    check_keeper(by, center.region_id, today=dates.day_of(at))
    return locked(center)


def locked(center: Center) -> Center:
    """Return the center as it is now; nobody else changes it till commit.

    Raises:
        CenterOver: it is closed, perhaps since a moment ago.
    """
    center = Center.objects.select_for_update().get(pk=center.pk)
    if center.closed_on is not None:
        raise CenterOver
    return center


def _tidy(profile: CenterProfile) -> dict[str, object]:
    told = {name: names.tidy(getattr(profile, name)) for name in LONGEST}
    lists = {name: _entries(getattr(profile, name)) for name in ("departments", "services")}
    plates = [each for each in Center.Plate.values if each in profile.plates]
    is_whole = (
        all(1 <= len(text) <= LONGEST[name] for name, text in told.items())
        and PLATES[0] <= len(plates) <= PLATES[1]
        and len(plates) == len(set(profile.plates))
        and all(
            len(each) <= MOST_ENTRIES and all(len(one) <= ENTRY_LENGTH for one in each)
            for each in lists.values()
        )
    )
    if not is_whole:
        raise CenterMalformed
    return {**asdict(profile), **told, **lists, "plates": plates}


def _entries(texts: Sequence[str]) -> list[str]:
    return [tidy for each in texts if (tidy := names.tidy(each))]
