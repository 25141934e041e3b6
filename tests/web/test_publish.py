"""The publish wizard as somebody with a browser and no JavaScript walks through it."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.makers import make_account, make_organization, make_person, make_reviewer, make_seat
from tests.market.writing import LONG, category_for, publish_need, review, write_need, write_offer

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kehui.market.models import Item, Need, Offer, State, Studio
from kehui.people.models import Account, Level, Person

pytestmark = pytest.mark.django_db

MATTER = {
    "title": "泡菜盐渍废水盐分回收与达标处理",
    "background": "蒸发结晶段，每天 120 吨废水，含盐 8 %，三天停机一次。",
    "main_problem": "有机物和钙镁一起结垢，换热效率一周掉一半。",
    "target": "盐回收率 85 % 以上，吨水成本 35 元以内。",
    "description": LONG,
    "tried": "加过阻垢剂，管用两周，之后照样结垢。",
}
ROW = {
    "rows": "1",
    "row-0-name": "盐回收率",
    "row-0-current": "0",
    "row-0-comparison": "ge",
    "row-0-target": "85",
    "row-0-unit": "%",
    "row-0-verification": "第三方检测",
}
CONTACT = {
    "contact_name": "陈工",
    "contact_channel": "13800000001",
    "tier": "1",
    "hides_name": "on",
    "terms": "on",
}


@pytest.fixture
def account() -> Account:
    return make_account("chen", person=make_person("陈工"))


@pytest.fixture
def browser(client: Client, account: Account) -> Client:
    client.force_login(account)
    return client


def me(account: Account) -> Person:
    assert account.person is not None
    return account.person


def page(item: Item, step: str) -> str:
    return reverse("market:edit", args=[item.pk, step])


def money() -> dict[str, str]:
    return {
        "price_mode": "negotiated",
        "negotiable_reason": "要看水样",
        "budget_low_fen": "60",
        "budget_high_fen": "100 万",
        "deadline": (timezone.localdate() + timedelta(days=90)).isoformat(),
    }


def whom(kind: str = "problem") -> dict[str, Any]:
    category = category_for(kind)
    return {
        "category": f"{category.pk}|{category.labels[0]}",
        "industry": "14",
        "region_requirement": ["510000"],
        "trl": "6",
    }


def walk(browser: Client, kind: str = "problem") -> Need:
    """Fill in every page of a need, each leading to the next."""
    answer = browser.post(reverse("market:publish_need"), {"owner": "person", "kind": kind})
    need = Need.objects.get()
    for step, data in (
        ("matter", MATTER),
        ("indicators", ROW),
        ("money", money()),
        ("whom", whom(kind)),
        ("contact", CONTACT),
    ):
        assert answer.headers["Location"] == page(need, step)
        answer = browser.post(page(need, step), data)
        assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"] == reverse("market:preview", args=[need.pk])
    return Need.objects.get()


def send(browser: Client, need: Item, key: str = "k1") -> Any:
    return browser.post(reverse("market:submit", args=[need.pk]), {"key": key})


def test_a_need_is_written_submitted_and_published(browser: Client, account: Account) -> None:
    need = walk(browser)
    seen = browser.get(reverse("market:preview", args=[need.pk])).content.decode()

    send(browser, need)

    need.refresh_from_db()
    assert (need.state, need.budget_low_fen, need.budget_high_fen, need.trl) == (
        State.SUBMITTED,
        60_000_000,
        100_000_000,
        6,
    )
    assert (need.tier, need.hides_name, need.region_requirement) == (1, True, ["510000"])
    assert [each.target_text for each in need.indicators.all()] == ["≥ 85 %"]
    assert "处要补" not in seen
    review(need, reviewer=make_reviewer(), at=timezone.now())
    assert Item.objects.get().state == State.PUBLISHED


def test_pressing_submit_twice_submits_once(browser: Client) -> None:
    need = walk(browser)

    first, second = send(browser, need), send(browser, need)

    assert first.headers["Location"] == second.headers["Location"]
    assert Item.objects.get().revision == 1


def test_a_page_that_lacks_something_keeps_what_was_typed(browser: Client) -> None:
    need = write_need(browser_person(browser))

    answer = browser.post(page(need, "matter"), {**MATTER, "title": "盐分"})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "“标题”现在 2 个字，至少写 6 个字。" in html
    assert 'value="盐分"' in html
    assert 'href="#id_title"' in html
    assert Need.objects.get().tried == MATTER["tried"]


def test_an_amount_that_cannot_be_read_does_not_lose_the_rest(browser: Client) -> None:
    need = write_need(browser_person(browser), deadline=None)

    answer = browser.post(page(need, "money"), {**money(), "budget_low_fen": "六十左右"})

    assert answer.status_code == 422
    assert "看不懂金额“六十左右”" in answer.content.decode()
    assert "六十左右" in answer.content.decode()
    assert Need.objects.get().deadline is not None


def test_a_reversed_budget_is_said_and_the_rest_is_kept(browser: Client) -> None:
    need = write_need(browser_person(browser), deliverable="")

    answer = browser.post(
        page(need, "money"),
        {**money(), "budget_low_fen": "100", "budget_high_fen": "60", "deliverable": "样机"},
    )

    assert answer.status_code == 422
    assert "下限高于上限" in answer.content.decode()
    assert Need.objects.get().deliverable == "样机"


def test_the_draft_is_saved_by_itself_and_answers_nothing(browser: Client) -> None:
    need = write_need(browser_person(browser), tried="")

    answer = browser.post(
        page(need, "matter"), {**MATTER, "title": "短"}, headers={"X-Autosave": "1"}
    )

    assert (answer.status_code, answer.content) == (204, b"")
    assert Need.objects.get().title == "短"


def test_later_leads_home_with_half_a_page(browser: Client) -> None:
    need = write_need(browser_person(browser))

    answer = browser.post(page(need, "matter"), {"title": "泡菜", "later": "1"})

    assert answer.headers["Location"] == reverse("me:home")
    assert Need.objects.get().title == "泡菜"


def test_strangers_find_no_page(client: Client) -> None:
    need = write_need()
    client.force_login(make_account())
    for name in ("preview", "close", "withdraw", "renew", "confirm_contact", "discard"):
        assert client.get(reverse(f"market:{name}", args=[need.pk])).status_code == 404
    assert client.get(page(need, "matter")).status_code == 404
    assert send(client, need).status_code == 404


def test_visitors_are_sent_to_sign_in(client: Client) -> None:
    need = write_need()

    answer = client.post(page(need, "matter"), MATTER)

    assert answer.status_code == 302
    assert reverse("people:sign_in") in answer.headers["Location"]


def browser_person(browser: Client) -> Person:
    account = Account.objects.get(username="chen")
    return me(account)
