"""Both are heard, somebody without any part decides, one appeal, and then it is done."""

from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from tests.deals.talking import accepted, buyer_of, seller_of, signed, talking, working
from tests.makers import make_operator, make_organization, make_person, make_seat
from tests.matching.pairs import AT
from tests.parallel import meanwhile

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.deals import services
from kehui.deals.facts import DealMoved, DisputeDecided, DisputeOpened, DisputeStated
from kehui.deals.models import Deal, Dispute
from kehui.deals.selectors import disputes as selectors
from kehui.deals.services.disputes import AppealOver, NoDispute, NotIndependent, NotYetHeard
from kehui.deals.services.moves import MoveImpossible, MoveNotYours
from kehui.deals.services.quotes import WordsMissing
from kehui.ledger.models import Entry
from kehui.notices.models import Notice
from kehui.people.models import Person

pytestmark = pytest.mark.django_db
COMPLAINT = "到货的设备和合同里写的不是一种型号。"
VIEW = "型号改过，改的时候在电话里说过，对方没有反对。"
GROUNDS = "合同写明型号，变更没有书面记录，按合同办。"
RESUME, ANNUL = Dispute.Outcome.RESUME, Dispute.Outcome.ANNUL


def disputed(deal: Deal | None = None) -> Deal:
    deal = deal or working()
    services.open_dispute(deal=deal, person=buyer_of(deal), complaint=COMPLAINT, at=AT)
    return Deal.objects.get(pk=deal.pk)


def heard(deal: Deal | None = None) -> Deal:
    deal = disputed(deal)
    for person in (buyer_of(deal), seller_of(deal)):
        services.state_view(deal=deal, person=person, words=VIEW, at=AT)
    return deal


def decide(deal: Deal, judge: Person | None = None, **values: Any) -> Dispute:
    told: dict[str, Any] = {"outcome": RESUME, "grounds": GROUNDS, "at": AT} | values
    return services.decide_dispute(deal=deal, person=judge or make_operator(), **told)


def after_appeal_time(dispute: Dispute) -> Any:
    assert dispute.appeal_until is not None
    return dates.end_of(dispute.appeal_until)


def test_a_dispute_rests_the_deal_and_gives_both_ten_working_days() -> None:
    deal = disputed()
    held = Dispute.objects.get()
    assert (deal.state, deal.state_before, deal.due_on) == ("disputed", "performing", None)
    assert (held.state, held.opened_by, held.hearing_due_on) == (
        "opened", "buyer", dates.working_days_after(dates.day_of(AT), 10),
    )  # fmt: skip
    opened = DisputeOpened.of(Entry.objects.get(kind="dispute.opened"))
    assert opened == DisputeOpened(deal=deal.pk, dispute=held.pk, role="buyer")
    assert Notice.objects.filter(person=seller_of(deal), body=COMPLAINT).exists()
    with pytest.raises(MoveImpossible):
        disputed(deal)


def test_a_complaint_needs_words_a_side_and_a_contract() -> None:
    deal = talking()
    with pytest.raises(WordsMissing) as caught:
        services.open_dispute(deal=deal, person=buyer_of(deal), complaint="不行", at=AT)
    assert caught.value.field == "complaint"
    with pytest.raises(MoveNotYours):
        services.open_dispute(deal=deal, person=make_person(), complaint=COMPLAINT, at=AT)
    with pytest.raises(MoveImpossible):
        services.open_dispute(deal=deal, person=buyer_of(deal), complaint=COMPLAINT, at=AT)


def test_both_are_heard_and_may_say_more_until_it_is_decided() -> None:
    deal = disputed()
    services.state_view(deal=deal, person=seller_of(deal), words=VIEW, at=AT)
    assert Dispute.objects.get().state == "opened"
    services.state_view(deal=deal, person=buyer_of(deal), words=COMPLAINT, at=AT)
    services.state_view(deal=deal, person=seller_of(deal), words=VIEW * 2, at=AT)

    held = Dispute.objects.get()
    assert (held.state, held.buyer_says, held.seller_says) == ("heard", COMPLAINT, VIEW * 2)
    said = Entry.objects.filter(kind="dispute.stated").order_by("id")
    assert [DisputeStated.of(each).role for each in said] == ["seller", "buyer", "seller"]
    decide(deal)
    with pytest.raises(NoDispute):
        services.state_view(deal=deal, person=seller_of(deal), words=VIEW, at=AT)
    with pytest.raises(MoveNotYours):
        services.state_view(deal=deal, person=make_person(), words=VIEW, at=AT)


def test_who_does_not_speak_is_waited_for_until_the_last_day() -> None:
    deal = disputed()
    last = Dispute.objects.get().hearing_due_on
    with pytest.raises(NotYetHeard) as caught:
        decide(deal, at=dates.end_of(last) - timedelta(seconds=1))
    assert str(last) in str(caught.value)

    assert decide(deal, at=dates.end_of(last)).state == "decided"


def test_a_decision_waits_for_an_appeal_and_then_lets_the_work_go_on() -> None:
    deal = heard()
    judge = make_operator()
    held = decide(deal, judge)
    assert held.appeal_until == dates.day_of(AT) + timedelta(days=15)
    assert Deal.objects.get().state == "disputed"
    fact = DisputeDecided.of(Entry.objects.get(kind="dispute.decided"))
    assert (fact.outcome, fact.is_last) == ("resume", False)
    assert Notice.objects.filter(title__startswith="争议已裁定").count() == 2

    over = after_appeal_time(held)
    assert services.carry_out_decisions(at=over - timedelta(seconds=1)) == 0
    assert services.carry_out_decisions(at=over) == 1
    assert services.carry_out_decisions(at=over) == 0

    deal = Deal.objects.get()
    assert (deal.state, deal.state_before) == ("performing", "")
    assert (Dispute.objects.get().state, Dispute.objects.get().closed_at) == ("closed", over)
    moved = Entry.objects.filter(kind="deal.moved").latest("id")
    assert (DealMoved.of(moved).move, moved.actor) == ("resume", judge.pk)


def test_the_last_word_of_an_appeal_counts_at_once() -> None:
    deal = heard()
    first = make_operator()
    decide(deal, first)
    services.appeal(deal=deal, person=seller_of(deal), words=VIEW, at=AT)
    held = Dispute.objects.get()
    assert (held.state, held.appeal_by, held.appeal) == ("appealed", "seller", VIEW)
    with pytest.raises(NotIndependent):
        decide(deal, first)

    decide(deal, outcome=ANNUL)

    deal = Deal.objects.get()
    assert (deal.state, deal.ended_at) == ("rescinded", AT)
    facts = Entry.objects.filter(kind="dispute.decided").order_by("id")
    assert [DisputeDecided.of(each).is_last for each in facts] == [False, True]
    with pytest.raises(NoDispute):
        services.appeal(deal=deal, person=buyer_of(deal), words=VIEW, at=AT)


def test_an_appeal_comes_in_time_from_a_side() -> None:
    deal = heard()
    with pytest.raises(NoDispute):
        services.appeal(deal=deal, person=buyer_of(deal), words=VIEW, at=AT)
    held = decide(deal)
    with pytest.raises(MoveNotYours):
        services.appeal(deal=deal, person=make_person(), words=VIEW, at=AT)
    with pytest.raises(AppealOver):
        services.appeal(deal=deal, person=buyer_of(deal), words=VIEW, at=after_appeal_time(held))


def test_only_an_operator_without_any_part_decides() -> None:
    deal = heard()
    firm = make_organization()
    party = deal.parties.get(role="seller")
    party.organization = firm
    party.save()
    deal.steward = make_operator()
    deal.save()
    agent = make_seat(organization=firm).person
    refused = [
        make_person(),
        make_operator(make_person(employer=firm)),
        make_operator(agent),
        make_operator(party.person),
        deal.steward,
    ]
    for person in refused:
        with pytest.raises(NotIndependent):
            decide(deal, person)
    with pytest.raises(WordsMissing):
        decide(deal, grounds="不对")
    assert decide(deal, make_operator(make_person(employer=make_organization()))).judge is not None


def test_nothing_is_decided_where_there_is_no_dispute() -> None:
    with pytest.raises(NoDispute):
        decide(signed())


def test_after_the_decision_there_may_be_another_dispute() -> None:
    deal = heard()
    services.carry_out_decisions(at=after_appeal_time(decide(deal)))
    again = disputed(deal)
    assert (again.state, again.disputes.count()) == ("disputed", 2)


def test_a_dispute_of_accepted_work_goes_back_to_accepted() -> None:
    deal = heard(accepted())
    decide(deal)
    services.carry_out_decisions(at=AT + timedelta(days=16))
    assert Deal.objects.get().state == "accepted"


def test_what_can_be_decided_was_heard_appealed_or_had_its_days() -> None:
    deal = disputed()
    last = Dispute.objects.get().hearing_due_on
    assert list(selectors.undecided()) == list(deal.disputes.all())
    assert not selectors.to_decide(today=last).exists()
    assert selectors.to_decide(today=last + timedelta(days=1)).exists()
    for person in (buyer_of(deal), seller_of(deal)):
        services.state_view(deal=deal, person=person, words=VIEW, at=AT)
    assert selectors.to_decide(today=last).exists()
    decide(deal)
    assert not selectors.undecided().exists()
    services.appeal(deal=deal, person=buyer_of(deal), words=VIEW, at=AT)
    assert selectors.to_decide(today=last).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_judges_at_once_one_decides() -> None:
    deal = heard()
    one, other = make_operator(), make_operator()
    with ExitStack() as stack:
        with transaction.atomic():
            decide(deal, one)
            second = stack.enter_context(meanwhile(decide, deal, other))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(NoDispute):
            second.result(timeout=5)
    assert Dispute.objects.get().judge == one


@pytest.mark.django_db(transaction=True)
def test_of_two_clocks_at_once_one_carries_it_out() -> None:
    held = decide(heard())
    over = after_appeal_time(held)
    with ExitStack() as stack:
        with transaction.atomic():
            assert services.carry_out_decisions(at=over) == 1
            second = stack.enter_context(meanwhile(services.carry_out_decisions, at=over))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        assert second.result(timeout=5) == 0
    assert Deal.objects.get().turns.filter(move="resume").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_an_appeal_and_the_clock_at_once_none_dies() -> None:
    deal = heard()
    held = decide(deal)
    refusals: tuple[type[Refused], ...] = (NoDispute, AppealOver)
    last = held.appeal_until
    assert isinstance(last, date)
    in_time = dates.end_of(last) - timedelta(seconds=1)
    with ExitStack() as stack:
        with transaction.atomic():
            services.appeal(deal=deal, person=buyer_of(deal), words=VIEW, at=in_time)
            second = stack.enter_context(
                meanwhile(services.carry_out_decisions, at=dates.end_of(last))
            )
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        assert second.result(timeout=5) == 0
    assert Dispute.objects.get().state == "appealed"
    with pytest.raises(refusals):
        services.appeal(deal=deal, person=buyer_of(deal), words=VIEW, at=in_time)
