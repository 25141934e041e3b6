"""The pages of complaints and of the back office pass the audit."""

import pytest
from playwright.sync_api import Browser
from tests.browser import checks
from tests.browser.entering import enter
from tests.makers import NOW, make_account, make_operator, make_organization, make_person

from kehui.ledger.services import log_access
from kehui.operations import services
from kehui.operations.models import Complaint
from kehui.operations.services import change_site, file_complaint

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/complaints/",
    "/complaints/status/",
    "/back-office/",
    "/back-office/complaints/",
    "/back-office/complaints/{complaint}/",
    "/back-office/organizations/",
    "/back-office/organizations/{organization}/",
    "/back-office/codes/",
    "/back-office/jobs/",
    "/back-office/audit/",
    "/back-office/site/",
    "/back-office/policy/",
]


@pytest.mark.parametrize(("width", "elder"), [(1440, False), (390, False), (390, True)])
def test_the_pages_of_operations_have_no_faults(
    browser: Browser, address: str, width: int, *, elder: bool
) -> None:
    person, other = make_operator(), make_operator()
    complaint = file_complaint(
        kind=Complaint.Kind.FALSEHOOD,
        text="这条需求里的公司不存在，打电话过去说从来没有发布过。",
        about="XQ000012",
        contact="",
        code="ABCDEFGH2345",
        by=None,
        address="192.0.2.7",
        at=NOW,
    )
    change_site(values={"policy_profile": "open_operator"}, reason="试行", by=other, at=NOW)
    log_access(
        actor=person.pk, thing="person", number=make_person().pk, fields=["phone"],
        reason="核对重复登记", salt=bytes(16), at=NOW,
    )  # fmt: skip
    services.note_failure(task="kehui.jobs.tasks.seal_log", error=TimeoutError(), at=NOW)
    names = {"complaint": complaint.pk, "organization": make_organization().pk}
    account = make_account(person=person, elder_mode=elder)

    found: dict[str, list[str]] = {}
    for path in (each.format(**names) for each in PAGES):
        page = checks.open_page(browser, width=width)
        enter(page, account, address)
        page.goto(f"{address}{path}")
        if faults := checks.audit(page, elder=elder):
            found[path] = faults
        page.context.close()

    assert found == {}
