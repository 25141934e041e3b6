"""The night: every item matched anew, many together, and nothing argued twice for nothing."""

from datetime import timedelta
from typing import Any

import pytest
from tests.matching.pairs import AT, need_of, of_one_organization, offer_of

from kehui.ledger.models import Entry
from kehui.market.models import Item, Need, State
from kehui.matching import adapter
from kehui.matching.facts import ItemMatched
from kehui.matching.models import Reason, Suggestion
from kehui.matching.services import build_index, decline_suggestion, match_item, rematch_all
from kehui.matching.services.runs import whole

pytestmark = pytest.mark.django_db
NIGHT = AT + timedelta(hours=5)
Rows = list[tuple[Any, ...]]


def market() -> None:
    for subject in ("salt", "coating", "bridge"):
        need_of(subject)
        offer_of(subject)
    of_one_organization("bridge")
    build_index(at=AT)


def rows() -> Rows:
    columns = ("need", "offer", "score", "order", "parts", "from_need", "from_offer")
    return list(Suggestion.objects.order_by("need", "offer").values_list(*columns, "explanation"))


def matched_anew() -> list[int]:
    entries = Entry.objects.filter(kind=ItemMatched.kind).order_by("pk")
    return [ItemMatched.of(each).item for each in entries]


def one_by_one() -> Rows:
    for item in Item.objects.filter(state=State.PUBLISHED).order_by("pk"):
        match_item(item=whole(item), at=AT)
    return rows()


def test_items_matched_together_have_the_suggestions_of_each_by_itself() -> None:
    market()
    wanted = one_by_one()
    Suggestion.objects.all().delete()

    rematch_all(at=NIGHT)

    assert rows() == wanted
    assert len(wanted) == 15  # all pairs of 4 needs and 4 offers but that of one organization


def test_a_night_after_which_nothing_changed_leaves_every_row_alone() -> None:
    market()
    one_by_one()
    before = matched_anew()

    rematch_all(at=NIGHT)

    assert matched_anew() == before
    assert set(Suggestion.objects.values_list("made_at", flat=True)) == {AT}


def test_a_night_cut_off_in_the_middle_loses_nothing_and_doubles_nothing() -> None:
    market()
    wanted = one_by_one()
    Suggestion.objects.all().delete()
    before = len(matched_anew())
    seen: list[int] = []

    def cut(number: int) -> None:
        seen.append(number)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rematch_all(at=NIGHT, progress=cut)
    rematch_all(at=NIGHT)  # from the beginning: what is done is seen to be done

    assert rows() == wanted
    assert sorted(matched_anew()[before:]) == sorted(Item.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("change", "numbers"),
    [
        ({"order": 1.0}, 2),  # drifted away: both sides' lists hold the pair
        ({"engine": "kehui-0"}, 2),
        ({"made_at": AT - timedelta(days=9)}, 2),  # argued before the text was changed
        ({"from_need": False}, 1),
    ],
)
def test_a_list_that_is_not_as_it_would_be_made_now_is_made_anew(
    change: dict[str, Any], numbers: int
) -> None:
    market()
    wanted = one_by_one()
    before = len(matched_anew())
    pair = Suggestion.objects.order_by("pk")[:1].get()
    Suggestion.objects.filter(pk=pair.pk).update(**change)

    rematch_all(at=NIGHT)

    found = matched_anew()[before:]
    assert set(found) <= {pair.need_id, pair.offer_id}
    assert 1 <= len(found) <= numbers
    assert rows() == wanted


def test_a_refusal_that_lowered_a_pair_is_no_reason_to_argue_it_again() -> None:
    market()
    one_by_one()
    pair = Suggestion.objects.order_by("-order")[:1].get()
    decline_suggestion(suggestion=pair, person=pair.need.holder, reason=Reason.R05, at=AT)
    match_item(item=pair.need, at=AT)
    before = matched_anew()

    rematch_all(at=NIGHT)

    assert matched_anew() == before


def test_an_item_the_index_does_not_hold_is_matched_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    market()
    need = Need.objects.order_by("pk")[:1].get()
    partners = adapter.partners
    monkeypatch.setattr(
        adapter, "partners", lambda *a, **b: {
            number: line for number, line in partners(*a, **b).items() if number != need.pk
        },
    )  # fmt: skip

    rematch_all(at=NIGHT, side="need")

    assert need.pk in matched_anew()
    assert Suggestion.objects.filter(need=need, from_need=True).exists()
