"""Questions about single items and about a person's own."""

from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from kehui.market.models import Item, Need, Offer, Review, Side, State, Studio
from kehui.market.policies import VISIBLE_TO_ALL
from kehui.people import policies as people
from kehui.people import selectors as people_selectors
from kehui.people.models import Person

WORKING_DAYS_TO_DECIDE: Final = 3
SATURDAY: Final = 6


def _own(person: Person, *, today: date) -> Q:
    ours = people_selectors.organizations_of(person, today=today)
    return Q(holder=person) | Q(entered_by=person) | Q(organization__in=ours)


def _visible(person: Person | None, *, today: date) -> Q:
    """What policies.may_see allows, as one condition."""
    if person is None:
        return Q(state__in=VISIBLE_TO_ALL)
    seen = Q(state__in=VISIBLE_TO_ALL) | _own(person, today=today)
    if people.may_review(person, today=today):
        return seen | ~Q(state=State.DRAFT)
    return seen


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


def visible_studios(person: Person | None, *, today: date) -> QuerySet[Studio]:
    """Return the studios that take orders or pause, and the person's own in every state."""
    public = Q(state__in=(Studio.State.OPEN, Studio.State.PAUSED))
    if person is None:
        return _studios().filter(public)
    return _studios().filter(public | _own_studio(person, today=today))


def own_studios(person: Person, *, today: date) -> QuerySet[Studio]:
    """Return the studios that policies.may_edit_studio allows, as one query."""
    return _studios().filter(_own_studio(person, today=today)).order_by("pk")


def _own_studio(person: Person, *, today: date) -> Q:
    ours = people_selectors.organizations_of(person, today=today)
    return Q(person=person) | Q(team__lead=person) | Q(organization__in=ours)


def _studios() -> QuerySet[Studio]:
    return Studio.objects.select_related(
        "person__employer", "team__lead__employer", "team__host", "organization", "region"
    )


def shelf(studio: Studio) -> QuerySet[Offer]:
    """Return the studio's published offers, newest first."""
    return (
        Offer.objects.filter(studio=studio, state=State.PUBLISHED)
        .select_related("category__parent", "region", "studio", "holder")
        .order_by("-published_at", "-pk")
    )


def best_works(studio: Studio) -> QuerySet[Offer]:
    """Return the works chosen to stand in front, as far as they are still published."""
    return studio.best_works.filter(state=State.PUBLISHED).order_by("pk")


def waiting_for_review(person: Person, *, today: date) -> QuerySet[Item]:
    """Return what policies.may_decide lets this person decide now, the longest waiting first."""
    if not people.may_review(person, today=today):
        return Item.objects.none()
    waiting = Q(state=State.SUBMITTED) | Q(state=State.PUBLISHED, revision__gt=1)
    part = _own(person, today=today)
    if person.employer_id is not None:
        part |= Q(organization=person.employer_id)
    decided = Review.objects.filter(item=OuterRef("pk"), revision=OuterRef("revision"))
    return (
        Item.objects.filter(waiting & ~Exists(decided))
        .exclude(part)
        .select_related("organization", "holder", "region", "category")
        .order_by("submitted_at", "pk")
    )


def own_drafts(person: Person, *, today: date) -> QuerySet[Item]:
    """Return what the person has begun and not handed in, the last touched first."""
    return own_items(person, today=today).filter(state=State.DRAFT)


def decision_due(submitted: date) -> date:
    """Return the last day for the first decision: the third working day after the submission.

    Saturdays and Sundays do not count. Public holidays do: their calendar is announced from year
    to year, and a promise may be kept early.
    """
    day, left = submitted, WORKING_DAYS_TO_DECIDE
    while left:
        day += timedelta(days=1)
        left -= day.isoweekday() < SATURDAY
    return day


def own_item(person: Person, pk: int, *, today: date) -> Need | Offer | None:
    """Return the person's own need or offer with all that its pages show, or None."""
    item = own_items(person, today=today).filter(pk=pk).first()
    if item is None:
        return None
    rows = visible_needs if item.side == Side.NEED else visible_offers
    return rows(person, today=today).get(pk=pk)
