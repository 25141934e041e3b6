"""Without a line, a page answers with the one the device keeps; with the line back, with itself."""

import pytest
from playwright.sync_api import Browser, expect
from tests.browser import checks
from tests.browser.entering import enter
from tests.makers import make_account, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_reader_without_a_line_is_told_so(browser: Browser, address: str) -> None:
    page = checks.open_page(browser, width=390)
    enter(page, make_account(person=make_person()), address)
    page.goto(f"{address}/needs/")
    page.wait_for_function("navigator.serviceWorker.ready.then((found) => !!found.active)")

    page.context.set_offline(True)
    page.goto(f"{address}/offers/")

    expect(page.get_by_role("heading", name="没有网络")).to_be_visible()
    assert [each for each in checks.audit(page) if not each.startswith("console")] == []
    page.context.set_offline(False)
    page.get_by_role("link", name="再试一次").click()
    expect(page.get_by_role("heading", name="没有网络")).to_have_count(0)
    assert page.url == f"{address}/offers/"


def test_nothing_but_the_kept_page_stays_on_the_device(browser: Browser, address: str) -> None:
    page = checks.open_page(browser, width=390)
    enter(page, make_account(person=make_person()), address)
    page.goto(f"{address}/me/")
    page.wait_for_function("navigator.serviceWorker.ready.then((found) => !!found.active)")
    page.goto(f"{address}/inbox/")

    kept = page.evaluate(
        "caches.open('kehui').then((c) => c.keys()).then((all) => all.map((r) => r.url))"
    )

    assert sorted(each.removeprefix(address) for each in kept) == [
        "/offline/",
        "/static/css/kehui.css",
        "/static/icons.svg",
        "/static/mark.svg",
    ]
