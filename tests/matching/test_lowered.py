"""What a refusal costs, from the click to the next list: until an edit, or here only."""

import pytest
from tests.ledger.reading import read_all
from tests.makers import make_person
from tests.market.writing import publish_need, publish_offer
from tests.matching.pairs import AT

from kehui.market.models import Item, Need, Offer
from kehui.market.services import revise_item
from kehui.matching.models import MatchRun, Suggestion
from kehui.matching.readers import READER
from kehui.matching.services import decline_suggestion, keep_promises, match_item

pytestmark = pytest.mark.django_db


def asked_anew() -> None:
    """Let the readers read what happened and the worker keep what they promise."""
    MatchRun.objects.all().delete()
    read_all(READER)
    while keep_promises(at=AT):
        pass


def market() -> tuple[Suggestion, Suggestion]:
    """Return the suggestions of one offer to two needs of different people."""
    offer = publish_offer()
    needs = [publish_need(make_person()) for _ in range(2)]
    asked_anew()
    one, other = (Suggestion.objects.get(need=need, offer=offer) for need in needs)
    return one, other


def taken(suggestion: Suggestion) -> int:
    """Return the points that refusals take from the pair now."""
    suggestion.refresh_from_db()
    return sum(part["got"] for part in suggestion.parts if part["name"] == "feedback")


def decline(suggestion: Suggestion, reason: str) -> None:
    decline_suggestion(
        suggestion=suggestion, person=suggestion.need.holder, reason=reason, position=1, at=AT
    )
    asked_anew()
    for need in Need.objects.all():  # as every night
        match_item(item=need, at=AT)


@pytest.mark.parametrize("reason", ["R02", "R03", "R04"])
def test_what_is_unclear_costs_with_everybody_until_it_is_edited(reason: str) -> None:
    mine, theirs = market()
    score = theirs.score

    decline(mine, reason)

    assert (taken(mine), taken(theirs)) == (-28, -3)
    assert theirs.score == score - 3
    offer = Offer.objects.get()
    revise_item(item=offer, person=offer.holder, values={"trl": 8}, at=AT)
    asked_anew()
    assert (taken(mine), taken(theirs)) == (-25, 0)


@pytest.mark.parametrize("reason", ["R01", "R05", "R06", "R07", "R08", "R09", "R10", "R14"])
def test_what_does_not_fit_here_costs_only_here(reason: str) -> None:
    mine, theirs = market()

    decline(mine, reason)

    assert (taken(mine), taken(theirs)) == (-25, 0)
    assert Item.objects.filter(revision__gt=1).count() == 0
