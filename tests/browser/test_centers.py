"""The pages of centers pass the audit, for everybody and for who keeps them."""

import pytest
from playwright.sync_api import Browser
from tests.browser import checks
from tests.browser.entering import enter
from tests.makers import CHENGDU, NOW, WUHOU, make_account, make_center, make_operator, make_seat

from kehui.people import services
from kehui.people.models import Seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/centers/",
    f"/centers/?region={WUHOU}",
    "/centers/{pk}/",
    "/back-office/centers/",
    "/back-office/centers/{pk}/",
    "/back-office/centers/{pk}/hours/",
    "/back-office/centers/{pk}/staff/",
    "/back-office/centers/{pk}/standard/",
    "/back-office/centers/{pk}/library/",
    "/back-office/centers/{pk}/policies/",
]


@pytest.mark.parametrize(("width", "elder"), [(1440, False), (390, False), (390, True)])
def test_the_pages_of_centers_have_no_faults(
    browser: Browser, address: str, width: int, *, elder: bool
) -> None:
    make_center(CHENGDU)
    center, person = make_center(WUHOU), make_operator()
    make_seat(role=Seat.Role.STEWARD, region=WUHOU)
    services.publish_procedure(
        region=WUHOU, code="visit", title="安排上门", audience="企业", steps=["打电话", "约时间"],
        papers=["营业执照"], working_days=3, by=person, at=NOW,
    )  # fmt: skip
    services.add_policy(
        region=WUHOU, title="支持研发办法", number="川测〔2026〕1 号", source="某某厅",
        link="https://example.invalid/", issued_on=NOW.date(), valid_from=NOW.date(),
        valid_until=NOW.date(), by=person, at=NOW,
    )  # fmt: skip
    account = make_account(person=person, elder_mode=elder)

    found: dict[str, list[str]] = {}
    for path in (each.format(pk=center.pk) for each in PAGES):
        page = checks.open_page(browser, width=width)
        enter(page, account, address)
        page.goto(f"{address}{path}")
        if faults := checks.audit(page, elder=elder):
            found[path] = faults
        page.context.close()

    assert found == {}
