"""A passkey is added and signs in; the pages of two steps pass the audit."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser import checks
from tests.makers import PASSWORD, make_account

from kehui.people.models import Account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def named(address: str) -> str:
    """Return the address by name: passkeys belong to a name, not to a number."""
    return address.replace("127.0.0.1", "localhost")


def sign_in(page: Page, address: str, account: Account) -> None:
    page.goto(f"{address}/sign-in/")
    page.get_by_label("用户名").fill(account.username)
    page.get_by_label("密码").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_load_state("networkidle")  # the key of the device is bound


def forget(page: Page) -> None:
    """Drop the session once nothing is under way that would bring it back."""
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies()


def test_a_passkey_signs_in_without_a_password(browser: Browser, named: str) -> None:
    account = make_account()
    page = checks.open_page(browser, width=390)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    sign_in(page, named, account)
    page.goto(f"{named}/me/factors/keys/add/")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    page.get_by_label("名称").fill("单位的电脑")
    page.get_by_label("以后用它登录，不再输密码").check()
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_role("heading", name="备用码")).to_be_visible()
    page.goto(f"{named}/me/factors/")
    expect(page.get_by_text("通行密钥 · 单位的电脑")).to_be_visible()

    forget(page)
    page.goto(f"{named}/sign-in/?next=/me/devices/")
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_role("heading", name="登录的设备")).to_be_visible()

    forget(page)
    sign_in(page, named, account)
    page.get_by_role("button", name="改用通行密钥").click()
    expect(page).to_have_url(f"{named}/me/")


def test_a_passkey_that_is_not_there_is_said_on_the_page(browser: Browser, named: str) -> None:
    page = checks.open_page(browser)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    empty = DEVICE | {"automaticPresenceSimulation": True, "isUserVerified": False}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": empty})

    page.goto(f"{named}/sign-in/")
    page.get_by_role("button", name="用通行密钥登录").click()

    expect(page.get_by_text("请用密码登录")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_two_steps_have_no_faults(
    browser: Browser, named: str, width: int, tmp_path: Path
) -> None:
    page = checks.open_page(browser, width=width)
    sign_in(page, named, make_account())
    page.goto(f"{named}/me/factors/phone/")
    found = {"again": checks.audit(page)}
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", name=re.compile("手机验证码"))).to_be_visible()

    for path in ("phone/", "keys/add/", "", "keys/"):
        page.goto(f"{named}/me/factors/{path}")
        found[path] = checks.audit(page)
    page.goto(f"{named}/me/devices/")
    found["devices"] = checks.audit(page)

    assert {path: faults for path, faults in found.items() if faults} == {}
