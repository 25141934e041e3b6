"""What is submitted, published or revised is matched; what is declined is ordered anew."""

from kehui.ledger.models import Entry, Reader
from kehui.market.facts import ItemPublished, ItemRevised, ItemSubmitted
from kehui.market.models import Item
from kehui.matching.facts import SuggestionDeclined
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
