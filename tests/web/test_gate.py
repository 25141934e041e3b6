"""The quality gate as a reviewer uses it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.makers import make_account, make_person, make_reviewer
from tests.market.writing import submit, write_need, write_offer

from kehui.market import services
from kehui.market.models import CRITERIA, Item, Review, State

pytestmark = pytest.mark.django_db
QUEUE = "office:gate"


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(make_account(person=make_reviewer()))
    return client


def sheet(revision: int = 1, points: int = 3, **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"revision": revision}
    for name in CRITERIA:
        given |= {name: points, f"{name}_note": "写得清楚。"}
    return {**given, **changes}


def url(item: Item, name: str = "gate_review") -> str:
    return reverse(f"office:{name}", args=[item.pk])


def waiting_need() -> Item:
    return submit(write_need(at=timezone.now()), at=timezone.now())


def test_strangers_find_no_gate(client: Client) -> None:
    need = waiting_need()
    client.force_login(make_account())

    assert client.get(reverse(QUEUE)).status_code == 404
    assert client.get(url(need)).status_code == 404
    assert client.post(url(need), sheet()).status_code == 404


def test_the_queue_shows_what_waits_with_its_day(browser: Client) -> None:
    empty = browser.get(reverse(QUEUE)).content.decode()
    need = submit(write_need())  # months ago: late

    html = browser.get(reverse(QUEUE)).content.decode()

    assert "没有等着审的" in empty
    assert url(need) in html
    assert "超期" in html


def test_a_decision_leads_to_the_next_and_then_back_to_the_queue(browser: Client) -> None:
    first, second = waiting_need(), submit(write_offer(at=timezone.now()), at=timezone.now())
    shown = browser.get(url(first)).content.decode()

    on = browser.post(url(first), sheet())
    done = browser.post(url(second), sheet(points=2))

    assert first.title in shown
    assert on.headers["Location"] == url(second)
    assert done.headers["Location"] == reverse(QUEUE)
    assert dict(Item.objects.values_list("pk", "state")) == {
        first.pk: State.PUBLISHED,
        second.pk: State.ON_HOLD,
    }


def test_what_is_missing_is_said_and_what_was_written_is_kept(browser: Client) -> None:
    need = waiting_need()

    answer = browser.post(
        url(need), sheet(clarity="", language_note=" ", advantages_note="比蒸发省电")
    )

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "给“清楚”打 0 到 5 分。" in html
    assert "给“语言”写一句话，作者会看到。" in html
    assert "比蒸发省电" in html
    assert Review.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "<b>发布</b>"),
        ({"language": 0}, "有 0 分：<b>退回补充</b>"),
        ({"language": 0, "clarity": 2, "cooperation": 2}, "有 0 分：<b>退回补充</b>"),
        ({"clarity": 1, "cooperation": 1, "language": 1}, "不到 10 分：<b>退回补充</b>"),
        ({"advantages": 1, "clarity": 1, "cooperation": 1, "language": 1}, "<b>不通过</b>"),
        ({"language": ""}, "还有 1 项没打"),
    ],
)
def test_the_outcome_is_said_before_it_is_decided(
    browser: Client, changes: dict[str, Any], said: str
) -> None:
    need = waiting_need()

    html = browser.post(url(need, "gate_outcome"), sheet(**changes)).content.decode()

    assert said in html
    assert Review.objects.count() == 0


def test_a_change_since_the_reading_is_said_and_the_points_are_kept(browser: Client) -> None:
    need = waiting_need()
    services.revise_item(
        item=need, person=need.holder, values={"tried": "膜法。"}, at=timezone.now()
    )

    stale = browser.post(url(need), sheet(revision=1))
    html = stale.content.decode()
    fresh = browser.post(url(need), sheet(revision=2))

    assert stale.status_code == 422
    assert "作者刚刚改过这一条" in html
    assert 'name="revision" value="2"' in html
    assert fresh.status_code == 302


def test_ones_own_item_is_not_there(client: Client) -> None:
    author = make_reviewer(make_person())
    client.force_login(make_account(person=author))
    need = submit(write_need(author))

    assert client.get(url(need)).status_code == 404
    assert url(need) not in client.get(reverse(QUEUE)).content.decode()


def test_the_author_reads_points_and_sentences(client: Client, browser: Client) -> None:
    need = waiting_need()
    browser.post(url(need), sheet(points=2, clarity_note="对象没说清楚。"))
    client.force_login(make_account(person=need.holder))

    html = client.get(reverse("market:need", args=[need.pk])).content.decode()

    assert "审核意见" in html
    assert "对象没说清楚。" in html
