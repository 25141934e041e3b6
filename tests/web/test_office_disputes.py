"""Operators without any part in a deal decide its dispute."""

import pytest
from django.test import Client
from tests.deals.talking import buyer_of, seller_of, working
from tests.makers import make_operator, make_steward
from tests.matching.pairs import AT
from tests.web.deals import WORDS, Side
from tests.web.entering import enter

from kehui.deals import services
from kehui.deals.models import Deal, Dispute
from kehui.people.models import Person

pytestmark = pytest.mark.django_db
LIST = "/back-office/disputes/"


@pytest.fixture
def dispute() -> Dispute:
    deal = working()
    services.open_dispute(deal=deal, person=buyer_of(deal), complaint=WORDS, at=AT)
    return Dispute.objects.get()


def browser(person: Person) -> Client:
    client = Client()
    enter(client, person)
    return client


def test_who_is_no_operator_or_has_part_in_it_finds_nothing(dispute: Dispute) -> None:
    page = f"{LIST}{dispute.pk}/"
    for person in (make_steward(), buyer_of(dispute.deal)):
        client = browser(person)
        assert client.get(LIST).status_code == client.get(page).status_code == 404
    operator = make_operator()
    client = browser(operator)
    assert WORDS in client.get(LIST).content.decode()
    Deal.objects.update(steward=operator)
    assert "没有等着裁定的" in client.get(LIST).content.decode()
    assert client.get(page).status_code == client.post(page).status_code == 404


def test_both_are_heard_before_it_is_decided(dispute: Dispute) -> None:
    Dispute.objects.update(hearing_due_on="2099-01-05")
    client = browser(make_operator())
    page = f"{LIST}{dispute.pk}/"
    assert "待裁定的争议" in client.get("/back-office/").content.decode()
    shown = client.get(page).content.decode()
    assert "双方还可以陈述到" in shown
    assert 'name="grounds"' not in shown
    early = client.post(page, {"outcome": "resume", "grounds": WORDS})
    assert early.status_code == 422
    assert "双方都陈述过" in early.content.decode()


def test_it_is_decided_with_grounds_and_both_read_them(dispute: Dispute) -> None:
    for person in (buyer_of(dispute.deal), seller_of(dispute.deal)):
        services.state_view(deal=dispute.deal, person=person, words=f"{person}：{WORDS}", at=AT)
    client = browser(make_operator())
    page = f"{LIST}{dispute.pk}/"
    shown = client.get(page).content.decode()
    for person in (buyer_of(dispute.deal), seller_of(dispute.deal)):
        assert f"{person}：{WORDS}" in shown
    assert "到货安装" in shown
    refused = client.post(page, {"grounds": "按合同办。"})
    assert refused.status_code == 422
    assert "按合同办。" in refused.content.decode()
    short = client.post(page, {"outcome": "annul", "grounds": "按合同办。"})
    assert "请用 10 到 2000 个字写清楚" in short.content.decode()

    decided = client.post(page, {"outcome": "annul", "grounds": WORDS})

    assert decided.headers["Location"] == LIST
    assert client.get(page).status_code == 404
    assert "解除合同" in Side(dispute.deal, seller_of(dispute.deal)).page()


def test_an_appeal_is_shown_to_the_second_judge(dispute: Dispute) -> None:
    deal = dispute.deal
    for person in (buyer_of(deal), seller_of(deal)):
        services.state_view(deal=deal, person=person, words=WORDS, at=AT)
    first = make_operator()
    services.decide_dispute(
        deal=deal, person=first, outcome=Dispute.Outcome.ANNUL, grounds=WORDS, at=AT
    )
    services.appeal(deal=deal, person=seller_of(deal), words="型号是对方自己改的。", at=AT)
    page = f"{LIST}{dispute.pk}/"
    assert browser(first).get(page).status_code == 404
    second = browser(make_operator())
    assert "型号是对方自己改的。" in second.get(page).content.decode()
    second.post(page, {"outcome": "resume", "grounds": WORDS})
    assert Deal.objects.get().state == "performing"
