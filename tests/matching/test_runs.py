"""From what is published to what is suggested: promises, runs and what they leave behind."""

from datetime import timedelta

import pytest
from tests.ledger.reading import read_all
from tests.makers import make_account
from tests.market.writing import publish_need, publish_offer, submit, write_need, write_offer
from tests.matching.pairs import AT, matched, need_of, of_one_organization, offer_of, one_pair

from kehui.ledger.models import Entry
from kehui.market.models import Item, Need, Offer, State
from kehui.market.services import revise_item
from kehui.matching.facts import ItemMatched
from kehui.matching.models import MatchRun, Suggestion
from kehui.matching.readers import READER
from kehui.matching.services import (
    accept_suggestion,
    build_index,
    decline_suggestion,
    keep_promises,
    match_item,
    rematch_all,
)
from kehui.notices.models import Notice

pytestmark = pytest.mark.django_db
State_ = MatchRun.State


def pairs() -> set[tuple[str, str]]:
    return {(each.need.title, each.offer.title) for each in Suggestion.objects.all()}


def adds_up(suggestion: Suggestion) -> bool:
    return bool(suggestion.score == sum(part["got"] for part in suggestion.parts))


def test_what_is_published_is_promised_matched_and_argued() -> None:
    offer = publish_offer()
    need = publish_need()

    read_all(READER)
    kept = keep_promises(at=AT)

    suggestion = Suggestion.objects.get()
    assert kept == 2
    assert (suggestion.need_id, suggestion.offer_id) == (need.pk, offer.pk)
    assert (suggestion.from_need, suggestion.from_offer) == (True, True)
    assert adds_up(suggestion)
    assert {"盐", "废水"} & set(
        "".join(suggestion.explanation["common"])
    ) or suggestion.explanation["common"]
    assert {each["side"] for each in suggestion.explanation["passages"]} == {"need", "offer"}
    facts = [ItemMatched.of(each) for each in Entry.objects.filter(kind=ItemMatched.kind)]
    assert [(fact.item, fact.found) for fact in facts] == [(offer.pk, 1), (need.pk, 1)]


def test_a_submitted_need_is_matched_before_its_review_and_shown_to_nobody_else() -> None:
    publish_offer()
    need = submit(write_need())

    read_all(READER)
    keep_promises(at=AT)

    suggestion = Suggestion.objects.get()
    assert suggestion.need_id == need.pk
    assert not Notice.objects.filter(person=suggestion.offer.holder, reason="match").exists()


def test_an_offer_finds_the_needs_that_wait_for_it() -> None:
    need = need_of("salt")
    offer = offer_of("salt")
    build_index(at=AT)

    match_item(item=offer, at=AT)

    suggestion = Suggestion.objects.get()
    assert (suggestion.need_id, suggestion.from_need, suggestion.from_offer) == (
        need.pk,
        False,
        True,
    )


def test_the_best_fit_stands_first_and_every_score_is_the_sum_of_its_parts() -> None:
    need = need_of("salt")
    for subject in ("coating", "bridge", "salt"):
        offer_of(subject)

    found = matched(need)

    assert found[0].offer.title == need.title
    assert [each.order for each in found] == sorted((each.order for each in found), reverse=True)
    assert all(adds_up(each) for each in found)


def test_both_directions_give_a_pair_the_same_score() -> None:
    need = need_of("salt")
    offer = offer_of("coating")
    from_need = matched(need)[0]

    from_offer = match_item(item=offer, at=AT)[0]

    assert (from_need.pk, from_need.score, from_need.parts) == (
        from_offer.pk,
        from_offer.score,
        from_offer.parts,
    )


def test_nothing_is_suggested_within_one_organization() -> None:
    need, own = of_one_organization("salt")
    other = offer_of("salt")

    found = matched(need)

    assert [each.offer_id for each in found] == [other.pk]
    assert own.pk not in {each.offer_id for each in Suggestion.objects.all()}


def test_a_person_is_not_offered_what_is_the_persons_own() -> None:
    need = need_of("salt")
    offer_of("salt", need.holder)

    assert matched(need) == []


def test_a_corpus_is_nobodys_own() -> None:
    need = need_of("salt", source="corpus:trial")
    offer_of("salt", need.holder, source="corpus:trial")

    assert len(matched(need)) == 1


def test_matching_again_keeps_what_was_answered_and_lets_the_rest_go() -> None:
    need = need_of("salt")
    answered, fading = offer_of("salt"), offer_of("bridge")
    for suggestion in matched(need):
        if suggestion.offer_id == answered.pk:
            accept_suggestion(suggestion=suggestion, person=need.holder, at=AT)
    Offer.objects.filter(pk__in=[answered.pk, fading.pk]).update(
        state=State.WITHDRAWN, changed_at=AT
    )

    match_item(item=need, at=AT + timedelta(hours=1))

    left = Suggestion.objects.get()
    assert (left.offer_id, left.need_answer, left.from_need) == (answered.pk, "accepted", False)
    assert left.made_at == AT + timedelta(hours=1)


def test_what_the_other_direction_found_stays() -> None:
    need, offer = need_of("salt"), offer_of("salt")
    build_index(at=AT)
    match_item(item=offer, at=AT)
    Offer.objects.filter(pk=offer.pk).update(state=State.ON_HOLD, changed_at=AT)

    match_item(item=need, at=AT)

    assert Suggestion.objects.get().from_offer is True


def test_an_item_taken_back_loses_its_unanswered_suggestions() -> None:
    need = need_of("salt")
    offer_of("salt")
    assert len(matched(need)) == 1
    Need.objects.filter(pk=need.pk).update(state=State.WITHDRAWN, changed_at=AT)

    match_item(item=Need.objects.get(pk=need.pk), at=AT)

    assert not Suggestion.objects.exists()


def test_a_revision_is_matched_anew() -> None:
    offer = publish_offer()
    need = publish_need()
    read_all(READER)
    keep_promises(at=AT)
    revise_item(item=need, person=need.holder, values={"trl": 7}, at=AT)

    for entry in Entry.objects.filter(kind="item.revised"):
        READER.handlers[entry.kind](entry)
    run = MatchRun.objects.get(state=State_.PENDING)

    assert (run.item_id, run.revision, run.trigger) == (need.pk, 2, "revised")
    keep_promises(at=AT)
    argued = Suggestion.objects.get(need=need, offer=offer).explanation["constraints"]
    assert "READINESS" in {each["code"] for each in argued}


def test_a_refusal_orders_both_lists_anew() -> None:
    suggestion = one_pair()
    decline_suggestion(suggestion=suggestion, person=suggestion.need.holder, reason="R05", at=AT)

    read_all(READER)
    keep_promises(at=AT)

    lowered = Suggestion.objects.get()
    assert {run.item_id for run in MatchRun.objects.all()} == {lowered.need_id, lowered.offer_id}
    assert lowered.score == max(0, suggestion.score - 25)
    assert adds_up(lowered)


def test_the_night_matches_every_published_item_and_goes_on_where_it_stopped() -> None:
    items: list[Item] = [need_of("salt"), offer_of("salt"), need_of("bridge"), offer_of("bridge")]
    write_offer()
    build_index(at=AT)
    seen: list[int] = []

    last = rematch_all(at=AT, limit=3, progress=seen.append)
    rest = rematch_all(at=AT, after=last)

    numbers = sorted(each.pk for each in items)
    assert seen == numbers[:3]
    assert (last, rest) == (numbers[2], numbers[3])
    assert rematch_all(at=AT, after=rest) == 0
    assert ("泡菜盐渍废水的盐分回收", "泡菜盐渍废水的盐分回收") in pairs()


def test_good_matches_are_told_once_to_each_side() -> None:
    make_account()
    need = need_of("salt", industry="1371")
    offer = offer_of("salt", industry="1371", trl=8)
    matched(need)
    match_item(item=need, at=AT)

    suggestion = Suggestion.objects.get()
    told = Notice.objects.filter(reason="match").order_by("pk")
    if suggestion.score < 70:
        pytest.fail(f"the pair should fit well, not {suggestion.score}")
    assert [(each.person_id, each.link) for each in told] == [
        (need.holder_id, f"/needs/{need.pk}/"),
        (offer.holder_id, f"/offers/{offer.pk}/"),
    ]


def test_an_offer_that_finds_needs_tells_its_holder_alone() -> None:
    need = need_of("salt", industry="1371")
    offer = offer_of("salt", industry="1371", trl=8)
    build_index(at=AT)

    match_item(item=offer, at=AT)

    assert set(Notice.objects.values_list("person", flat=True)) == {offer.holder_id}
    assert need.holder_id != offer.holder_id
