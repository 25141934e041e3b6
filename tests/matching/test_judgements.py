"""What people did with what they saw becomes a grade, grouped by need, with the columns of then."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.matching.judged import DAY, put_showing, put_suggestion
from tests.matching.pairs import AT, need_of, offer_of

from kehui.market.models import Offer
from kehui.matching.models import Outcome, Reason, Suggestion
from kehui.matching.selectors import judgements as module
from kehui.matching.selectors.judgements import JudgedPair, judgements
from kehui.matching.services import (
    accept_suggestion,
    ask_to_talk,
    decline_suggestion,
    note_silence,
    record_outcome,
)

pytestmark = pytest.mark.django_db


def shown_pair() -> Suggestion:
    suggestion = put_suggestion(need_of("salt"), offer_of("salt"))
    put_showing(suggestion.need, suggestion.offer, position=2)
    return suggestion


def say(suggestion: Suggestion, *words: str) -> None:
    """Let things happen to the pair, in this order: need:accepted, offer:R05, need:asks, signed."""
    for word in words:
        side, _, what = word.partition(":")
        person = suggestion.offer.holder if side == "offer" else suggestion.need.holder
        if what == "accepted":
            accept_suggestion(suggestion=suggestion, person=person, at=AT)
        elif what == "asks":
            ask_to_talk(need=suggestion.need, offer=suggestion.offer, person=person, at=AT)
        elif what:
            decline_suggestion(
                suggestion=suggestion, person=person, reason=what,
                sentence="这一家去年和我们谈过没有谈成呢", at=AT,
            )  # fmt: skip
        elif word == "silence":
            note_silence(at=AT)
        else:
            record_outcome(
                need=suggestion.need,
                offer=suggestion.offer,
                rung=Outcome.Rung(word),
                actor=None,
                at=AT,
            )


@pytest.mark.parametrize(
    ("words", "grade", "is_silent"),
    [
        (["silence"], 0, True),
        (["need:R05"], 0, False),
        (["need:R08"], 0, False),
        (["need:R09"], 1, False),
        (["need:accepted"], 2, False),
        (["need:asks"], 2, False),
        (["offer:accepted"], 2, False),
        (["need:asks", "offer:accepted"], 3, False),
        (["need:asks", "offer:asks"], 3, False),
        (["need:asks", "offer:R01"], 0, False),
        (["need:asks", "offer:R10"], 1, False),
        (["need:R09", "offer:R01"], 0, False),
        (["need:R05", "need:accepted"], 2, False),
        (["need:accepted", "need:R05"], 0, False),
        (["silence", "need:accepted"], 2, False),
        (["silence", "need:R02"], 0, False),
        (["negotiated"], 4, False),
        (["need:R07", "negotiated"], 4, False),
        (["negotiated", "signed"], 5, False),
    ],
)
def test_what_happened_last_and_furthest_is_the_grade(
    *, words: list[str], grade: int, is_silent: bool
) -> None:
    suggestion = shown_pair()

    say(suggestion, *words)

    (found,) = judgements()
    assert (found.grade, found.is_silent) == (grade, is_silent)


@pytest.mark.parametrize("reason", Reason.values)
def test_four_reasons_are_about_the_moment_and_the_others_about_the_match(reason: str) -> None:
    suggestion = shown_pair()

    say(suggestion, f"need:{reason}")

    (found,) = judgements()
    assert found.grade == (1 if reason in ("R07", "R09", "R10", "R12") else 0)


def test_a_pair_that_is_still_open_or_was_never_shown_is_not_judged() -> None:
    shown_pair()
    unseen = put_suggestion(need_of("salt"), offer_of("salt"))
    accept_suggestion(suggestion=unseen, person=unseen.need.holder, at=AT)

    assert list(judgements()) == []


def test_the_columns_are_those_of_the_first_showing_and_the_place_is_the_best() -> None:
    suggestion = put_suggestion(need_of("salt"), offer_of("salt"))
    need, offer = suggestion.need, suggestion.offer
    later = DAY.replace(day=9)
    put_showing(need, offer, on=later, position=1, features={"rule": 0.9}, ranker="r2")
    put_showing(need, offer, position=4, features={"rule": 0.25}, engine="e1", ranker="r1")
    say(suggestion, "need:accepted")

    assert list(judgements()) == [
        JudgedPair(
            need=need.pk, offer=offer.pk, grade=2, is_silent=False, position=1, engine="e1",
            ranker="r1", features={"rule": 0.25},
        )
    ]  # fmt: skip
    assert [each.engine for each in judgements(engine="e1")] == ["e1"]
    assert list(judgements(engine="e9")) == []


def test_pairs_of_a_need_stand_together_and_many_needs_take_few_questions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offers: list[Offer] = [offer_of("salt") for _ in range(2)]
    for _ in range(3):
        need = need_of("salt")
        for offer in offers:
            suggestion = put_suggestion(need, offer)
            put_showing(need, offer)
            say(suggestion, "need:accepted")
    with CaptureQueriesContext(connection) as at_once:
        found = [(each.need, each.offer) for each in judgements()]

    assert found == sorted(found)
    assert len(found) == 6
    assert len(at_once) == 5
    for most in (1, 2, 3):
        monkeypatch.setattr(module, "NEEDS_AT_A_TIME", most)
        assert [(each.need, each.offer) for each in judgements()] == found
