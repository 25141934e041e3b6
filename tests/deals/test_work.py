"""From the start of the work to the last payment."""

from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from tests.deals.talking import (
    WANTED,
    accepted,
    buyer_of,
    delivered,
    pass_all,
    quoted,
    seller_of,
    settled,
    signed,
    talking,
    terms,
    working,
)
from tests.makers import make_person
from tests.matching.pairs import AT
from tests.parallel import meanwhile

from kehui.deals import services
from kehui.deals.facts import DeliveryAccepted, MilestoneMoved, PaymentConfirmed
from kehui.deals.models import Acceptance, Deal, Milestone, Payment
from kehui.deals.services.milestones import (
    EvidenceMissing,
    FixDayMissing,
    MilestoneElsewhere,
    MilestoneUnknown,
    NotInWork,
)
from kehui.deals.services.moves import MoveImpossible, MoveNotYours, NotYourSide
from kehui.deals.services.payments import (
    NoPaymentsNow,
    PaymentElsewhere,
    PaymentsOpen,
    PaymentUnknown,
    ProofMissing,
)
from kehui.deals.services.work import ReasonUnsaid, ResultsMissing, WorkUnfinished
from kehui.ledger.models import Entry
from kehui.market.models import Indicator
from kehui.people.models import Level, Person

pytestmark = pytest.mark.django_db
DONE = "已装好，见照片"


def report(deal: Deal, position: int = 1, **values: Any) -> Milestone:
    told: dict[str, Any] = {"person": seller_of(deal), "evidence": DONE, "at": AT} | values
    return services.report_milestone(deal=deal, position=position, **told)


def test_a_milestone_goes_back_and_passes_the_second_time() -> None:
    deal = working()
    buyer = buyer_of(deal)
    report(deal)
    services.return_milestone(
        deal=deal, person=buyer, position=1, sentence="缺接地", fix_until=date(2026, 5, 20), at=AT
    )
    held = Milestone.objects.get(position=1)
    assert (held.state, held.fix_until, held.sentence) == ("fix", date(2026, 5, 20), "缺接地")

    report(deal)
    services.pass_milestone(deal=deal, person=buyer, position=1, at=AT)

    held.refresh_from_db()
    assert (held.state, held.fix_until, held.decided_by) == ("passed", None, buyer)
    moved = Entry.objects.filter(kind="milestone.moved").order_by("id")
    assert [MilestoneMoved.of(each).after for each in moved] == [
        "reported", "fix", "reported", "passed",
    ]  # fmt: skip


def test_only_the_buyer_decides_and_only_the_seller_reports() -> None:
    deal = working()
    buyer, seller = buyer_of(deal), seller_of(deal)
    with pytest.raises(NotYourSide):
        report(deal, person=buyer)
    report(deal)
    with pytest.raises(NotYourSide):
        services.pass_milestone(deal=deal, person=seller, position=1, at=AT)
    with pytest.raises(MoveNotYours):
        services.stop_milestone(
            deal=deal, person=make_person(), position=1, sentence="不做了", at=AT
        )


def test_a_milestone_that_cannot_be_changed_so_says_why() -> None:
    deal = working()
    buyer = buyer_of(deal)
    with pytest.raises(MilestoneUnknown):
        report(deal, 3)
    with pytest.raises(EvidenceMissing):
        report(deal, evidence="好了")
    with pytest.raises(MilestoneElsewhere) as caught:
        services.pass_milestone(deal=deal, person=buyer, position=1, at=AT)
    assert str(caught.value) == "“到货安装”现在是“未到”，不能这样处理。"
    report(deal)
    for words, day in (("", date(2026, 5, 20)), ("缺接地", date(2026, 3, 2))):
        with pytest.raises(FixDayMissing):
            services.return_milestone(
                deal=deal, person=buyer, position=1, sentence=words, fix_until=day, at=AT
            )
    with pytest.raises(ReasonUnsaid):
        services.stop_milestone(deal=deal, person=buyer, position=1, sentence="", at=AT)


def test_before_the_work_there_are_no_reports() -> None:
    deal = signed()
    with pytest.raises(NotInWork):
        report(deal)


def test_nothing_is_delivered_with_an_open_milestone_unless_the_buyer_stops_it() -> None:
    deal = working()
    seller, buyer = seller_of(deal), buyer_of(deal)
    with pytest.raises(WorkUnfinished) as caught:
        services.deliver(deal=deal, person=seller, sentence="设备", at=AT)
    assert "到货安装、调试达标" in str(caught.value)
    report(deal)
    services.pass_milestone(deal=deal, person=buyer, position=1, at=AT)
    services.stop_milestone(deal=deal, person=buyer, position=2, sentence="改由我们自己做", at=AT)
    with pytest.raises(ReasonUnsaid):
        services.deliver(deal=deal, person=seller, sentence=" ", at=AT)

    services.deliver(deal=deal, person=seller, sentence="设备和资料", at=AT)

    assert Deal.objects.get().state == "delivered"


def test_a_delivery_is_sent_back_with_a_reason() -> None:
    deal = delivered()
    with pytest.raises(ReasonUnsaid):
        services.send_back(deal=deal, person=buyer_of(deal), sentence="", at=AT)
    services.send_back(deal=deal, person=buyer_of(deal), sentence="缺操作手册", at=AT)
    assert Deal.objects.get().state == "performing"


def test_taking_over_measures_every_indicator_of_the_request() -> None:
    deal = talking()
    assert deal.need is not None
    for name in ("盐回收率", "吨水成本"):
        Indicator.objects.create(
            need=deal.need, name=name, comparison="ge", target=85, unit="%", verification="送检"
        )
    buyer, seller = buyer_of(deal), seller_of(deal)
    services.request_quote(deal=deal, person=buyer, wanted=WANTED, at=AT)
    services.accept_quote(quote=quoted(deal), person=buyer, at=AT)
    Person.objects.filter(pk__in=[buyer.pk, seller.pk]).update(level=Level.V3)
    services.draft_contract(deal=deal, person=seller, terms=terms(), at=AT)
    held = services.propose_contract(deal=deal, person=seller, at=AT)
    for person in (seller_of(deal), buyer_of(deal)):
        services.sign_contract(deal=deal, person=person, seen_hash=held.text_hash, at=AT)
    services.start_work(deal=deal, person=seller, at=AT)
    pass_all(deal)
    services.deliver(deal=deal, person=seller, sentence="设备和资料", at=AT)

    results = {"盐回收率": ("86 %", True)}
    with pytest.raises(ResultsMissing) as caught:
        services.accept_delivery(deal=deal, person=buyer, results=results, at=AT)
    assert str(caught.value) == "请逐项填写实测结果：吨水成本。"
    results["吨水成本"] = ("36 元", False)
    with pytest.raises(ReasonUnsaid):
        services.accept_delivery(deal=deal, person=buyer, results=results, at=AT)

    services.accept_delivery(
        deal=deal, person=buyer, results=results, sentence="差一点，质保期内改", at=AT
    )

    assert [(each["name"], each["is_met"]) for each in Acceptance.objects.get().lines] == [
        ("盐回收率", True),
        ("吨水成本", False),
    ]
    fact = DeliveryAccepted.of(Entry.objects.get(kind="delivery.accepted"))
    assert (fact.indicators, fact.met) == (2, 1)


def test_payments_are_told_and_confirmed_and_then_it_is_paid() -> None:
    deal = accepted()
    buyer, seller = buyer_of(deal), seller_of(deal)
    told = services.tell_payment(deal=deal, person=buyer, position=1, proof=" 2026 0312 ", at=AT)
    assert told.proof == "2026 0312"
    with pytest.raises(PaymentElsewhere):
        services.tell_payment(deal=deal, person=buyer, position=1, proof="1", at=AT)
    services.confirm_payment(deal=deal, person=seller, position=1, at=AT)
    with pytest.raises(PaymentElsewhere):
        services.confirm_payment(deal=deal, person=seller, position=1, at=AT)
    with pytest.raises(PaymentsOpen) as caught:
        services.settle(deal=deal, person=buyer, at=AT)
    assert str(caught.value) == "还有 56 万元 没有由收款方确认，不能算付清。"
    for position in (2, 3):
        services.confirm_payment(deal=deal, person=seller, position=position, at=AT)

    services.settle(deal=deal, person=buyer, at=AT)

    assert Deal.objects.get().state == "paid"
    confirmed = Entry.objects.filter(kind="payment.confirmed").order_by("id")
    assert [PaymentConfirmed.of(each).was_told for each in confirmed] == [True, False, False]


def test_a_payment_needs_a_proof_a_place_and_the_right_side() -> None:
    deal = accepted()
    buyer, seller = buyer_of(deal), seller_of(deal)
    for proof in (" ", "9" * 81):
        with pytest.raises(ProofMissing):
            services.tell_payment(deal=deal, person=buyer, position=1, proof=proof, at=AT)
    with pytest.raises(PaymentUnknown):
        services.tell_payment(deal=deal, person=buyer, position=4, proof="1", at=AT)
    with pytest.raises(NotYourSide):
        services.confirm_payment(deal=deal, person=buyer, position=1, at=AT)
    with pytest.raises(NotYourSide):
        services.tell_payment(deal=deal, person=seller, position=1, proof="1", at=AT)


def test_a_paid_deal_is_closed_by_a_party_or_by_the_clock() -> None:
    deal = settled()
    with pytest.raises(NoPaymentsNow):
        services.confirm_payment(deal=deal, person=seller_of(deal), position=1, at=AT)
    assert services.end_overdue(at=AT + timedelta(days=31)) == 1
    assert Deal.objects.get().state == "closed"
    with pytest.raises(MoveImpossible):
        services.close_deal(deal=deal, person=buyer_of(deal), at=AT)


def test_closing_ends_it_and_it_stays_readable() -> None:
    deal = settled()
    closed = services.close_deal(deal=deal, person=buyer_of(deal), at=AT)
    assert (closed.state, closed.ended_at, closed.due_on) == ("closed", AT, None)


@pytest.mark.django_db(transaction=True)
def test_of_two_acceptances_at_once_one_counts() -> None:
    deal = delivered()
    buyer = buyer_of(deal)

    def take_over() -> Deal:
        return services.accept_delivery(deal=deal, person=buyer, results={}, at=AT)

    with ExitStack() as stack:
        with transaction.atomic():
            take_over()
            second = stack.enter_context(meanwhile(take_over))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(MoveImpossible):
            second.result(timeout=5)
    assert Acceptance.objects.count() == 1
    assert Payment.objects.count() == 3
