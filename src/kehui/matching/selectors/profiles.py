"""Rows of persons for the engine: whose profile is open, what it says, which offers are theirs."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from django.db.models import F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from kehui.core import disciplines
from kehui.market.models import Need, Offer, State, Studio
from kehui.market.models.items import CORPUS
from kehui.market.selectors import items
from kehui.matching.models import Profile
from kehui.matching.selectors import conflicts
from kehui.people import selectors as people
from kehui.people.models import Person

TOLD: Final = 30  # titles of offers that a profile repeats, best works first
SPEAKING: Final = 12  # offers that speak for a person, the newest
TITLE_LENGTH: Final = 60
# An offer that an organization publishes speaks for the organization, not for who entered it
_THEIRS: Final = Q(state=State.PUBLISHED, organization=None) & ~Q(source__startswith=CORPUS)


def told_of(person: Person) -> Profile:
    """Return the profile that the rows make now, unsaved; the person's name stands nowhere in it.

    Skills, or else the first words of the directions, or else the disciplines are its title. Three
    queries. Whether it is open is the studio's state: who opened no studio, paused or closed it
    has not asked to be found. And of whom nothing is told, nobody can say what they are good at.
    """
    studio = Studio.objects.filter(person=person).first()
    names = [disciplines.name_of(each) for each in person.disciplines]
    directions, skills = (studio.directions, studio.skills) if studio else ("", [])
    works = offers_told(person, studio)
    heads = ["、".join(skills), directions[:TITLE_LENGTH], "、".join(names)]
    lines = [directions, *(offer.title for offer in works), "、".join(names)]
    title = _nameless(next(filter(None, heads), ""), person)
    body = _nameless("\n".join(filter(None, lines)), person)
    is_offered = studio is not None and studio.state == Studio.State.OPEN
    return Profile(
        person=person,
        title=title,
        body=body,
        region_id=studio.region_id if studio else person.region_id,
        trl=max((offer.trl for offer in works if offer.trl), default=None),
        is_open=is_offered and bool(title or body),
    )


def offers_told(person: Person, studio: Studio | None) -> list[Offer]:
    """Return the offers a profile speaks of: the best works first, then the newest."""
    chosen = set(studio.best_works.values_list("pk", flat=True)) if studio else set()
    newest = Offer.objects.filter(_THEIRS, holder=person).order_by("-published_at", "-pk")
    return sorted(newest[:TOLD], key=lambda offer: offer.pk not in chosen)


def _nameless(text: str, person: Person) -> str:
    return text.replace(person.name, "").strip()


def offers_of(persons: Collection[int]) -> dict[int, list[int]]:
    """Return the numbers of the offers that speak for each of these persons, the newest first."""
    place = Window(
        RowNumber(),
        partition_by=F("holder"),
        order_by=[F("published_at").desc(), F("pk").desc()],
    )
    rows = (
        Offer.objects.filter(_THEIRS, holder__in=persons)
        .annotate(place=place)
        .filter(place__lte=SPEAKING)
        .order_by("holder", "place")
        .values_list("holder", "pk")
    )
    found: dict[int, list[int]] = {}
    for person, offer in rows:
        found.setdefault(person, []).append(offer)
    return found


def free_to_advise(
    need: Need | None, *, persons: Collection[int], offers: Collection[int], today: date
) -> list[int]:
    """Return who of these persons, and of those these offers speak for, may be shown to the need.

    Whose profile is open, who does not own the need and has no conflict with it (conflicts.py). A
    need that is no row is nobody's.
    """
    behind = Offer.objects.filter(_THEIRS, pk__in=offers).values("holder")
    found = Profile.objects.filter(Q(pk__in=persons) | Q(pk__in=behind), is_open=True)
    if need is not None:
        found = found.exclude(pk__in=[need.holder_id, need.entered_by_id])
        found = found.exclude(conflicts.persons_against(need))
    if need is not None and need.organization is not None:
        agents = people.agents_of(need.organization, today=today).order_by().values("person")
        found = found.exclude(pk__in=agents)
    return list(found.order_by("pk").values_list("pk", flat=True))


def needs_apart(person: Person, numbers: Collection[int], *, today: date) -> list[int]:
    """Return which of these are published needs the person neither owns nor has a conflict with."""
    own = items.own_items(person, today=today).order_by().values("pk")
    found = Need.objects.filter(pk__in=numbers, state=State.PUBLISHED)
    found = found.exclude(pk__in=own).exclude(conflicts.needs_against(person))
    return list(found.order_by("pk").values_list("pk", flat=True))


def open_profile(person: Person) -> Profile | None:
    return _open().filter(pk=person.pk).first()


def studios_of(persons: Collection[int]) -> dict[int, Studio]:
    """Return the open studios of these persons with their owners, by person."""
    rows = Studio.objects.filter(person__in=persons, state=Studio.State.OPEN)
    rows = rows.select_related("person__employer", "region")
    return {each.person_id: each for each in rows if each.person_id is not None}


def needs(numbers: Collection[int]) -> dict[int, Need]:
    """Return these needs with what their cards show, by number."""
    return Need.objects.select_related("organization", "holder", "region").in_bulk(list(numbers))


def standing() -> Iterator[Profile]:
    """Give every open profile once, in the order of the persons' numbers."""
    return _open().order_by("pk").iterator(2000)


def open_count() -> int:
    return Profile.objects.filter(is_open=True).count()


def last_edition() -> int:
    """Return the edition of the newest change, 0 when there is none."""
    newest: int | None = Profile.objects.aggregate(newest=Max("edition"))["newest"]
    return newest or 0


def opened_since(edition: int, *, most: int) -> list[Profile]:
    """Return the open profiles that changed after an edition, the newest `most` of them."""
    return list(_open().filter(edition__gt=edition).order_by("-edition")[:most])


def closed_since(edition: int) -> list[int]:
    """Return the persons whose profile was closed after an edition: all of them, at once."""
    closed = Profile.objects.filter(is_open=False, edition__gt=edition)
    return list(closed.values_list("pk", flat=True))


def changed_count(edition: int) -> int:
    return Profile.objects.filter(edition__gt=edition).count()


def without_vector(encoder: str, *, limit: int) -> list[Profile]:
    """Return open profiles whose words have no vector of this encoder."""
    return list(_open().exclude(encoder=encoder).order_by("pk")[:limit])


def _open() -> QuerySet[Profile]:
    return Profile.objects.filter(is_open=True).select_related("person")
