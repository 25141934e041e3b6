"""Questions about single items and about a person's own."""

from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from kehui.market.models import Item, Need, Offer, Review, State, Studio
from kehui.market.policies import VISIBLE_TO_ALL
from kehui.people import policies as people
from kehui.people import selectors as people_selectors
from kehui.people.models import Person


def _own(person: Person, *, today: date) -> Q:
    ours = people_selectors.organizations_of(person, today=today)
    return Q(holder=person) | Q(entered_by=person) | Q(organization__in=ours)


def _visible(person: Person | None, *, today: date) -> Q:
    """What policies.may_see allows, as one condition."""
    if person is None:
        return Q(state__in=VISIBLE_TO_ALL)
    if people.may_review(person, today=today):
        return Q()
    return Q(state__in=VISIBLE_TO_ALL) | _own(person, today=today)


def visible_items(person: Person | None, *, today: date) -> QuerySet[Item]:
    return Item.objects.filter(_visible(person, today=today))


def visible_needs(person: Person | None, *, today: date) -> QuerySet[Need]:
    return (
        Need.objects.filter(_visible(person, today=today))
        .select_related("category__parent", "region", "organization", "holder__employer")
        .prefetch_related("indicators")
    )


def visible_offers(person: Person | None, *, today: date) -> QuerySet[Offer]:
    return Offer.objects.filter(_visible(person, today=today)).select_related(
        "category__parent",
        "region",
        "organization",
        "holder__employer",
        "studio__person",
        "studio__team__lead",
        "studio__organization",
        "achievement",
    )


def own_items(person: Person, *, today: date) -> QuerySet[Item]:
    """Return everything of the person's own and of the organizations it acts for, newest first."""
    return (
        Item.objects.filter(_own(person, today=today))
        .select_related("organization", "region")
        .order_by("-changed_at", "-pk")
    )


def own_counts(person: Person, *, today: date) -> dict[str, int]:
    """Return how many own items stand in each state."""
    rows = own_items(person, today=today).order_by().values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in rows}


def visible_studios(person: Person | None) -> QuerySet[Studio]:
    studios = Studio.objects.select_related(
        "person__employer", "team__lead__employer", "team__host", "organization", "region"
    )
    public = Q(state__in=(Studio.State.OPEN, Studio.State.PAUSED))
    if person is None:
        return studios.filter(public)
    return studios.filter(public | Q(person=person) | Q(team__lead=person))


def shelf(studio: Studio) -> QuerySet[Offer]:
    """Return the studio's published offers, newest first."""
    return (
        Offer.objects.filter(studio=studio, state=State.PUBLISHED)
        .select_related("category__parent", "region", "studio", "holder")
        .order_by("-published_at", "-pk")
    )


def waiting_for_review(person: Person, *, today: date) -> QuerySet[Item]:
    """Return what this reviewer may decide: the oldest first; nothing the person has a part in."""
    waiting = Q(state=State.SUBMITTED) | Q(state=State.PUBLISHED, revision__gt=1)
    decided = Review.objects.filter(item=OuterRef("pk"), revision=OuterRef("revision"))
    return (
        Item.objects.filter(waiting & ~Exists(decided))
        .exclude(_own(person, today=today))
        .select_related("organization", "holder", "region", "category")
        .order_by("submitted_at", "pk")
    )
