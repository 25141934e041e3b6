"""What rows of deals call themselves, and what holds for deals without items."""

from datetime import timedelta

import pytest
from tests.deals.talking import accepted, asked, buyer_of, proposed, seller_of, signed, talking
from tests.makers import make_person, make_seat
from tests.matching.pairs import AT

from kehui.deals import policies, selectors, services
from kehui.deals.models import (
    Acceptance,
    Deal,
    Dispute,
    Milestone,
    Party,
    Payment,
    Quote,
    QuoteRequest,
    Rescission,
    Role,
    Signature,
    Turn,
)
from kehui.deals.services import moves
from kehui.matching.models import Outcome

pytestmark = pytest.mark.django_db
TITLE = "泡菜盐渍废水的盐分回收"
TODAY = AT.date()


def test_rows_name_their_deal() -> None:
    deal = accepted()
    services.open_dispute(
        deal=deal, person=buyer_of(deal), complaint="设备和说好的不是一种型号。", at=AT
    )
    Rescission.objects.create(
        deal=deal, terms="各自承担费用。", proposed_by="buyer", by=buyer_of(deal), proposed_at=AT
    )
    QuoteRequest.objects.create(deal=deal, number=1, wanted="报价", by=buyer_of(deal), sent_at=AT)

    assert str(deal) == TITLE
    assert str(Turn.objects.order_by("pk").first()) == f"{deal.pk} open"
    assert str(deal.contracts.get()) == f"{TITLE} #1"
    assert [str(each) for each in Milestone.objects.all()] == ["到货安装", "调试达标"]
    assert str(Payment.objects.order_by("pk").first()) == f"{TITLE} #1 1"
    assert str(Signature.objects.order_by("pk").first()) == f"{TITLE} #1 供给方"
    assert str(Quote.objects.get()) == f"{TITLE} v1"
    assert str(QuoteRequest.objects.get()) == f"{TITLE} #1"
    assert {str(Acceptance.objects.get()), str(Rescission.objects.get())} == {TITLE}
    assert str(Dispute.objects.get()) == f"{TITLE} · 等待双方陈述"


def test_a_deal_is_open_until_it_ends() -> None:
    deal = asked()
    assert deal.is_open
    assert not services.decline_deal(
        deal=deal, person=seller_of(deal), reason="price", at=AT
    ).is_open


def test_who_hides_the_name_is_known_to_the_steward() -> None:
    deal = asked()
    assert deal.need is not None
    deal.need.hides_name, deal.asked_by = True, "seller"
    buyer, seller = deal.parties.get(role="buyer"), deal.parties.get(role="seller")
    assert [policies.may_know_name(buyer, deal, each) for each in (None, Role.BUYER)] == [
        True,
        True,
    ]
    assert not policies.may_know_name(buyer, deal, Role.SELLER)
    assert policies.may_know_name(seller, deal, Role.BUYER)
    deal.asked_by = "buyer"
    assert policies.may_know_name(buyer, deal, Role.SELLER)
    deal.need = None
    deal.asked_by = "seller"
    assert policies.may_know_name(buyer, deal, Role.SELLER)


def test_a_party_is_called_as_its_organization() -> None:
    deal = asked()
    party = deal.parties.get(role="buyer")
    assert str(party) == buyer_of(deal).name
    party.organization = make_seat().organization
    assert str(party) == str(party.organization)


def test_a_deal_without_items_goes_its_way_and_matching_hears_nothing() -> None:
    deal = asked()
    Deal.objects.update(need=None, offer=None)
    services.agree_to_talk(deal=deal, person=seller_of(deal), at=AT)
    request = services.request_quote(
        deal=deal, person=buyer_of(deal), wanted="成套工艺报价，含安装。", at=AT
    )
    assert (Deal.objects.get().state, request.indicators) == ("negotiating", [])
    assert not Outcome.objects.exists()


def test_a_move_that_comes_too_late_is_refused_and_leaves_nothing() -> None:
    deal = talking()
    with pytest.raises(moves.MoveImpossible) as caught:
        moves.make(deal, "fall_silent", None, at=AT)
    assert str(caught.value) == "这笔对接现在是“洽谈中”，不能这样做。现在可以：查看。"
    assert deal.turns.count() == 2


def test_overdue_are_the_open_ones_past_their_day_longest_first() -> None:
    late = asked("salt")
    later = asked("bridge", at=AT + timedelta(days=3))
    asked("coating", at=AT + timedelta(days=60))
    today = TODAY + timedelta(days=50)
    assert [each.pk for each in selectors.overdue(today=today)] == [late.pk, later.pk]
    services.decline_deal(deal=late, person=seller_of(late), reason="price", at=AT)
    assert [each.pk for each in selectors.overdue(today=today)] == [later.pk]


def test_a_guarantor_is_no_side() -> None:
    deal = proposed().deal
    person = make_person()
    Party.objects.create(deal=deal, role="guarantor", person=person)
    roles = policies.roles_of(person, deal, today=TODAY)
    assert roles == {"guarantor"}
    assert policies.may_read(person, deal, today=TODAY)
    with pytest.raises(moves.MoveNotYours):
        moves.check(deal, "decline", person, at=AT)


def test_what_is_signed_stays_readable_after_the_end() -> None:
    deal = signed()
    services.propose_rescission(
        deal=deal, person=seller_of(deal), terms="双方停止履行，互不追究。", at=AT
    )
    services.answer_rescission(deal=deal, person=buyer_of(deal), agrees=True, at=AT)
    long_after = TODAY + timedelta(days=4000)
    assert list(selectors.visible_to(seller_of(deal), today=long_after)) == [deal]
