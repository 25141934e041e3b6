"""Whatever is made of the index, shards give what one machine gives: to the last digit."""

from decimal import Decimal
from typing import Any

import pytest
from tests.makers import make_person
from tests.matching.here import Here
from tests.matching.judged import put_ranker
from tests.matching.pairs import AT, TEXTS, need_of, of_one_organization, offer_of
from tests.matching.people import BRIDGE, SALT, gathered, known_for

from kehui.engines.matching import CALL, PERSON, Listing
from kehui.market.models import Indicator, Need, Offer
from kehui.matching import adapter
from kehui.matching.adapter.cluster import force
from kehui.matching.models import Profile, Suggestion
from kehui.matching.services import experts_for, match_item, needs_for
from kehui.people.models import Person

pytestmark = pytest.mark.django_db

Told = dict[str, Any]


@pytest.fixture
def person() -> Person:
    return make_person()


@pytest.fixture
def need(person: Person) -> Need:
    """Return a need with indicators in a market of offers, persons and calls.

    Among them are a need and an offer of one organization, and what only together covers a need.
    """
    of_one_organization("salt")
    mine = need_of("salt", budget_high_fen=10_000_000)
    for name, comparison, target, unit in (
        ("盐回收率", "ge", 85, "%"),
        ("出水氨氮", "le", 8, "mg/L"),
    ):
        Indicator.objects.create(
            need=mine, name=name, comparison=comparison, target=Decimal(target), unit=unit
        )
    studio = known_for(SALT, person)
    for told in ("盐回收率达到 88 %。", "出水氨氮 6 mg/L。", "别的都好。"):
        offer_of("salt", advantage=told)
    for subject in TEXTS:
        offer_of(subject, person, studio=studio)
        need_of(subject)
    known_for(BRIDGE)
    gathered()
    calls = [
        Listing(id=-(10**9) - place, side="need", kind=CALL, title=title, body=body)
        for place, (title, body) in enumerate(TEXTS.values())
    ]
    adapter.build(adapter.built_in_name(), at=AT, calls=calls)
    offer_of(
        "salt", advantage="昨天刚发布。", published_at=AT, changed_at=AT
    )  # not in the snapshot
    return mine


def everything(need: Need, person: Person) -> Told:
    """Return all that is made of the index, as it was given."""
    offer = Offer.objects.get(advantage="出水氨氮 6 mg/L。")
    profile = Profile.objects.get(person=person)
    calls = adapter.needs_for(profile, most=5, at=AT, free=lambda each: each, kinds={CALL})
    return {
        "of a need": [told(each) for each in match_item(item=need, at=AT)],
        "of an offer": [told(each) for each in match_item(item=offer, at=AT)],
        "of what is no row": adapter.suggest_unsaved(need, indicators=(), k=9, at=AT),
        "experts": experts_for(need=need, most=5, at=AT),
        "needs": needs_for(person=person, most=5, at=AT),
        "calls": calls,
        "by a sentence": adapter.alike(TEXTS["salt"][1], side="offer", most=9),
    }


def told(each: Suggestion) -> tuple[object, ...]:
    return (
        each.need_id, each.offer_id, each.score, each.order, each.parts, each.explanation,
        each.features, each.ranker,
    )  # fmt: skip


@pytest.mark.parametrize("by_ranker", [False, True])
@pytest.mark.parametrize("count", [1, 3, 8])
def test_shards_give_all_that_one_machine_gives(
    need: Need,
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
    *,
    count: int,
    by_ranker: bool,
) -> None:
    if by_ranker:
        put_ranker(lexical=-1.0, rule=0.5)
    alone = everything(need, person)
    shards = Here(count)
    monkeypatch.setattr(force, "shards_or_none", lambda _folder: shards)

    together = everything(need, person)

    assert together == alone
    assert all(alone[each] for each in ("of a need", "of an offer", "by a sentence"))
    assert all(alone[each].found for each in ("experts", "needs", "calls"))
    assert {each.kinds for each in shards.asked} == {None, frozenset({PERSON}), frozenset({CALL})}
