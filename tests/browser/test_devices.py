"""A browser signs with its key; its cookie in another browser counts nothing, and is told."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from tests.browser import checks
from tests.makers import PASSWORD, make_account
from tests.market.writing import publish_need

from kehui.ledger.services import catch_up
from kehui.market.models import Need, State
from kehui.notices.readers import READER
from kehui.people.models import Account, DeviceKey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


PATIENCE = 30_000  # milliseconds, for a busy machine
KEPT = """() => new Promise((resolve) => {
  const opening = indexedDB.open("kehui", 1);
  opening.onupgradeneeded = () => opening.transaction.abort();
  opening.onerror = () => setTimeout(resolve, 100, false);
  opening.onsuccess = () => {
    const asked = opening.result.transaction("keys").objectStore("keys").get("session");
    asked.onsuccess = () => { opening.result.close(); resolve(Boolean(asked.result)); };
  };
})"""
FORGET = """() => new Promise((resolve) => {
  indexedDB.deleteDatabase("kehui").onsuccess = () => resolve();
})"""


@pytest.fixture(autouse=True)
def required(settings: Settings) -> None:
    settings.DEVICE_KEYS = "required"


def sign_in(page: Page, address: str, account: Account) -> None:
    page.goto(f"{address}/sign-in/")
    page.get_by_label("用户名").fill(account.username)
    page.get_by_label("密码").fill(PASSWORD)
    with page.expect_response("**/me/devices/key/") as answer:
        page.get_by_role("button", name="登录", exact=True).click()
    assert answer.value.status == 200
    page.wait_for_function(KEPT)


def withdraw(page: Page, address: str, need: Need) -> None:
    page.goto(f"{address}/publish/{need.pk}/withdraw/")
    page.get_by_label("没有人回应").check()
    page.get_by_role("button", name="撤回").click()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_copied_cookie_is_refused_and_the_owner_goes_on(
    browser: Browser, address: str, width: int
) -> None:
    need = publish_need()
    account = make_account(person=need.holder)
    page = checks.open_page(browser, width=width)
    sign_in(page, address, account)

    thief = checks.open_page(browser, width=width)
    (cookie,) = [each for each in page.context.cookies() if each.get("name") == "sessionid"]
    thief.context.add_cookies(
        [{"name": "sessionid", "value": cookie.get("value", ""), "url": address}]
    )
    withdraw(thief, address, need)
    expect(thief.get_by_role("heading", name="再确认一次是你")).to_be_visible(timeout=PATIENCE)
    assert checks.audit(thief) == []
    need.refresh_from_db()
    assert need.state == State.PUBLISHED

    catch_up(READER)
    page.goto(f"{address}/inbox/")
    expect(page.get_by_text("有人在别的设备上用你的登录办事，已拦下")).to_be_visible(
        timeout=PATIENCE
    )
    page.goto(f"{address}/me/devices/")
    expect(page.get_by_text("发现没有签名的操作，已拦下")).to_be_visible(timeout=PATIENCE)
    assert checks.audit(page) == []

    withdraw(page, address, need)
    expect(page.get_by_text("已撤回，只有你自己还能看到。")).to_be_visible(timeout=PATIENCE)
    assert DeviceKey.objects.get().used_at is not None


@pytest.mark.parametrize("width", [1440, 390])
def test_who_lost_the_key_gives_the_password_and_nothing_typed_is_lost(
    browser: Browser, address: str, width: int
) -> None:
    need = publish_need()
    page = checks.open_page(browser, width=width)
    sign_in(page, address, make_account(person=need.holder))
    old = DeviceKey.objects.get().pk
    page.goto(f"{address}/me/")  # away from the page that keeps the key open
    page.evaluate(FORGET)

    withdraw(page, address, need)
    page.get_by_label("密码").fill(PASSWORD)
    with page.expect_response("**/me/devices/key/"):
        page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", name="接着做")).to_be_visible(timeout=PATIENCE)
    assert checks.audit(page) == []
    page.get_by_role("button", name="继续提交").click()

    expect(page.get_by_text("已撤回，只有你自己还能看到。")).to_be_visible(timeout=PATIENCE)
    fresh = DeviceKey.objects.get()
    assert fresh.pk != old
    assert fresh.used_at is not None
