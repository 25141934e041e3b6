"""Who leaves ends the talks of their own; what was signed stays, and stands in the way."""

from datetime import timedelta

import pytest
from tests.deals.talking import (
    asked,
    buyer_of,
    proposed,
    seller_of,
    settled,
    signed,
    talking,
)
from tests.makers import make_operator, make_seat
from tests.matching.pairs import AT

from kehui.deals import selectors, services
from kehui.deals.facts import DealDeclined
from kehui.deals.models import Contract, Deal, Quote
from kehui.deals.selectors.contracts import is_intact
from kehui.ledger.models import Entry
from kehui.notices.models import Notice
from kehui.people.models import Person
from kehui.people.services.merging import merge
from kehui.privacy.services.erasure import LeavingHindered, erase_person

pytestmark = pytest.mark.django_db
LEFT = AT + timedelta(days=1)


def test_talks_of_ones_own_end_and_the_other_side_hears_of_it() -> None:
    deal = talking()
    seller = seller_of(deal)
    erase_person(person=seller, by=seller, at=LEFT)

    deal = Deal.objects.get()
    assert (deal.state, deal.decline_reason) == ("declined", "other")
    declined = Entry.objects.get(kind="deal.declined")
    assert (DealDeclined.of(declined).reason, declined.actor) == ("other", seller.pk)
    assert Notice.objects.filter(person=buyer_of(deal), title__endswith="已谢绝").exists()
    assert deal.title == "泡菜盐渍废水的盐分回收"


def test_the_title_goes_with_the_need() -> None:
    deal = asked()
    erase_person(person=buyer_of(deal), by=buyer_of(deal), at=LEFT)
    assert Deal.objects.get().title == "（已删除）"


def test_an_unsigned_contract_is_emptied() -> None:
    contract = proposed()
    erase_person(person=seller_of(contract.deal), by=seller_of(contract.deal), at=LEFT)
    held = Contract.objects.get()
    assert (held.subject, held.text, held.milestones.filter(name="").count()) == ("", "", 2)
    assert held.text_hash == contract.text_hash


def test_a_contract_in_force_stands_in_the_way_until_it_is_done() -> None:
    deal = signed()
    for person in (buyer_of(deal), seller_of(deal)):
        with pytest.raises(LeavingHindered) as caught:
            erase_person(person=person, by=person, at=LEFT)
        assert "你还有一份没有完成的合同：“泡菜盐渍废水的盐分回收”" in str(caught.value)


def test_what_was_signed_stays_readable_for_the_other_side() -> None:
    deal = settled()
    services.close_deal(deal=deal, person=buyer_of(deal), at=AT)
    erase_person(person=buyer_of(deal), by=buyer_of(deal), at=LEFT)

    held = Contract.objects.get()
    assert is_intact(held)
    assert "电渗析" in Quote.objects.get().content
    assert Deal.objects.get().title == "泡菜盐渍废水的盐分回收"
    assert list(selectors.visible_to(seller_of(deal), today=LEFT.date())) == [deal]


def test_deals_of_an_organization_go_on_with_its_other_agents() -> None:
    deal = signed()
    leaver = seller_of(deal)
    firm = make_seat(leaver).organization
    make_seat(organization=firm)
    deal.parties.filter(role="seller").update(organization=firm)
    erase_person(person=leaver, by=leaver, at=LEFT)
    assert Deal.objects.get().state == "signed"


def test_a_signed_contract_stays_intact_when_who_signed_is_merged() -> None:
    contract = signed().contracts.get()
    signer = seller_of(contract.deal)
    other = Person.objects.create(
        name=signer.name, region=signer.region, level=signer.level, joined_at=signer.joined_at
    )
    merge(survivor=other, absorbed=signer, by=make_operator(), second=make_operator(),
          reason="同一个人登记了两次，手机号相同", at=AT)  # fmt: skip

    contract = Contract.objects.get()
    assert seller_of(contract.deal) == other
    assert is_intact(contract)
    contract.deal.parties.filter(role="seller").update(person=buyer_of(contract.deal))
    assert not is_intact(contract)
