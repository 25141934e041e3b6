"""The pages of deals pass the audit, from the first word to the dispute."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from tests.browser import checks
from tests.browser.entering import enter
from tests.deals.talking import agreed, buyer_of, proposed, quoted, seller_of, talking, working
from tests.makers import make_account, make_operator
from tests.matching.pairs import AT

from kehui.deals import services
from kehui.deals.models import Deal, Dispute
from kehui.market.models import Indicator
from kehui.people.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = [(1440, False), (390, False), (390, True)]
WORDS = "到货的设备和合同里写的不是一种型号。"


def faults_of(
    browser: Browser, address: str, pages: list[tuple[Person, str]], width: int, *, elder: bool
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    people = {who.pk: who for who, _path in pages}
    accounts = {pk: make_account(person=who, elder_mode=elder) for pk, who in people.items()}
    for who, path in pages:
        page = checks.open_page(browser, width=width)
        enter(page, accounts[who.pk], address)
        page.goto(f"{address}{path}")
        if faults := checks.audit(page, elder=elder):
            found[path] = faults
        page.context.close()
    return found


@pytest.mark.parametrize(("width", "elder"), WIDTHS)
def test_the_pages_of_talks_and_contracts_have_no_faults(
    browser: Browser, address: str, width: int, *, elder: bool
) -> None:
    talks = talking("salt")
    assert talks.need is not None
    Indicator.objects.create(
        need=talks.need, name="盐回收率", comparison="ge", target=85, unit="%", verification="送检"
    )
    services.request_quote(
        deal=talks, person=buyer_of(talks), wanted="成套工艺报价，含安装调试和三个月陪产。", at=AT
    )
    until = timezone.localdate() + timedelta(days=30)
    quoted(talks, valid_until=until)
    signing = proposed(agreed(talking("bridge"))).deal
    buyer, seller = buyer_of(talks), seller_of(talks)
    room, other = f"/deals/{talks.pk}/", f"/deals/{signing.pk}/"
    pages = [
        (buyer, "/me/"),
        (buyer, "/deals/"),
        (buyer, room),
        (buyer, f"{room}take/1/"),
        (buyer, f"{room}decline/"),
        (seller, f"{room}quote/"),
        (seller_of(signing), other),
        (seller_of(signing), f"{other}sign/"),
        (buyer_of(signing), f"{other}contract/"),
    ]

    assert faults_of(browser, address, pages, width, elder=elder) == {}


@pytest.mark.parametrize(("width", "elder"), WIDTHS)
def test_the_pages_of_work_and_disputes_have_no_faults(
    browser: Browser, address: str, width: int, *, elder: bool
) -> None:
    deal = working()
    buyer, seller = buyer_of(deal), seller_of(deal)
    services.report_milestone(
        deal=deal, person=seller, position=1, evidence="已装好，见照片", at=AT
    )
    services.tell_payment(deal=deal, person=buyer, position=1, proof="20260312", at=AT)
    disputed = working(talking("bridge"))
    services.open_dispute(deal=disputed, person=buyer_of(disputed), complaint=WORDS, at=AT)
    for person in (buyer_of(disputed), seller_of(disputed)):
        services.state_view(deal=disputed, person=person, words=WORDS, at=AT)
    dispute, judge = Dispute.objects.get(), make_operator()
    room = f"/deals/{deal.pk}/"
    done = deal.contracts.get().text_hash
    pages = [
        (buyer, room),
        (seller, room),
        (buyer, f"{room}return/1/"),
        (buyer, f"{room}accept/"),
        (seller, f"{room}contract/"),
        (buyer_of(disputed), f"/deals/{disputed.pk}/"),
        (judge, "/back-office/disputes/"),
        (judge, f"/back-office/disputes/{dispute.pk}/"),
        (judge, f"/check-file/?sha256={done}"),
    ]

    assert Deal.objects.count() == 2
    assert faults_of(browser, address, pages, width, elder=elder) == {}
