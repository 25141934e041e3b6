"""The demonstration has deals in every state, with the history that leads there."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.makers import make_account
from tests.matching.pairs import AT, need_of, offer_of

from kehui.deals.models import Contract, ContractState, Deal, State
from kehui.deals.selectors.contracts import is_intact
from kehui.demo.services.deals import ROUNDS, STORIES, build_deals
from kehui.market.models import Indicator, Need
from kehui.matching.services import build_index, match_item
from kehui.people.models import Person

pytestmark = pytest.mark.django_db


def nothing(_what: str, _done: int, _total: int) -> None:
    pass


@pytest.fixture
def buyer() -> Person:
    """Return who can sign in; everybody's needs are matched with enough offers."""
    account = make_account()
    assert account.person is not None
    for _ in range(9):
        offer_of("salt")
    for place in range(4):
        need = need_of("salt", account.person if place == 3 else None, budget_low_fen=30_000_000)
        Indicator.objects.create(
            need=need, name="盐回收率", comparison="ge", target=85, unit="%", verification="送检"
        )
    for subject in ("bridge", "coating"):
        for _ in range(9):
            offer_of(subject)
        need_of(subject)
    offer_of("salt", account.person)  # one's own is no pair
    build_index(at=AT)
    for each in Need.objects.prefetch_related("indicators").order_by("pk"):
        match_item(item=each, at=AT)
    return account.person


def test_there_are_deals_in_every_state_and_who_signs_in_has_them_first(buyer: Person) -> None:
    told: list[int] = []
    at = timezone.now()

    made = build_deals(at=at, progress=lambda _what, done, _total: told.append(done))

    counts = Counter(Deal.objects.values_list("state", flat=True))
    assert set(counts) == set(State.values)
    assert made == Deal.objects.count() == len(STORIES) * ROUNDS + 1
    assert told[-1] == made - 1
    first = Deal.objects.order_by("pk").first()
    assert first is not None
    assert first.parties.filter(role="buyer", person=buyer).exists()
    assert not Deal.objects.filter(flags__len__gt=0).exists()
    assert not Deal.objects.filter(turns__at__gt=at + timedelta(days=1)).exists()
    for contract in Contract.objects.exclude(state=ContractState.DRAFT):
        assert is_intact(contract)


def test_it_is_made_once(buyer: Person) -> None:
    assert build_deals(at=timezone.now(), progress=nothing) > 0
    assert build_deals(at=timezone.now(), progress=nothing) == 0


def test_where_nothing_was_matched_there_are_none() -> None:
    assert build_deals(at=timezone.now(), progress=nothing) == 0
