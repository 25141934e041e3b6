"""From the first word to yes or no."""

from contextlib import ExitStack
from datetime import date

import pytest
from django.db import transaction
from tests.deals.talking import asked, buyer_of, pair_of, seller_of, talking
from tests.makers import TODAY, make_person, make_seat
from tests.matching.pairs import AT, need_of, of_one_organization, offer_of
from tests.parallel import meanwhile

from kehui.core.errors import Refused
from kehui.deals import policies, selectors, services
from kehui.deals.facts import DealDeclined, DealMoved, DealOpened
from kehui.deals.models import Deal
from kehui.deals.services.moves import MoveImpossible, MoveNotYours
from kehui.deals.services.talks import DeclineReasonMissing, OtherNeedsWords
from kehui.ledger.models import Entry
from kehui.matching.models import Interest, Outcome
from kehui.matching.services.answers import SentenceTooLong
from kehui.matching.services.talks import AlreadyAsked
from kehui.notices.models import Notice
from kehui.people.models import Person

pytestmark = pytest.mark.django_db


def facts(kind: str) -> list[Entry]:
    return list(Entry.objects.filter(kind=kind).order_by("id"))


def test_the_first_word_opens_a_deal_with_both_sides_and_a_last_day() -> None:
    deal = asked(message="想看看设备")
    need, offer = pair_of(deal)

    assert (deal.state, deal.asked_by, deal.due_on) == ("intention", "buyer", date(2026, 3, 30))
    assert [(each.role, each.person_id) for each in deal.parties.all()] == [
        ("buyer", need.holder_id),
        ("seller", offer.holder_id),
    ]
    turn = deal.turns.get()
    assert (turn.move, turn.after, turn.by_id, turn.sentence) == (
        "open", "intention", need.holder_id, "想看看设备",
    )  # fmt: skip
    assert [DealOpened.of(each) for each in facts("deal.opened")] == [
        DealOpened(
            deal=deal.pk, need=deal.need_id, offer=deal.offer_id, buyer=need.holder_id,
            seller=offer.holder_id, buyer_organization=None, seller_organization=None,
            asked_by="buyer", source="match",
        )
    ]  # fmt: skip


def test_saying_yes_is_an_answer_and_begins_the_talks() -> None:
    deal = asked()
    seller = seller_of(deal)

    moved = services.agree_to_talk(deal=deal, person=seller, sentence="周三下午可以", at=AT)

    assert (moved.state, moved.due_on) == ("negotiating", date(2026, 5, 31))
    assert Interest.objects.get().answered_at == AT
    assert Outcome.objects.get().rung == "negotiated"
    assert [DealMoved.of(each) for each in facts("deal.moved")] == [
        DealMoved(deal=deal.pk, move="talk", before="intention", after="negotiating", role="seller")
    ]
    told = Notice.objects.get(reason="deal")
    assert (told.person_id, told.body) == (buyer_of(deal).pk, "周三下午可以")


def test_asking_back_is_saying_yes() -> None:
    deal = asked()
    need, offer = pair_of(deal)

    again = services.express_interest(
        need=need, offer=offer, person=seller_of(deal), message="正想找你们", at=AT
    )

    assert (again.pk, again.state) == (deal.pk, "negotiating")
    assert Deal.objects.count() == 1


def test_the_same_side_does_not_ask_twice() -> None:
    deal = asked()
    need, offer = pair_of(deal)
    with pytest.raises(AlreadyAsked):
        services.express_interest(need=need, offer=offer, person=buyer_of(deal), at=AT)


def test_no_has_a_reason_of_the_list_and_ends_it() -> None:
    deal = asked()

    ended = services.decline_deal(deal=deal, person=seller_of(deal), reason="capacity", at=AT)

    assert (ended.state, ended.decline_reason, ended.ended_at, ended.due_on) == (
        "declined", "capacity", AT, None,
    )  # fmt: skip
    assert [DealDeclined.of(each).reason for each in facts("deal.declined")] == ["capacity"]
    assert Interest.objects.get().answered_at == AT
    assert not Outcome.objects.exists()


@pytest.mark.parametrize(
    ("reason", "sentence", "refusal"),
    [
        ("", "", DeclineReasonMissing),
        ("because", "", DeclineReasonMissing),
        ("other", "说不清", OtherNeedsWords),
        ("price", "贵" * 201, SentenceTooLong),
    ],
)
def test_a_no_that_says_nothing_is_refused(
    reason: str, sentence: str, refusal: type[Refused]
) -> None:
    deal = asked()
    with pytest.raises(refusal):
        services.decline_deal(
            deal=deal, person=seller_of(deal), reason=reason, sentence=sentence, at=AT
        )
    assert Deal.objects.get().state == "intention"


def test_who_asked_does_not_answer_and_strangers_do_nothing() -> None:
    deal = asked()
    with pytest.raises(MoveNotYours) as caught:
        services.agree_to_talk(deal=deal, person=buyer_of(deal), at=AT)
    assert str(caught.value) == "这一步不由你来做。你现在可以：谢绝。"

    stranger = make_person()
    with pytest.raises(MoveNotYours) as caught:
        services.agree_to_talk(deal=deal, person=stranger, at=AT)
    assert str(caught.value) == "这一步不由你来做。你现在可以：查看。"
    with pytest.raises(MoveNotYours):
        services.decline_deal(deal=deal, person=stranger, reason="price", at=AT)


def test_yes_comes_once_and_says_what_is_possible_now() -> None:
    deal = talking()
    with pytest.raises(MoveImpossible) as caught:
        services.agree_to_talk(deal=deal, person=seller_of(deal), at=AT)
    assert str(caught.value) == ("这笔对接现在是“洽谈中”，不能这样做。现在可以：谢绝、接受报价。")


def test_both_sides_being_one_firm_is_kept_and_flagged() -> None:
    need, offer = of_one_organization("salt")
    deal = services.express_interest(need=need, offer=offer, person=need.holder, at=AT)
    assert deal.flags == ["RELATED_PARTY"]
    assert asked("bridge").flags == []


def test_a_firm_and_its_branch_are_one() -> None:
    need, offer = of_one_organization("salt")
    branch = make_seat().organization
    assert branch is not None
    offer.organization = branch
    offer.save()
    for above, below in ((need.organization, branch), (branch, need.organization)):
        assert above is not None
        assert below is not None
        below.parent, above.parent = above, None
        above.save()
        below.save()
        Deal.objects.all().delete()
        Interest.objects.all().delete()
        deal = services.express_interest(need=need, offer=offer, person=need.holder, at=AT)
        assert deal.flags == ["RELATED_PARTY"]


def test_the_seller_may_speak_first_and_agents_speak_for_their_firm() -> None:
    need, offer = need_of("salt"), offer_of("salt")
    agent = make_seat()
    need.organization = agent.organization
    need.save()
    deal = services.express_interest(need=need, offer=offer, person=offer.holder, at=AT)
    assert deal.asked_by == "seller"

    services.agree_to_talk(deal=deal, person=agent.person, at=AT)

    assert Deal.objects.get().state == "negotiating"


def test_visible_to_agrees_with_the_policy() -> None:
    one, other = talking("salt"), talking("bridge")
    agent, steward = make_seat(), make_person()
    party = other.parties.get(role="buyer")
    party.organization = agent.organization
    party.save()
    one.steward = steward
    one.save()
    people: list[Person] = [buyer_of(one), seller_of(other), agent.person, steward, make_person()]
    for person in people:
        allowed = {
            each for each in Deal.objects.all() if policies.may_read(person, each, today=TODAY)
        }
        assert set(selectors.visible_to(person, today=TODAY)) == allowed
    assert not policies.may_read(None, one, today=TODAY)


def test_the_steward_who_was_called_in_hears_of_it() -> None:
    deal = asked()
    deal.steward = make_person()
    deal.save()
    services.agree_to_talk(deal=deal, person=seller_of(deal), at=AT)
    assert Notice.objects.filter(reason="deal", person=deal.steward).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_yes_and_no_at_once_the_second_is_told() -> None:
    deal = asked()
    seller = seller_of(deal)

    def refuse() -> Deal:
        return services.decline_deal(deal=deal, person=seller, reason="price", at=AT)

    with ExitStack() as stack:
        with transaction.atomic():
            refuse()
            second = stack.enter_context(
                meanwhile(services.agree_to_talk, deal=deal, person=seller, at=AT)
            )
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(MoveImpossible):
            second.result(timeout=5)

    assert Deal.objects.get().state == "declined"
