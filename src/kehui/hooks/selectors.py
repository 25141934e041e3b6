"""Questions about hooks: whose they are, and whom a fact concerns."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from kehui.hooks.models import Delivery, Hook
from kehui.hooks.policies import Kind
from kehui.market.models import Item, Side
from kehui.people import selectors as people
from kehui.people.models import Account, Person, Seat


def hooks_of(person: Person, *, today: date) -> QuerySet[Hook]:
    """Return the hooks that policies.may_keep allows, as one query, the newest first."""
    ours = people.organizations_of(person, today=today).order_by()
    return (
        Hook.objects.filter(Q(person=person) | Q(organization__in=ours))
        .select_related("organization")
        .order_by("-made_at", "-pk")
    )


def deliveries_of(hook: Hook) -> QuerySet[Delivery]:
    """Return what the hook delivered and has to deliver, the newest first, with every try."""
    return hook.deliveries.prefetch_related("attempts").order_by("-made_at", "-pk")


def concerned(kind: Kind, told: Mapping[str, Any], *, at: datetime, today: date) -> QuerySet[Hook]:
    """Return the hooks that may be told this fact and want to be.

    Whose a thing is, is asked now: who held an item before learns nothing more of it. A person's
    hook needs an account that is open, an organization's an agent: somebody who can end it.
    """
    account = Account.objects.filter(person=OuterRef("person"), is_active=True)
    agent = Seat.objects.valid_on(today).filter(
        role=Seat.Role.AGENT, organization=OuterRef("organization")
    )
    return Hook.objects.filter(
        _owners(kind, told),
        Exists(account) | Exists(agent),
        kinds__contains=[kind.code],
        since__lte=at,
        stopped_at=None,
    ).order_by("pk")


def _owners(kind: Kind, told: Mapping[str, Any]) -> Q:
    if kind.whose == "organization":
        return Q(organization=told["organization"]) & Q(organization__isnull=False)
    items = Item.objects.filter(pk__in=_items(kind, told)).order_by()
    return Q(person__in=items.values("holder")) | Q(organization__in=items.values("organization"))


def _items(kind: Kind, told: Mapping[str, Any]) -> list[int]:
    if kind.whose == "item":
        return [told["item"]]
    if kind.whose == "asker" and told["through_steward"]:
        return [told["need" if told["side"] == Side.NEED else "offer"]]
    return [told["need"], told["offer"]]


def due(*, at: datetime) -> QuerySet[Delivery]:
    """Return what is to be sent now, those that wait longest first."""
    return (
        Delivery.objects.filter(
            Q(hook__rest_until=None) | Q(hook__rest_until__lte=at),
            state=Delivery.State.WAITING,
            due_at__lte=at,
            hook__stopped_at=None,
        )
        .select_related("hook")
        .order_by("due_at", "pk")
    )
