"""Where a person stands in deals for oneself, and what binds them."""

from django.db.models import QuerySet

from kehui.deals.models import Deal, Party, Role, State
from kehui.people.models import Person

BINDING = (
    State.SIGNED, State.PERFORMING, State.DELIVERED, State.ACCEPTED, State.PAID, State.DISPUTED,
)  # fmt: skip


def own_parties(person: Person) -> QuerySet[Party]:
    """Return where the person is a side for no organization."""
    sides = [Role.BUYER, Role.SELLER]
    return Party.objects.filter(person=person, organization=None, role__in=sides)


def of(person: Person) -> QuerySet[Deal]:
    """Return the deals with a contract in force that only this person can go on with."""
    return Deal.objects.filter(pk__in=own_parties(person).values("deal"), state__in=BINDING)
