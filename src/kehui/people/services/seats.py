"""Give seats and take them back."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.people import policies
from kehui.people.facts import SeatEnded, SeatGranted
from kehui.people.models import Account, Organization, Person, Seat


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
    """
    today = dates.day_of(at)
    if by is not None and not policies.may_grant(by, role, organization, today=today):
        raise OutOfScope
    seat = _give(
        Seat(
            person=person,
            role=role,
            organization=organization,
            region_id=region,
            valid_from=today,
            valid_until=valid_until,
        )
    )
    record(
        SeatGranted(
            seat=seat.pk,
            person=person.pk,
            organization=organization.pk if organization else None,
            role=role.value,
            region=region,
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
    try:
        with transaction.atomic():
            seat.save(force_insert=True)
    except IntegrityError as error:  # an open seat that has yet to begin
        if "one_open_seat_of_a_kind" not in str(error):
            raise
        raise SeatExists from None
    return seat


@transaction.atomic
def end_seat(*, seat: Seat, by: Person, at: datetime) -> Seat:
    """Take the seat back at once, and record SeatEnded.

    Raises:
        OutOfScope: `by` may not end it.
        SeatOver: it ended before, perhaps a moment ago.
    """
    seat = (
        Seat.objects.select_for_update(of=("self",)).select_related("organization").get(pk=seat.pk)
    )
    today = dates.day_of(at)
    if not policies.may_end(by, seat, today=today):
        raise OutOfScope
    if seat.valid_until is not None and seat.valid_until <= today:
        raise SeatOver

    seat.valid_until = max(today, seat.valid_from)
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
    return seat
