"""Live search with a Chinese input method, without JavaScript, and the audit of the lists."""

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser import checks
from tests.makers import MIANYANG
from tests.market.rows import put_need, put_offer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def put_some() -> None:
    put_offer(title="燃气轮机叶片高温涂层")
    put_offer(title="桥梁结构健康监测")
    put_need(title="泡菜废水怎么回收盐分")


def searches_of(page: Page) -> list[str]:
    seen: list[str] = []
    page.on("request", lambda each: seen.append(each.url) if "?q=" in each.url else None)
    return seen


def test_half_typed_pinyin_does_not_search_and_the_word_searches_once(
    browser: Browser, address: str
) -> None:
    put_some()
    page = checks.open_page(browser)
    page.goto(f"{address}/offers/")
    asked = searches_of(page)
    page.locator("#find-q").focus()
    keyboard = page.context.new_cdp_session(page)

    for typed in ("t", "tu", "tuc", "tuce", "tucen", "tuceng"):
        parameters = {"text": typed, "selectionStart": len(typed), "selectionEnd": len(typed)}
        keyboard.send("Input.imeSetComposition", parameters)
        page.wait_for_timeout(120)
    assert asked == []
    keyboard.send("Input.insertText", {"text": "涂层"})

    expect(page.locator("#results h3")).to_have_text(["燃气轮机叶片高温涂层"])
    page.wait_for_timeout(800)
    assert [each.rpartition("/")[2] for each in asked] == ["?q=%E6%B6%82%E5%B1%82"]
    assert page.url.endswith("/offers/?q=%E6%B6%82%E5%B1%82")


def test_search_and_filters_work_without_scripts(browser: Browser, address: str) -> None:
    put_some()
    put_offer(title="隧道防火涂层", region=MIANYANG)
    page = checks.open_page(browser, scripts=False)
    page.goto(f"{address}/offers/")

    page.locator("#find-q").fill("涂层")
    page.locator("#find-q").press("Enter")

    expect(page.locator("#results h3")).to_have_count(2)
    page.get_by_role("link", name="成都市").first.click()
    expect(page.locator("#results h3")).to_have_text(["燃气轮机叶片高温涂层"])
    assert "region=510100" in page.url


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", ["/offers/?q=涂层", "/needs/", "/studios/", "/totals/"])
def test_the_lists_pass_the_audit(browser: Browser, address: str, path: str, width: int) -> None:
    put_some()
    page = checks.open_page(browser, width=width)

    page.goto(address + path)

    assert checks.audit(page) == []
