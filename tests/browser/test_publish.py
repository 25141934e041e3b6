"""A firm publishes a need on a phone, with and without JavaScript; every page passes the audit."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from tests.browser import checks
from tests.browser.entering import enter
from tests.makers import make_account, make_person, make_reviewer
from tests.market.paper import PDF
from tests.market.writing import LONG, category_for, publish_need, submit, write_need, write_offer

from kehui.market import services
from kehui.market.models import Achievement, Item, Need, State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def keep(page: Page, name: str) -> None:
    """Keep a picture where KEHUI_PICTURES says; for people to look at."""
    if folder := os.environ.get("KEHUI_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def publish(page: Page, address: str, *, scripts: bool) -> None:
    page.goto(f"{address}{reverse('market:publish')}")
    page.get_by_role("link", name="发布需求").click()
    page.get_by_label("委托攻关难题").check()
    page.get_by_role("button", name="开始写").click()
    page.get_by_label("标题").fill("泡菜盐渍废水盐分回收与达标处理")
    page.get_by_label("需求背景").fill("蒸发结晶段，每天 120 吨废水，含盐 8 %，三天停机一次。")
    page.get_by_label("需解决的主要技术难题").fill("有机物和钙镁一起结垢，换热效率一周掉一半。")
    page.get_by_label("期望实现的主要技术目标").fill("盐回收率 85 % 以上，吨水成本 35 元以内。")
    page.get_by_label("描述", exact=True).fill(LONG)
    page.get_by_label("已经试过").fill("加过阻垢剂，管用两周，之后照样结垢。")
    keep(page, f"matter-{scripts}")
    forward(page)
    page.get_by_role("button", name="再加一项").click()
    page.get_by_role("button", name="去掉这项").last.click()
    page.locator("#id_row-0-name").fill("盐回收率")
    page.locator("#id_row-0-target").fill("85")
    page.locator("#id_row-0-unit").fill("%")
    keep(page, f"indicators-{scripts}")
    forward(page)
    page.get_by_label("面议", exact=True).check()
    page.get_by_label("面议原因").fill("要看水样再定")
    page.get_by_label("预算上限").fill("100")
    page.get_by_label("希望完成日期").fill(f"{timezone.localdate() + timedelta(days=90)}")
    keep(page, f"money-{scripts}")
    forward(page)
    category = category_for("problem")
    value = f"{category.pk}|{category.labels[0]}"
    if scripts:
        page.locator("#id_category-first").select_option(label=f"电子信息 · {category.name}")
        page.locator("#id_industry-first").select_option(label="制造业")
    else:
        page.locator("#id_category").select_option(value)
        page.locator("#id_industry").select_option("14")
    keep(page, f"whom-{scripts}")
    forward(page)
    page.get_by_label("联系电话或邮箱").fill("13800000001")
    page.get_by_label("内容属实").check()
    keep(page, f"contact-{scripts}")
    forward(page)
    expect(page.get_by_role("heading", name="对方会看到这样")).to_be_visible()
    keep(page, f"preview-{scripts}")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("已提交，审核员 3 个工作日内答复。")).to_be_visible()


def forward(page: Page) -> None:
    page.get_by_role("button", name="存好，下一步").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_need_is_published_on_a_phone(browser: Browser, address: str, *, scripts: bool) -> None:
    page = checks.open_page(browser, width=390, scripts=scripts)
    enter(page, make_account(person=make_person("陈工")), address)

    publish(page, address, scripts=scripts)

    need = Need.objects.get()
    assert (need.state, need.budget_high_fen, need.indicators.count()) == (
        State.SUBMITTED,
        100_000_000,
        1,
    )


def test_the_clinic_answers_while_somebody_writes_and_the_draft_saves_itself(
    browser: Browser, address: str
) -> None:
    need = write_need(kind="problem", tried="")
    page = checks.open_page(browser, width=390)
    enter(page, make_account(person=need.holder), address)
    page.goto(f"{address}{reverse('market:edit', args=[need.pk, 'matter'])}")
    advice = page.get_by_text("写写已经试过什么，为什么不行")
    expect(advice).to_be_visible()

    page.get_by_label("已经试过").fill("加过阻垢剂，管用两周，之后照样结垢。")

    expect(advice).to_be_hidden()
    expect(page.get_by_text("已自动保存")).to_be_visible()
    assert Need.objects.get().tried.startswith("加过阻垢剂")


@pytest.mark.parametrize(("width", "elder"), [(1440, False), (390, False), (390, True)])
def test_the_pages_pass_the_audit(
    browser: Browser, address: str, width: int, *, elder: bool
) -> None:
    reviewer = make_reviewer()
    need = write_need(reviewer, kind="problem", title="短")
    offer = write_offer(reviewer)
    other = submit(write_need(at=timezone.now()), at=timezone.now())
    out = publish_need(reviewer, at=timezone.now())
    told = write_offer(reviewer, kind="achievement", trl=6, title="高盐废水膜蒸馏制盐工艺")
    add_file(need)
    page = checks.open_page(browser, width=width)
    enter(page, make_account(person=reviewer, elder_mode=elder), address)
    steps = ("kind", "matter", "indicators", "money", "whom", "contact")
    paths = [
        reverse("market:publish"),
        reverse("market:publish_need"),
        reverse("market:publish_offer"),
        *(reverse("market:edit", args=[need.pk, step]) for step in steps),
        *(reverse("market:edit", args=[offer.pk, s]) for s in ("proof", "field", "terms")),
        reverse("market:edit", args=[told.pk, "achievement"]),
        reverse("market:preview", args=[need.pk]),
        reverse("market:close", args=[out.pk]),
        reverse("market:discard", args=[need.pk]),
        reverse("market:studio_open"),
        reverse("market:studio_edit", args=[offer.studio.pk]),
        reverse("market:studio_best_works", args=[offer.studio.pk]),
        reverse("market:studio_transfer", args=[offer.studio.pk]),
        reverse("office:gate"),
        reverse("office:gate_review", args=[other.pk]),
    ]

    found = {}
    for path in paths:
        page.goto(f"{address}{path}")
        keep(page, f"{path.strip('/').replace('/', '-')}-{width}{'-elder' if elder else ''}")
        found[path] = checks.audit(page, elder=elder)

    faults = [f"{path}: {each}" for path, all_of_it in found.items() for each in all_of_it]
    assert not faults, "\n".join(faults)
    assert Item.objects.count() == 5


@pytest.mark.parametrize("scripts", [True, False])
def test_an_achievement_is_told_on_a_phone_with_its_evidence(
    browser: Browser, address: str, tmp_path: Path, *, scripts: bool
) -> None:
    offer = write_offer(kind="achievement", trl=6)
    report = tmp_path / "检测报告.pdf"
    report.write_bytes(PDF)
    page = checks.open_page(browser, width=390, scripts=scripts)
    enter(page, make_account(person=offer.holder), address)

    page.goto(f"{address}{reverse('market:edit', args=[offer.pk, 'proof'])}")
    page.get_by_label("成熟度依据").fill("在两家工厂跑过三个月")
    page.get_by_label("佐证材料 选填", exact=True).set_input_files(report)
    page.get_by_role("button", name="上传选好的文件").click()
    expect(page.get_by_role("link", name="检测报告.pdf")).to_be_visible()
    expect(page.get_by_label("成熟度依据")).to_have_value("在两家工厂跑过三个月")
    keep(page, f"proof-{scripts}")
    page.get_by_label("成熟度依据").press("Enter")  # goes on, and does not press "删掉"
    page.get_by_label("应用研究").check()
    page.get_by_label("许可").check()
    page.get_by_label("学科", exact=False).first.fill("材料")
    forward(page)
    expect(page.get_by_text("个学科，请写代码").first).to_be_visible()
    page.get_by_label("学科", exact=False).first.fill("610.30")
    page.get_by_text("有过成果评价？写在这里").click()
    page.get_by_label("经济价值").fill("年增效益 300 万元")
    keep(page, f"achievement-{scripts}")
    forward(page)

    expect(page.get_by_role("heading", name="属于哪一类")).to_be_visible()
    kept = Achievement.objects.get()
    assert (kept.stage, kept.disciplines, kept.deal_modes) == ("applied", ["61030"], ["license"])
    assert kept.evaluation == {"economy": "年增效益 300 万元"}
    assert [each.name for each in offer.attachments.all()] == ["检测报告.pdf"]


def add_file(item: Item) -> None:
    services.add_attachment(
        item=item, person=item.holder, name="检测报告.pdf", content=PDF, at=timezone.now()
    )
