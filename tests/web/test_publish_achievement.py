"""The wizard's page on an achievement, without JavaScript, and what others see of it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.makers import make_account, make_person, make_reviewer
from tests.market.writing import publish_offer, submit, write_offer

from kehui.market import services
from kehui.market.models import Achievement, Offer, State, Tier
from kehui.people.models import Level

pytestmark = pytest.mark.django_db
TYPED = {
    "stage": "development",
    "ownership": "职务成果，归本校",
    "deal_modes": ["license", "joint"],
    "patents": "ZL202310000001.1、ZL202310000002.6",
    "registration": "9512023Y0123",
    "doi": "https://doi.org/10.1000/182",
    "ipc": "C02F 1/469\nB01D61/44",
    "discipline_0": "人工智能",
    "discipline_1": "610.30 环境工程学",
    "completers": "李华\n王芳",
    "publicity": "本校网站公示 15 日，无异议",
    "evaluation_standard": "GB/T 44731-2024",
    "evaluation_economy": "年增效益 300 万元",
    "evaluation_evaluator": "省科技评估中心",
    "evaluation_date": "2026-03-01",
}
AUTHOR = "陈工"


@pytest.fixture
def offer() -> Offer:
    return write_offer(make_person(AUTHOR), kind="achievement", trl=6)


@pytest.fixture
def browser(client: Client, offer: Offer) -> Client:
    client.force_login(make_account(person=offer.holder))
    return client


def page(offer: Offer, step: str = "achievement") -> str:
    return reverse("market:edit", args=[offer.pk, step])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_it_stands_between_proof_and_field(browser: Client, offer: Offer) -> None:
    shown = text(browser.get(page(offer)))
    on = browser.post(page(offer, "proof"), {"trl": "6"})
    further = browser.post(page(offer), TYPED)

    assert 'list="disciplines"' in shown
    assert '<option value="520.20 人工智能">' in shown
    assert f'href="{page(offer, "proof")}"' in shown
    assert on.headers["Location"] == page(offer)
    assert further.headers["Location"] == page(offer, "field")


def test_other_kinds_have_no_such_page(client: Client) -> None:
    other = write_offer(kind="service")
    client.force_login(make_account(person=other.holder))

    on = client.post(page(other, "proof"), {"trl": "6"})

    assert client.get(page(other)).status_code == 404
    assert on.headers["Location"] == page(other, "field")


def test_what_is_typed_is_kept_and_shown_again(browser: Client, offer: Offer) -> None:
    browser.post(page(offer), TYPED)

    kept = Achievement.objects.get()
    again = text(browser.get(page(offer)))
    assert (kept.patents, kept.ipc) == (
        ["ZL202310000001.1", "ZL202310000002.6"],
        ["C02F 1/469", "B01D 61/44"],
    )
    assert (kept.disciplines, kept.doi) == (["52020", "61030"], "10.1000/182")
    assert kept.evaluation == {
        "standard": "GB/T 44731-2024",
        "economy": "年增效益 300 万元",
        "evaluator": "省科技评估中心",
        "date": "2026-03-01",
    }
    assert "ZL202310000001.1\nZL202310000002.6</textarea>" in again
    assert 'value="520.20 人工智能"' in again
    assert 'value="2026-03-01"' in again
    assert '<details class="fold" open>' in again


def test_an_untouched_page_leads_on_and_stays_folded(browser: Client, offer: Offer) -> None:
    shown = text(browser.get(page(offer)))
    answer = browser.post(page(offer), {})

    assert '<details class="fold">' in shown
    assert answer.headers["Location"] == page(offer, "field")


def test_further_disciplines_of_an_import_stay(browser: Client, offer: Offer) -> None:
    codes = ["110", "120", "130", "140"]
    services.describe_achievement(
        offer=offer,
        person=offer.holder,
        values={"stage": "basic", "disciplines": codes},
        at=offer.changed_at,
    )

    browser.post(page(offer), {"stage": "basic", "discipline_0": "110 数学"})

    assert Achievement.objects.get().disciplines == ["110", "140"]


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("discipline_0", "材料", "个学科，请写代码。例如：430 材料科学"),
        ("discipline_1", "炼丹", "没有找到“炼丹”。换个词，或写学科代码。"),
        ("discipline_2", "0812", "不像 GB/T 13745-2009 的学科代码"),
        ("doi", "见论文", "“见论文”不是 DOI。"),
        ("ipc", "TP391", "“TP391”不是 IPC 分类号。"),
        ("patents", "专" * 41, "每个最多 40 个字。一行写一个，或用顿号隔开。"),
        ("ipc", "、".join(f"C02F 1/{n}" for n in range(20, 31)), "最多 10 个。"),
        ("completers", "李" * 700, "太长了，请写短些。"),
        ("evaluation_date", "上周", "看不懂日期“上周”。"),
        ("stage", "", "请填写“成果类型”。"),
        ("ownership", "问 13800000001", "“权属”里有联系方式"),
        ("evaluation_economy", "见 www.kehui.cn", "“经济价值”里有联系方式"),
    ],
)
def test_what_cannot_stand_is_said_where_it_is_and_kept_as_typed(
    browser: Client, offer: Offer, name: str, typed: str, said: str
) -> None:
    answer = browser.post(page(offer), {**TYPED, name: typed})

    html = text(answer)
    assert answer.status_code == 422
    assert said in html
    assert f'href="#id_{name}' in html
    assert typed in html
    assert Achievement.objects.get().publicity == TYPED["publicity"]


def test_it_saves_itself(browser: Client, offer: Offer) -> None:
    saved = browser.post(page(offer), {"ownership": "本校"}, headers={"X-Autosave": "1"})
    refused = browser.post(page(offer), {"doi": "见论文"}, headers={"X-Autosave": "1"})

    assert (saved.status_code, refused.status_code) == (204, 422)


def test_the_clinic_examines_beside_it(browser: Client, offer: Offer) -> None:
    answer = browser.post(reverse("market:examine", args=[offer.pk, "achievement"]), TYPED)

    assert answer.status_code == 200
    assert Achievement.objects.count() == 0


def test_a_published_offer_is_revised(client: Client) -> None:
    offer = publish_offer(kind="achievement", trl=6)
    client.force_login(make_account(person=offer.holder))

    bad = client.post(page(offer), {**TYPED, "stage": ""})
    worse = client.post(page(offer), {**TYPED, "discipline_0": "材料"})
    good = client.post(page(offer), TYPED)

    offer.refresh_from_db()
    assert (bad.status_code, worse.status_code, good.status_code) == (422, 422, 302)
    assert (offer.state, offer.revision) == (State.PUBLISHED, 2)
    assert Achievement.objects.get().stage == "development"


def test_the_preview_names_the_gap(browser: Client, offer: Offer) -> None:
    browser.post(page(offer), {"ownership": "本校"}, headers={"X-Autosave": "1"})

    html = text(browser.get(reverse("market:preview", args=[offer.pk])))

    assert f'href="{page(offer)}#id_stage"' in html


@pytest.mark.parametrize(("level", "sees"), [(Level.V2, True), (Level.V1, False), (None, False)])
def test_details_are_for_those_who_may_see_them(
    client: Client, level: Level | None, *, sees: bool
) -> None:
    offer = publish_offer(kind="achievement", trl=6, tier=Tier.VERIFIED)
    author = Client()
    author.force_login(make_account(person=offer.holder))
    author.post(page(offer), TYPED)
    if level is not None:
        client.force_login(make_account(person=make_person(level=level)))

    html = text(client.get(reverse("market:offer", args=[offer.pk])))

    for public in ("职务成果，归本校", "许可、合作开发", "ZL202310000001.1、", "10.1000/182"):
        assert public in html
    assert "人工智能、环境工程学" in html
    for detail in ("李华、王芳", "年增效益 300 万元", "省科技评估中心 · GB/T 44731-2024"):
        assert (detail in html) == sees


def test_the_gate_shows_all_of_it(browser: Client, client: Client, offer: Offer) -> None:
    browser.post(page(offer), TYPED)
    submit(offer)
    client.force_login(make_account(person=make_reviewer()))

    html = text(client.get(reverse("office:gate_review", args=[offer.pk])))

    assert "李华、王芳" in html
    assert "年增效益 300 万元" in html


def test_what_belongs_to_another_kind_is_not_shown(browser: Client, offer: Offer) -> None:
    browser.post(page(offer), TYPED)
    browser.post(page(offer, "kind"), {"kind": "service"})

    assert "ZL202310000001.1" not in text(browser.get(reverse("market:offer", args=[offer.pk])))
