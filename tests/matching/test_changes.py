"""Changes alone: the lists they touch, in both directions, become those of a full match."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings
from tests.matching.crowds import listed, matched_anew, one_by_one, shorten, some
from tests.matching.pairs import AT

from kehui.market.models import DomainTerm, Item, Need, Offer, State
from kehui.matching import adapter
from kehui.matching.models import Suggestion
from kehui.matching.services import build_index, match_together
from kehui.matching.services.nights import MOST_STARTS, Tally

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
NIGHT = AT + timedelta(hours=5)
DAY = AT + timedelta(hours=9)


@pytest.fixture(autouse=True)
def market(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a market down that was matched at night."""
    shorten(monkeypatch)
    settings.ENCODER = "none"  # nothing here has to do with vectors
    some(1, needs=7, offers=12)
    build_index(at=AT)
    match_together(at=NIGHT)


def a_day_passes(at: datetime = DAY) -> None:
    """Rewrite, withdraw and publish something on both sides."""
    for model in (Need, Offer):
        first, second = model.objects.order_by("pk")[:2]
        model.objects.filter(pk=first.pk).update(title="光纤监测桥梁裂纹", changed_at=at)
        model.objects.filter(pk=second.pk).update(state=State.WITHDRAWN, changed_at=at)
    some(2, needs=1, offers=1, at=at)


def by_day() -> Tally:
    return match_together(at=DAY, only_changes=True)


def test_after_a_day_of_changes_every_list_they_touch_is_that_of_a_full_match() -> None:
    match_together(at=NIGHT, only_changes=True)
    a_day_passes()
    before = len(matched_anew())

    tally = by_day()

    changed = matched_anew()[before:]
    assert (tally.asked, tally.changed, len(set(changed))) == (0, len(changed), len(changed))
    assert len(changed) <= tally.looked_at < Item.objects.count()
    found = listed()
    match_together(at=DAY)
    assert listed() == found
    assert one_by_one(DAY) == found
    sides = dict(Item.objects.filter(pk__in=changed).values_list("pk", "side"))
    assert {*sides.values()} == {"need", "offer"}


def test_what_was_brought_is_not_looked_at_again_and_what_is_undone_is() -> None:
    offer = Offer.objects.order_by("pk")[:1].get()
    Offer.objects.filter(pk=offer.pk).update(state=State.WITHDRAWN, changed_at=LATER)
    by_day()

    assert by_day().looked_at == 0

    found = listed()
    Offer.objects.filter(pk=offer.pk).update(state=State.PUBLISHED, changed_at=DAY)
    assert by_day().looked_at > 0
    assert listed() != found
    assert listed() == one_by_one(DAY)


def test_without_lists_of_the_day_everything_is_looked_at() -> None:
    tally = match_together(at=NIGHT + timedelta(days=1), only_changes=True)

    assert (tally.asked, tally.looked_at) == (7, 19)


def test_a_new_term_of_the_dictionary_makes_all_lists_anew() -> None:
    found = listed()
    DomainTerm.objects.create(term="蒸发", synonyms=["光纤"], added_at=AT)

    tally = by_day()

    assert tally.asked == 7
    assert listed() != found
    assert listed() == one_by_one(DAY)


@pytest.mark.parametrize("stage", ["asked", "brought"])
def test_when_another_snapshot_comes_everything_starts_over_with_it(stage: str) -> None:
    Suggestion.objects.all().delete()
    built: list[str] = []

    def overtake(now: str, done: int, total: int) -> None:
        if now == stage and done >= total / 2 and not built:
            a_day_passes(LATER)
            build_index(at=DAY)
            built.append(adapter.standing().folder)

    tally = match_together(at=NIGHT + timedelta(days=1), progress=overtake, at_a_time=5)

    assert (tally.is_done, len(built)) == (True, 1)
    assert tally.asked > 7  # some twice
    assert listed() == one_by_one(NIGHT + timedelta(days=1))


def test_when_snapshots_never_stop_coming_the_rest_is_left_to_the_next_run() -> None:
    built: list[datetime] = []

    def overtake(_now: str, _done: int, _total: int) -> None:
        built.append(DAY + timedelta(minutes=len(built)))
        build_index(at=built[-1])

    tally = match_together(at=DAY, progress=overtake)

    assert (tally.is_done, len(built)) == (False, MOST_STARTS)
    assert match_together(at=DAY).is_done
    assert listed() == one_by_one(DAY)
