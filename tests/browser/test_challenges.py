"""A door under pressure in a real browser: with a script, without one, and without WebCrypto."""

from pathlib import Path

import pytest
from django.utils.timezone import now
from playwright.sync_api import Browser, Page, expect
from tests.browser import checks
from tests.makers import PASSWORD, make_account

from kehui.people.services import tries

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def pressed() -> None:
    """Let somebody have guessed at names from this block of addresses."""
    make_account("shen")
    for _ in range(20):
        tries.count([tries.Limit(tries.subject("net", "127.0.0.0/24"), 100)], at=now())


def fill(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in/")
    page.get_by_label("用户名").fill("shen")
    page.get_by_label("密码").fill(PASSWORD)


def press(page: Page) -> None:
    page.get_by_role("button", name="登录", exact=True).click()


def test_the_script_works_while_somebody_types(browser: Browser, address: str) -> None:
    page = checks.open_page(browser)
    fill(page, address)

    expect(page.get_by_text("安全检查已完成。")).to_be_visible(timeout=30_000)
    press(page)

    expect(page).to_have_url(f"{address}/me/")
    assert checks.heard_by(page) == []


def test_whoever_is_faster_than_the_script_is_let_in_as_well(
    browser: Browser, address: str
) -> None:
    page = checks.open_page(browser, width=390)
    fill(page, address)
    press(page)

    expect(page).to_have_url(f"{address}/me/", timeout=30_000)


def test_without_scripts_one_waits_as_told(browser: Browser, address: str) -> None:
    page = checks.open_page(browser, scripts=False)
    fill(page, address)
    expect(page.get_by_text("请等 5 秒再按按钮")).to_be_visible()
    press(page)
    expect(page.get_by_role("alert")).to_contain_text("秒，然后再按一次。")
    expect(page.get_by_label("用户名")).to_have_value("shen")

    for _ in range(20):  # presses too early, as people do
        if page.url.endswith("/me/"):
            break
        page.get_by_label("密码").fill(PASSWORD)
        press(page)

    expect(page).to_have_url(f"{address}/me/")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("elder", [False, True])
def test_a_door_under_pressure_has_no_faults(
    browser: Browser, address: str, width: int, tmp_path: Path, *, elder: bool
) -> None:
    page = checks.open_page(browser, width=width)
    if elder:
        page.context.add_cookies([{"name": "kehui_elder", "value": "1", "url": address}])
    found = {}
    for path in ("sign-in/", "sign-in/by-code/", "password/forgotten/", "sign-up/"):
        page.goto(f"{address}/{path}")
        expect(page.get_by_text("安全检查已完成。")).to_be_visible(timeout=30_000)
        found[path] = checks.audit(page, elder=elder)
    page.screenshot(path=tmp_path / f"challenge-{width}.png", full_page=True)

    assert {path: faults for path, faults in found.items() if faults} == {}
