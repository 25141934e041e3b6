"""Matching reacts to the market: what is submitted, published or revised is matched."""

from kehui.ledger.models import Entry, Reader
from kehui.market.facts import ItemPublished, ItemRevised, ItemSubmitted
from kehui.matching.services import forget_runs, request_match


def on_item_submitted(entry: Entry) -> None:
    fact = ItemSubmitted.of(entry)
    request_match(item=fact.item, revision=fact.revision, trigger="submitted", at=entry.at)


def on_item_published(entry: Entry) -> None:
    fact = ItemPublished.of(entry)
    request_match(item=fact.item, revision=fact.revision, trigger="published", at=entry.at)


def on_item_revised(entry: Entry) -> None:
    fact = ItemRevised.of(entry)
    request_match(item=fact.item, revision=fact.revision, trigger="revised", at=entry.at)


READER = Reader(
    "matching",
    {
        ItemSubmitted.kind: on_item_submitted,
        ItemPublished.kind: on_item_published,
        ItemRevised.kind: on_item_revised,
    },
    reset=forget_runs,
)
