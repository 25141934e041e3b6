"""What people say of a suggestion, and what it costs."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.makers import make_organization, make_person, make_seat
from tests.matching.pairs import AT, matched, need_of, offer_of, one_pair

from kehui.core.errors import Refused
from kehui.ledger.models import Entry
from kehui.market.models import Need, Offer, Side
from kehui.matching import policies
from kehui.matching.adapter import Found
from kehui.matching.facts import SuggestionAccepted, SuggestionDeclined
from kehui.matching.models import Feedback, Reason, Suggestion
from kehui.matching.selectors import lowerings, suggestions
from kehui.matching.selectors.lowerings import Mark
from kehui.matching.services import (
    accept_suggestion,
    compare_pair,
    decline_suggestion,
    match_item,
)
from kehui.matching.services.answers import (
    NotYourMatch,
    ReasonUnknown,
    SentenceTooLong,
    SentenceTooShort,
)

pytestmark = pytest.mark.django_db
DAY = AT.date()


def decline(suggestion: Suggestion, reason: str = "R05", *, sentence: str = "") -> Suggestion:
    return decline_suggestion(
        suggestion=suggestion,
        person=suggestion.need.holder,
        reason=reason,
        sentence=sentence,
        position=2,
        at=AT,
    )


def several_needs(offer_holders: int) -> list[Suggestion]:
    """Return suggestions of one offer to so many needs of different people."""
    needs = [need_of("salt") for _ in range(offer_holders)]
    offer_of("salt")
    return [matched(needs[0])[0], *(match_item(item=each, at=AT)[0] for each in needs[1:])]


def test_a_fit_is_kept_with_its_place_and_one_fact() -> None:
    suggestion = one_pair()

    accept_suggestion(suggestion=suggestion, person=suggestion.need.holder, position=1, at=AT)

    suggestion.refresh_from_db()
    said = suggestion.feedback.get()
    assert (suggestion.need_answer, suggestion.offer_answer) == ("accepted", "")
    assert (said.side, said.answer, said.position, said.revision) == ("need", "accepted", 1, 1)
    facts = Entry.objects.filter(kind=SuggestionAccepted.kind)
    assert [SuggestionAccepted.of(each) for each in facts] == [
        SuggestionAccepted(
            need=suggestion.need_id, offer=suggestion.offer_id, side="need", position=1
        )
    ]


def test_a_refusal_is_kept_with_its_reason_and_one_fact() -> None:
    suggestion = one_pair()

    decline(suggestion, "R04", sentence=" 看不出能处理多咸的水 ")

    said = Feedback.objects.get()
    assert (said.answer, said.reason, said.sentence) == ("declined", "R04", "看不出能处理多咸的水")
    facts = Entry.objects.filter(kind=SuggestionDeclined.kind)
    assert [SuggestionDeclined.of(each) for each in facts] == [
        SuggestionDeclined(
            need=suggestion.need_id,
            offer=suggestion.offer_id,
            side="need",
            reason="R04",
            position=2,
        )
    ]


@pytest.mark.parametrize("reason", sorted(set(Reason.values) - {"R16"}))
def test_every_reason_of_the_list_is_enough_by_itself(reason: str) -> None:
    assert decline(one_pair(), reason).need_answer == "declined"


@pytest.mark.parametrize(
    ("reason", "sentence", "refusal"),
    [
        ("", "", ReasonUnknown),
        ("R00", "", ReasonUnknown),
        ("R17", "", ReasonUnknown),
        ("r05", "", ReasonUnknown),
        ("R16", "", SentenceTooShort),
        ("R16", " 只有十四个字是不够的还差一 ", SentenceTooShort),
        ("R05", "长" * 201, SentenceTooLong),
    ],
)
def test_what_is_no_reason_is_refused_and_changes_nothing(
    reason: str, sentence: str, refusal: type[Refused]
) -> None:
    suggestion = one_pair()

    with pytest.raises(refusal):
        decline(suggestion, reason, sentence=sentence)

    suggestion.refresh_from_db()
    assert (suggestion.need_answer, Feedback.objects.count()) == ("", 0)


def test_other_reasons_need_fifteen_characters() -> None:
    assert decline(one_pair(), "R16", sentence="这一家去年和我们谈过没有谈成呢").need_answer


def test_a_stranger_and_the_wrong_side_are_refused() -> None:
    suggestion = one_pair()
    stranger = make_person()

    with pytest.raises(NotYourMatch):
        accept_suggestion(suggestion=suggestion, person=stranger, at=AT)
    with pytest.raises(NotYourMatch):
        accept_suggestion(
            suggestion=suggestion, person=suggestion.need.holder, side=Side.OFFER, at=AT
        )


def test_whoever_holds_both_sides_answers_the_side_that_is_meant() -> None:
    firm = make_organization()
    suggestion = one_pair(organization=firm)
    agent = make_seat(suggestion.offer.holder, organization=firm).person

    assert policies.sides_of(agent, suggestion, today=DAY) == [Side.NEED, Side.OFFER]
    accept_suggestion(suggestion=suggestion, person=agent, side=Side.OFFER, at=AT)

    suggestion.refresh_from_db()
    assert (suggestion.need_answer, suggestion.offer_answer) == ("", "accepted")


def test_each_side_answers_for_itself() -> None:
    suggestion = one_pair()
    accept_suggestion(suggestion=suggestion, person=suggestion.need.holder, at=AT)

    decline_suggestion(suggestion=suggestion, person=suggestion.offer.holder, reason="R10", at=AT)

    suggestion.refresh_from_db()
    assert (suggestion.need_answer, suggestion.offer_answer) == ("accepted", "declined")


def test_a_second_click_says_nothing_new() -> None:
    suggestion = one_pair()
    for _ in range(2):
        accept_suggestion(suggestion=suggestion, person=suggestion.need.holder, at=AT)
    for _ in range(2):
        decline(suggestion, "R02")

    assert [each.answer for each in Feedback.objects.order_by("pk")] == ["accepted", "declined"]


def test_the_same_reason_against_a_new_text_is_said_anew() -> None:
    suggestion = one_pair()
    decline(suggestion, "R04")
    Offer.objects.update(revision=2)

    decline(suggestion, "R04")

    assert [each.revision for each in Feedback.objects.order_by("pk")] == [1, 2]


@pytest.mark.parametrize(("refusals", "points"), [(1, -3), (3, -9), (4, -12), (5, -12)])
def test_unclear_offers_lose_three_points_a_refusal_and_twelve_at_most(
    refusals: int, points: int
) -> None:
    found = several_needs(refusals)
    for place, each in enumerate(found):
        decline(each, ("R02", "R03", "R04")[place % 3])
    fresh = need_of("salt")

    mark = lowerings.of(fresh, [found[0].offer_id])[found[0].offer_id]

    assert mark.points == points
    assert set(mark.reasons) <= {"R02", "R03", "R04"}


def test_other_reasons_lower_nothing_but_the_pair() -> None:
    suggestion = one_pair()
    decline(suggestion, "R06")
    fresh = need_of("salt")

    assert lowerings.of(fresh, [suggestion.offer_id]) == {suggestion.offer_id: Mark(0, ())}
    assert lowerings.of(suggestion.need, [suggestion.offer_id]) == {
        suggestion.offer_id: Mark(-25, ("PAIR",))
    }


def test_the_mark_of_a_pair_is_the_same_from_both_sides() -> None:
    suggestion = one_pair()
    decline(suggestion, "R02")
    decline_suggestion(suggestion=suggestion, person=suggestion.offer.holder, reason="R03", at=AT)

    from_need = lowerings.of(suggestion.need, [suggestion.offer_id])[suggestion.offer_id]
    from_offer = lowerings.of(suggestion.offer, [suggestion.need_id])[suggestion.need_id]

    assert from_need == from_offer == Mark(-31, ("R02", "R03", "PAIR"))


def test_an_edited_item_is_lowered_no_more() -> None:
    suggestion = one_pair()
    decline(suggestion, "R02")
    Offer.objects.update(revision=2)
    fresh = need_of("salt")

    assert lowerings.of(fresh, [suggestion.offer_id])[suggestion.offer_id].points == 0


def test_only_the_last_word_on_a_pair_counts() -> None:
    suggestion = one_pair()
    decline(suggestion, "R02")
    accept_suggestion(
        suggestion=suggestion, person=suggestion.need.holder, at=AT + timedelta(minutes=1)
    )

    assert lowerings.of(suggestion.need, [suggestion.offer_id])[suggestion.offer_id] == Mark(0, ())


def test_a_lowered_score_is_the_sum_of_its_parts_and_says_why() -> None:
    suggestion = one_pair()
    before = suggestion.score
    decline(suggestion, "R04")

    match_item(item=suggestion.need, at=AT)

    suggestion.refresh_from_db()
    part = suggestion.parts[-1]
    assert (part["name"], part["most"], part["reasons"]) == ("feedback", 0, ["R04", "PAIR"])
    assert suggestion.score == max(0, before - 28) == sum(each["got"] for each in suggestion.parts)
    compared = compare_pair(
        need=Need.objects.get(pk=suggestion.need_id),
        offer=Offer.objects.get(pk=suggestion.offer_id),
        at=AT,
    )
    assert (compared.found.score, compared.found.parts) == (suggestion.score, suggestion.parts)


@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=7),
    st.integers(0, 49).map(lambda points: -points),
)
def test_a_score_is_its_parts_and_never_below_nothing(got: list[int], points: int) -> None:
    parts = [{"name": "tech", "got": each, "most": 20} for each in got]
    found = Found(other=1, score=sum(got), order=float(sum(got)), parts=parts, explanation={})

    lowered = found.lowered(points, ["PAIR"])

    assert lowered.score == max(0, sum(got) + points)
    assert lowered.score == sum(each["got"] for each in lowered.parts)
    assert lowered.order == max(0.0, sum(got) + points)


def test_an_author_reads_how_often_each_reason_was_given() -> None:
    found = several_needs(3)
    for suggestion, reason in zip(found, ("R02", "R02", "R07"), strict=True):
        decline(suggestion, reason)
    decline_suggestion(suggestion=found[0], person=found[0].offer.holder, reason="R09", at=AT)

    assert suggestions.declined_totals(found[0].offer) == {"R02": 2, "R07": 1}
    assert suggestions.declined_totals(found[0].need) == {"R09": 1}


def test_only_pairs_of_ones_own_can_be_answered() -> None:
    suggestion = one_pair()
    sides = (suggestion.need.holder, suggestion.offer.holder)

    for person in sides:
        mine = suggestions.answerable_by(person, today=DAY)
        assert list(mine) == [suggestion]
        assert policies.sides_of(person, suggestion, today=DAY)
    assert not suggestions.answerable_by(make_person(), today=DAY).exists()
