"""What is submitted, published or revised is matched; what is declined is ordered anew.

And what a person is known for is gathered anew when the person, the studio or an offer changes.
"""

from typing import cast

from kehui.ledger.models import Entry, Reader
from kehui.market.facts import (
    ItemClosed,
    ItemExpired,
    ItemFact,
    ItemHeld,
    ItemPublished,
    ItemRejected,
    ItemRenewed,
    ItemRevised,
    ItemSubmitted,
    ItemWithdrawn,
    StudioChanged,
    StudioOpened,
    StudioTransferred,
)
from kehui.market.models import Item, Side, Studio
from kehui.matching.facts import SuggestionDeclined
from kehui.matching.services import forget_runs, request_match
from kehui.matching.services.profiles import forget_profiles, gather_profile
from kehui.people.facts import PersonChanged, PersonsMerged, PersonsSplit


def on_item_submitted(entry: Entry) -> None:
    fact = ItemSubmitted.of(entry)
    request_match(item=fact.item, revision=fact.revision, trigger="submitted", at=entry.at)


def on_item_published(entry: Entry) -> None:
    fact = ItemPublished.of(entry)
    request_match(item=fact.item, revision=fact.revision, trigger="published", at=entry.at)


def on_item_revised(entry: Entry) -> None:
    fact = ItemRevised.of(entry)
    request_match(item=fact.item, revision=fact.revision, trigger="revised", at=entry.at)


def on_suggestion_declined(entry: Entry) -> None:
    """Order both lists anew: the reason lowers this pair, and perhaps the item with everybody."""
    fact = SuggestionDeclined.of(entry)
    for item in Item.objects.filter(pk__in=(fact.need, fact.offer)).order_by("pk"):
        request_match(item=item.pk, revision=item.revision, trigger="declined", at=entry.at)


READER = Reader(
    "matching",
    {
        ItemSubmitted.kind: on_item_submitted,
        ItemPublished.kind: on_item_published,
        ItemRevised.kind: on_item_revised,
        SuggestionDeclined.kind: on_suggestion_declined,
    },
    reset=forget_runs,
)


STUDIO_FACTS = {each.kind: each for each in (StudioOpened, StudioChanged)}
ITEM_FACTS: dict[str, type[ItemFact]] = {
    each.kind: each
    for each in (
        ItemPublished,
        ItemRevised,
        ItemHeld,
        ItemRejected,
        ItemClosed,
        ItemWithdrawn,
        ItemExpired,
        ItemRenewed,
    )
}


def on_studio(entry: Entry) -> None:
    fact = STUDIO_FACTS[entry.kind].of(entry)
    for studio in Studio.objects.filter(pk=fact.studio, person__isnull=False):
        gather_profile(person=cast("int", studio.person_id))


def on_studio_transferred(entry: Entry) -> None:
    fact = StudioTransferred.of(entry)
    for owner in (fact.owner_before, fact.owner_after):
        kind, _, number = owner.partition(":")
        if kind == "person":
            gather_profile(person=int(number))


def on_item(entry: Entry) -> None:
    fact = ITEM_FACTS[entry.kind].of(entry)
    for offer in Item.objects.filter(pk=fact.item, side=Side.OFFER):
        gather_profile(person=offer.holder_id)


def on_person_changed(entry: Entry) -> None:
    gather_profile(person=PersonChanged.of(entry).person)


MERGES: dict[str, type[PersonsMerged | PersonsSplit]] = {
    each.kind: each for each in (PersonsMerged, PersonsSplit)
}


def on_persons(entry: Entry) -> None:
    fact = MERGES[entry.kind].of(entry)
    for person in (fact.survivor, fact.absorbed):
        gather_profile(person=person)


PROFILES = Reader(
    "matching.profiles",
    {
        PersonChanged.kind: on_person_changed,
        StudioTransferred.kind: on_studio_transferred,
        **dict.fromkeys(MERGES, on_persons),
        **dict.fromkeys(STUDIO_FACTS, on_studio),
        **dict.fromkeys(ITEM_FACTS, on_item),
    },
    reset=forget_profiles,
)
