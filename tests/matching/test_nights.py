"""Matched together: the lists of single runs, and nothing argued twice for nothing."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from tests.matching.crowds import Rows, crowd, listed, matched_anew, one_by_one, shorten, some
from tests.matching.judged import put_ranker
from tests.matching.pairs import AT, need_of, offer_of
from tests.parallel import meanwhile

from kehui.market.models import Item, Need, Offer, Side, State
from kehui.matching import adapter
from kehui.matching.adapter import partners, passes
from kehui.matching.models import Embedding, Reason, Suggestion
from kehui.matching.services import (
    MatchingUnderway,
    accept_suggestion,
    build_index,
    decline_suggestion,
    match_item,
    match_together,
)

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
NIGHT = AT + timedelta(hours=5)


@pytest.fixture(autouse=True)
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


@pytest.fixture
def market(settings: Settings) -> Rows:
    """Return the lists of a market in which everybody was matched by itself."""
    settings.ENCODER = "none"  # nothing here has to do with vectors
    some(1, needs=5, offers=5)
    build_index(at=AT)
    return one_by_one(AT)


def night(**options: Any) -> list[int]:
    """Match together; return the items whose rows were changed."""
    before = len(matched_anew())
    tally = match_together(at=NIGHT, **options)
    changed = matched_anew()[before:]
    assert (tally.is_done, tally.changed) == (True, len(changed))
    return changed


@pytest.mark.parametrize(
    ("encoder", "weights"),
    [("built-in", {}), ("none", {}), ("none", {"lexical": -1.0, "title_in_title": 2.0})],
)
def test_lists_made_together_are_those_of_single_runs(
    settings: Settings, encoder: str, weights: dict[str, float]
) -> None:
    settings.ENCODER = encoder
    crowd()
    build_index(at=AT)
    some(2, needs=2, offers=3, at=LATER)  # since the snapshot
    offer_of("bridge", title="还不在索引里")
    if weights:
        put_ranker(level=0.0, engine="", **weights)
    wanted = one_by_one(NIGHT)
    Suggestion.objects.all().delete()

    tally = match_together(at=NIGHT)

    assert listed() == wanted
    everybody = Item.objects.count()
    assert (tally.is_done, tally.looked_at, tally.changed) == (True, everybody, everybody)
    assert {side for side, _ in wanted} == {"need", "offer"}
    assert max(map(len, wanted.values())) > 3  # what completes a set of indicators


def test_a_text_without_a_vector_in_the_index_asks_by_itself() -> None:
    need, other = need_of("salt"), need_of("bridge")
    for subject in ("salt", "coating", "bridge"):
        offer_of(subject)
    build_index(at=AT)
    name = adapter.serving_name()
    assert name is not None
    Embedding.objects.filter(item=need).delete()
    adapter.build(name, at=LATER)
    wanted = one_by_one(NIGHT)
    Suggestion.objects.all().delete()

    assert need.pk in night()

    assert listed() == wanted
    changed = night()
    assert need.pk in changed  # nobody knows whether its list stands
    assert other.pk not in changed


def test_a_night_after_which_nothing_changed_leaves_every_row_alone(market: Rows) -> None:
    made = night()  # what the last of two lists left unquoted that the first has at its top

    assert night() == []
    assert set(made) <= {number for _, number in market}
    assert listed() == market


def first_of(side: Side) -> Suggestion:
    listed_here = Suggestion.objects.filter(**{f"from_{side}": True})
    return listed_here.order_by("-order", "pk")[:1].get()


def test_an_order_that_drifted_follows_and_the_argument_stays(market: Rows) -> None:
    night()
    pair = first_of(Side.NEED)
    drifted = {**pair.features, "rule": pair.features["rule"] + 0.0005}
    Suggestion.objects.filter(pk=pair.pk).update(order=pair.order + 0.05, features=drifted)

    assert night() == []

    now = Suggestion.objects.get(pk=pair.pk)
    assert (now.order, now.features, now.made_at) == (pair.order, drifted, pair.made_at)


@pytest.mark.parametrize(
    "change",
    [
        {"features": {"rule": 0.9}},
        {"engine": "kehui-0"},
        {"ranker": "of-before"},
        {"made_at": AT - timedelta(days=9)},  # argued before the text was changed
        {"parts": [{"name": "feedback", "got": -3, "most": 0, "points": -3}]},
        {"from_need": False},
        "quotes",
    ],
)
def test_a_pair_that_is_not_as_it_would_be_made_now_is_made_anew(
    market: Rows, change: dict[str, Any] | str
) -> None:
    night()
    pair = first_of(Side.NEED)
    if isinstance(change, str):
        change = {"explanation": {**pair.explanation, "passages": []}}
    Suggestion.objects.filter(pk=pair.pk).update(**change)

    changed = night()

    assert set(changed) <= {pair.need_id, pair.offer_id}
    assert changed
    assert listed() == market
    assert Suggestion.objects.get(pk=pair.pk).explanation["passages"]
    assert night() == []


def test_who_answered_stays_and_is_argued_anew_though_in_nobodys_list(market: Rows) -> None:
    pair = Suggestion.objects.filter(from_offer=False).order_by("order")[:1].get()
    accept_suggestion(suggestion=pair, person=pair.need.holder, at=AT)
    night()
    Suggestion.objects.filter(pk=pair.pk).update(
        from_need=False, engine="kehui-0", features={"rule": 0.01}
    )
    # Nobody finds it any more: the need has better ones
    ahead = [offer_of("salt", title=pair.need.title, published_at=LATER) for _ in range(3)]
    Need.objects.filter(pk=pair.need_id).update(keywords=["蒸发"], changed_at=LATER)

    assert {pair.need_id, *(each.pk for each in ahead)} <= set(night())

    kept = Suggestion.objects.get(pk=pair.pk)
    assert (kept.from_need, kept.need_answer, kept.engine) == (False, "accepted", pair.engine)
    assert kept.features == pair.features
    assert kept.made_at == NIGHT


def test_a_refusal_that_lowered_a_pair_is_no_reason_to_argue_it_again(market: Rows) -> None:
    pair = first_of(Side.NEED)
    decline_suggestion(suggestion=pair, person=pair.need.holder, reason=Reason.R05, at=AT)
    for item in (pair.need, pair.offer):
        match_item(item=item, at=AT)
    night()
    lowered = Suggestion.objects.get(pk=pair.pk)

    assert night() == []

    assert lowered.order == pytest.approx(pair.order - 25)
    assert Suggestion.objects.get(pk=pair.pk) == lowered


def test_what_is_changed_while_a_list_is_made_is_left_to_its_promise(
    market: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = Need.objects.order_by("pk")[:1].get()
    Suggestion.objects.filter(need=need).delete()
    members = adapter.members

    def revised_meanwhile(
        item: Offer | Need, *args: Any, **options: Any
    ) -> dict[int, float] | None:
        if item.pk == need.pk:
            Need.objects.filter(pk=need.pk).update(changed_at=NIGHT)
        return members(item, *args, **options)

    monkeypatch.setattr(adapter, "members", revised_meanwhile)

    assert need.pk not in night()


def test_an_item_that_is_no_more_published_keeps_no_list(market: Rows) -> None:
    gone = Offer.objects.order_by("pk")[:1].get()
    Offer.objects.filter(pk=gone.pk).update(state=State.WITHDRAWN, changed_at=LATER)

    night()

    assert not Suggestion.objects.filter(offer=gone, from_need=True).exists()
    assert one_by_one(NIGHT) == listed()


def test_lists_that_cannot_be_read_are_nobodys(market: Rows, own_index_folder: Path) -> None:
    night()
    folder = adapter.Pass(k=3, at=NIGHT).folder
    file, name = folder / passes.FINISHED, adapter.Pass(k=3, at=NIGHT).name
    assert file.is_relative_to(own_index_folder)
    assert partners.kept(file, name) is not None
    assert partners.kept(file, "another day") is None
    file.write_bytes(file.read_bytes()[:-200])
    assert partners.kept(file, name) is None

    assert match_together(at=NIGHT).asked == 5
    assert listed() == market


@pytest.mark.django_db(transaction=True)
def test_two_at_once_the_second_is_refused(market: Rows) -> None:
    refused: list[str] = []

    def meet(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("asked", 2):
            with meanwhile(match_together, at=NIGHT) as other, pytest.raises(MatchingUnderway):
                other.result(timeout=60)
            refused.append(f"{done} of {total}")

    assert match_together(at=NIGHT, progress=meet).is_done
    assert refused == ["2 of 5"]
    assert match_together(at=NIGHT).is_done
