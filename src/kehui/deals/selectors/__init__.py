"""Questions about deals."""

from datetime import date

from django.db.models import Q, QuerySet

from kehui.deals.models import ENDED, Deal
from kehui.people.models import Person, Seat


def visible_to(person: Person, *, today: date) -> QuerySet[Deal]:
    """Return the deals that `policies.may_read` allows, as one query."""
    organizations = (
        Seat.objects.valid_on(today)
        .filter(person=person, role=Seat.Role.AGENT)
        .values("organization")
    )
    mine = (
        Q(steward=person) | Q(parties__person=person) | Q(parties__organization__in=organizations)
    )
    return (
        Deal.objects.filter(mine)
        .distinct()
        .select_related("need", "offer", "steward")
        .prefetch_related("parties__person", "parties__organization")
    )


def overdue(*, today: date) -> QuerySet[Deal]:
    """Return the open deals whose state has had its time, the longest overdue first."""
    return Deal.objects.exclude(state__in=ENDED).filter(due_on__lt=today).order_by("due_on", "pk")
