"""A newcomer signs up and registers an organization; the pages of people pass the audit."""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from tests.browser import checks
from tests.browser.entering import enter
from tests.makers import (
    CHENGDU,
    NOW,
    PASSWORD,
    WUHOU,
    make_account,
    make_operator,
    make_organization,
    make_person,
    make_region,
    make_seat,
    make_team,
    make_uscc,
)

from kehui.hooks.models import Hook
from kehui.notices import services as notices
from kehui.notices.models import Notice
from kehui.people.models import Level, Organization

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CODE = make_uscc(20260302)


def sign_up(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-up/")
    page.get_by_label("用户名").fill("shen")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("姓名").fill("沈知远")
    page.locator("#id_region").select_option(WUHOU)
    page.get_by_label("我的单位（下一步登记单位）").check()
    page.get_by_label("我已阅读并同意个人信息保护说明").check()
    page.get_by_role("button", name="注册", exact=True).click()


def test_a_newcomer_signs_up_and_registers_an_organization(browser: Browser, address: str) -> None:
    make_region(CHENGDU)
    make_region(WUHOU)
    page = checks.open_page(browser, scripts=False)  # the thinnest browser there is
    sign_up(page, address)

    expect(page.get_by_role("heading", name="登记单位")).to_be_visible()
    page.get_by_label("统一社会信用代码").fill(CODE[:17] + ("A" if CODE[17] != "A" else "B"))
    page.get_by_label("单位名称").fill("蜀南测试酒业有限公司")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("第 18 位校验码不符")
    expect(page.get_by_label("单位名称")).to_have_value("蜀南测试酒业有限公司")

    page.get_by_label("统一社会信用代码").fill(f"{CODE[:8]} {CODE[8:]}")
    page.get_by_role("button", name="登记", exact=True).click()

    expect(page.get_by_role("status")).to_contain_text("单位已登记，你是它的经办人。")
    expect(page.get_by_role("heading", name="蜀南测试酒业有限公司")).to_be_visible()
    assert Organization.objects.get().uscc == CODE


def test_a_newcomer_signs_up_with_a_code_on_a_phone(
    browser: Browser,
    address: str,
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_region(CHENGDU)
    make_region(WUHOU)
    console = {"carrier": "console", "url": "", "headers": "", "body": ""}
    settings.LETTERS = {"phone": console, "email": console}
    page = checks.open_page(browser, width=390)
    page.goto(f"{address}/sign-in/")
    page.get_by_role("link", name="用短信或邮箱验证码登录").click()
    page.get_by_label("手机号或邮箱").fill("138 1234 5678")
    page.get_by_role("button", name="发验证码").click()

    expect(page.get_by_text("验证码发往 138****5678")).to_be_visible()
    faults = checks.audit(page)
    assert notices.send_next(at=timezone.now()) == 1
    digits = re.findall(r"验证码 (\d{6})", capsys.readouterr().out)[-1]
    page.get_by_label("验证码").fill(f"{digits[:3]} {digits[3:]}")
    page.get_by_role("button", name="继续").click()

    expect(page.get_by_text("138****5678 已确认")).to_be_visible()
    faults += checks.audit(page)
    page.get_by_label("姓名").fill("沈知远")
    chosen = page.locator(".picker select:visible")
    chosen.nth(0).select_option(label="成都市")
    chosen.nth(1).select_option(label="武侯区")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("我已阅读并同意个人信息保护说明").check()
    page.screenshot(path=tmp_path / "join.png", full_page=True)
    page.get_by_role("button", name="注册", exact=True).click()

    expect(page).to_have_url(f"{address}/me/")
    page.goto(f"{address}/me/contacts/")
    expect(page.get_by_text("138****5678")).to_be_visible()
    assert faults == []


PAGES = [
    "/sign-in/",
    "/sign-in/by-code/",
    "/sign-up/",
    "/password/forgotten/",
    "/organizations/register/",
    "/organizations/{organization}/",
    "/teams/new/",
    "/teams/{team}/",
    "/me/",
    "/me/items/",
    "/me/settings/",
    "/me/contacts/",
    "/me/password/",
    "/me/tokens/",
    "/me/hooks/",
    "/me/hooks/{hook}/",
    "/me/consents/",
    "/me/copy/",
    "/me/leave/",
    "/inbox/",
    "/back-office/people/",
    "/back-office/people/find/?name=%E7%8E%8B",
    "/back-office/people/doubles/",
    "/back-office/seats/",
]


@pytest.mark.parametrize(("width", "elder"), [(1440, False), (390, False), (390, True)])
def test_the_pages_of_people_have_no_faults(
    browser: Browser, address: str, width: int, *, elder: bool
) -> None:
    seat = make_seat(make_person("沈知远", title="高级工程师"))
    person = make_operator(seat.person)
    hook = Hook.objects.create(
        person=person,
        name="业务系统",
        url="https://receiver.example.cn/hooks",
        kinds=["item.published"],
        made_at=NOW,
        since=NOW,
    )
    names = {
        "organization": seat.organization_id,
        "team": make_team(lead=person).pk,
        "hook": hook.pk,
    }
    make_organization(level=Level.V1)
    make_account(person=make_person(level=Level.V1))
    notices.send(
        person, reason=Notice.Reason.MATCH, title="有 3 条新匹配", link="/", key="a", at=NOW
    )
    account = make_account(person=person, elder_mode=elder)

    found: dict[str, list[str]] = {}
    for path in (each.format(**names) for each in PAGES):
        page = checks.open_page(browser, width=width)
        if path.startswith(("/sign-", "/password/")):
            value = "1" if elder else "0"
            page.context.add_cookies([{"name": "kehui_elder", "value": value, "url": address}])
        else:
            enter(page, account, address)
        page.goto(f"{address}{path}")
        if faults := checks.audit(page, elder=elder):
            found[path] = faults
        page.context.close()

    assert found == {}
