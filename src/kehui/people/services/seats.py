"""Give seats and take them back."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.people import policies
from kehui.people.facts import SeatEnded, SeatGranted
from kehui.people.models import SEPARATED, Account, Organization, Person, Seat


class OutOfScope(Refused):
    code = "SCOPE"
    message = _("你无权办理这个席位。请联系平台运营人员。")
    message_en = "You may not give or end this seat. Please ask an operator of the platform."
    status = 403


class NoSeat(Refused):
    code = "NO_SEAT"
    message = _("你没有这家单位的经办席位。请联系该单位的经办人为你开通。")
    message_en = "You have no agent's seat of this organization. Please ask one of its agents."
    status = 403


class SeatExists(Refused):
    code = "SEAT_EXISTS"
    message = _("此人已有这个席位。")
    message_en = "This person holds this seat already."
    status = 409


class SeatOver(Refused):
    code = "SEAT_OVER"
    message = _("这个席位已经结束。")
    message_en = "This seat has ended already."
    status = 409


class RolesSeparated(Refused):
    """System, security and audit administration in one hand, or the same one twice."""

    code = "ROLE_SEPARATION"
    message = _(
        "系统、安全、审计三类管理员必须由不同的人担任，代理也不行。此人在这段时间已有其中一个席位。"
    )
    message_en = (
        "System, security and audit administrators are three different persons, as substitutes "
        "too. This person has one of these seats at that time."
    )
    status = 409


class SeatRevoked(Refused):
    code = "SEAT_REVOKED"
    message = _("你的席位刚刚结束，这一步没有办成，已填的内容没有保存。请联系为你开通席位的人。")
    message_en = (
        "Your seat has just ended: this was not done, and what you filled in was not kept. "
        "Please ask who gave you the seat."
    )
    status = 403


class SubstituteMisplaced(Refused):
    code = "SUBSTITUTE_FORM"
    message = _("代理席位要写明最后一天，不晚于原席位，且不能代理自己或代理的代理。")
    message_en = (
        "A substitute's seat has a last day, no later than the seat's; nobody stands in for "
        "oneself or for a substitute."
    )
    field = "valid_until"


@transaction.atomic
def grant_seat(
    *,
    person: Person,
    role: Seat.Role,
    organization: Organization | None,
    region: str,
    by: Person | None,
    at: datetime,
    valid_until: date | None = None,
) -> Seat:
    """Give the person the seat from today on, and record SeatGranted.

    `by` is None where the platform itself acts: the first seat of an
    organization, the first operator of an instance.

    Raises:
        OutOfScope: `by` may not grant this seat.
        SeatExists: the person holds it.
        RolesSeparated: the person has one of the three administrators' seats, and this is one.
    """
    today = dates.day_of(at)
    if by is not None and not policies.may_grant(by, role, organization, region, today=today):
        raise OutOfScope
    seat = Seat(
        person=person,
        role=role,
        organization=organization,
        region_id=region,
        valid_from=today,
        valid_until=valid_until,
    )
    return _seat(seat, by=by, at=at)


@transaction.atomic
def appoint_substitute(
    *, seat: Seat, person: Person, by: Person, at: datetime, valid_until: date
) -> Seat:
    """Let the person stand in for who sits there, from today on; records SeatGranted.

    The substitute's seat is of the same kind and for the same place; it ends with the seat, at the
    latest. `valid_until` is the first day without it.

    Raises:
        OutOfScope: `by` may not grant such a seat.
        SeatOver: the seat has ended, perhaps a moment ago.
        SubstituteMisplaced: for too long, or for oneself, or for a substitute.
        SeatExists, RolesSeparated: as grant_seat.
    """
    seat = _locked(seat)
    today, role = dates.day_of(at), Seat.Role(seat.role)
    if not policies.may_grant(by, role, seat.organization, seat.region_id, today=today):
        raise OutOfScope
    if seat.valid_until is not None and seat.valid_until <= today:
        raise SeatOver
    is_late = seat.valid_until is not None and valid_until > seat.valid_until
    is_chained = seat.stands_in_for_id is not None or seat.person_id == person.pk
    if is_late or is_chained or valid_until <= today:
        raise SubstituteMisplaced
    substitute = Seat(
        person=person,
        role=seat.role,
        organization=seat.organization,
        region_id=seat.region_id,
        valid_from=today,
        valid_until=valid_until,
        stands_in_for=seat,
    )
    return _seat(substitute, by=by, at=at)


def _seat(seat: Seat, *, by: Person | None, at: datetime) -> Seat:
    seat = _give(seat)
    record(
        SeatGranted(
            seat=seat.pk,
            person=seat.person_id,
            organization=seat.organization_id,
            role=str(seat.role),
            region=seat.region_id,
        ),
        actor=by.pk if by else None,
        at=at,
    )
    return seat


def _give(seat: Seat) -> Seat:
    """Save it unless the person holds it, or will from some day on."""
    Person.objects.select_for_update().get(pk=seat.person_id)
    held = Seat.objects.valid_on(seat.valid_from).filter(
        person=seat.person_id,
        role=seat.role,
        organization=seat.organization_id,
        region=seat.region_id,
    )
    if held.exists():
        raise SeatExists
    if seat.role in SEPARATED and _has_one_of_the_three(seat):
        raise RolesSeparated
    try:
        with transaction.atomic():
            seat.save(force_insert=True)
    except IntegrityError as error:  # an open seat that has yet to begin
        if "one_open_seat_of_a_kind" not in str(error):
            raise
        raise SeatExists from None
    return seat


def _has_one_of_the_three(seat: Seat) -> bool:
    """Say whether the person sits on one of them on a day of this seat; the person is locked."""
    others = Seat.objects.filter(person=seat.person_id, role__in=SEPARATED).filter(
        Q(valid_until=None) | Q(valid_until__gt=Greatest("valid_from", Value(seat.valid_from)))
    )
    if seat.valid_until is not None:
        others = others.filter(valid_from__lt=seat.valid_until)
    return others.exists()


def _locked(seat: Seat) -> Seat:
    return (
        Seat.objects.select_for_update(of=("self",)).select_related("organization").get(pk=seat.pk)
    )


@transaction.atomic
def end_seat(*, seat: Seat, by: Person, at: datetime) -> Seat:
    """Take the seat back at once, and those of its substitutes; each records SeatEnded.

    Raises:
        OutOfScope: `by` may not end it.
        SeatOver: it ended before, perhaps a moment ago.
    """
    seat = _locked(seat)
    today = dates.day_of(at)
    if not policies.may_end(by, seat, today=today):
        raise OutOfScope
    if seat.valid_until is not None and seat.valid_until <= today:
        raise SeatOver

    substitutes = Seat.objects.select_for_update().filter(stands_in_for=seat, valid_until__gt=today)
    for each in [seat, *substitutes.order_by("pk")]:
        _end(each, by=by, at=at)
    return seat


def _end(seat: Seat, *, by: Person, at: datetime) -> None:
    seat.valid_until = max(dates.day_of(at), seat.valid_from)
    seat.save(update_fields=["valid_until"])
    if seat.organization_id is not None:
        Account.objects.filter(person=seat.person_id, acting_for=seat.organization_id).update(
            acting_for=None
        )
    record(
        SeatEnded(
            seat=seat.pk,
            person=seat.person_id,
            organization=seat.organization_id,
            role=seat.role,
        ),
        actor=by.pk,
        at=at,
    )
