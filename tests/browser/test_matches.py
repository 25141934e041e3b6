"""The matches of a need on a screen, a phone and in elder mode: they pass the audit, and answer."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser import checks
from tests.browser.entering import enter
from tests.makers import make_account, make_person
from tests.matching.pairs import matched, need_of, offer_of
from tests.matching.people import SALT, gathered, known_for

from kehui.market.models import Need
from kehui.matching.models import Feedback
from kehui.people.models import Level

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def need() -> Need:
    need = need_of("salt", make_person(level=Level.V2))
    for _ in range(6):
        offer_of("salt")
    for _ in range(4):
        known_for(SALT)
    gathered()
    assert len(matched(need)) == 6
    return need


def open_need(browser: Browser, need: Need, address: str, **options: Any) -> Page:
    page = checks.open_page(browser, **options)
    enter(page, make_account(person=need.holder), address)
    page.goto(f"{address}/needs/{need.pk}/")
    return page


def people_on(page: Page) -> Locator:
    """Return the people to ask, who come when they are scrolled to."""
    region = page.get_by_role("region", name="可以请教的人")
    region.scroll_into_view_if_needed()
    return region.locator("article")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("elder", [False, True])
def test_the_page_of_a_need_passes_the_audit(
    browser: Browser, address: str, need: Need, width: int, *, elder: bool
) -> None:
    page = open_need(browser, need, address, width=width)
    expect(people_on(page)).to_have_count(3)
    requests, size = checks.weight(page)
    assert requests <= checks.MOST_REQUESTS
    assert size <= checks.MOST_BYTES
    if elder:
        page.context.add_cookies([{"name": "kehui_elder", "value": "1", "url": address}])
        page.reload()
        expect(people_on(page)).to_have_count(3)

    assert checks.audit(page, elder=elder) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_match_is_refused_with_its_reason(
    browser: Browser, address: str, need: Need, *, scripts: bool
) -> None:
    page = open_need(browser, need, address, width=390, scripts=scripts)
    first = page.locator("article.match").first

    first.locator("summary", has_text="不合适").click()
    form = page.locator("form[action$='/decline/']:visible")
    form.get_by_text("还不够成熟").first.click()
    form.get_by_role("button", name="说明原因").click()

    expect(page.get_by_text("你说：不合适")).to_be_visible()
    assert Feedback.objects.get().reason == "R01"


@pytest.mark.parametrize("scripts", [True, False])
def test_more_people_to_ask_come_on_a_click(
    browser: Browser, address: str, need: Need, *, scripts: bool
) -> None:
    page = open_need(browser, need, address, width=390, scripts=scripts)
    if not scripts:
        page.get_by_role("link", name="看看可以请教谁").click()
    people = people_on(page)
    expect(people).to_have_count(3)

    page.get_by_role("link", name="再看几位").click()

    expect(people).to_have_count(4)
    people.first.get_by_role("link", name="看工作室").click()
    expect(page).to_have_url(re.compile(r"/studios/\d+/"))


@pytest.mark.parametrize("scripts", [True, False])
def test_the_needs_that_suit_me_come_when_i_look_at_them(
    browser: Browser, address: str, need: Need, *, scripts: bool
) -> None:
    person = make_person(level=Level.V2)
    known_for(SALT, person)
    page = checks.open_page(browser, width=390, scripts=scripts)
    enter(page, make_account(person=person), address)
    page.goto(f"{address}/me/")

    suits = page.get_by_role("link", name=need.title)
    if scripts:
        page.get_by_role("heading", name="适合你的需求").scroll_into_view_if_needed()
    else:
        page.get_by_role("link", name="看看适合你的需求").click()
    expect(suits).to_be_visible()
    assert checks.audit(page, axe=scripts) == []
