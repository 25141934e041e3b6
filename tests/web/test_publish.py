"""The publish wizard as somebody with a browser and no JavaScript walks through it."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.makers import make_account, make_organization, make_reviewer, make_seat
from tests.market.writing import LONG, category_for, publish_need, review, write_need, write_offer
from tests.web.wizard import (
    CONTACT,
    MATTER,
    ROW,
    author,
    money,
    page,
    person_of,
    problems,
    send,
    whom,
)

from kehui.market.models import Item, Need, Offer, State, Studio

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client) -> Client:
    return author(client)


def walk(browser: Client, kind: str = "problem") -> Need:
    """Fill in every page of a need, each leading to the next."""
    answer = browser.post(reverse("market:publish_need"), {"owner": "person", "kind": kind})
    need = Need.objects.get()
    for step, data in (
        ("matter", MATTER),
        ("indicators", ROW),
        ("money", money()),
        ("whom", whom(kind)),
        ("contact", CONTACT),
    ):
        assert answer.headers["Location"] == page(need, step)
        answer = browser.post(page(need, step), data)
        assert answer.status_code == 302, (step, problems(answer))
    assert answer.headers["Location"] == reverse("market:preview", args=[need.pk])
    return Need.objects.get()


def test_a_need_is_written_submitted_and_published(browser: Client) -> None:
    need = walk(browser)
    seen = browser.get(reverse("market:preview", args=[need.pk])).content.decode()

    send(browser, need)

    need.refresh_from_db()
    assert (need.state, need.budget_low_fen, need.budget_high_fen, need.trl) == (
        State.SUBMITTED,
        60_000_000,
        100_000_000,
        6,
    )
    assert (need.tier, need.hides_name, need.region_requirement) == (1, True, ["510000"])
    assert [each.target_text for each in need.indicators.all()] == ["≥ 85 %"]
    assert "处要补" not in seen
    review(need, reviewer=make_reviewer(), at=timezone.now())
    assert Item.objects.get().state == State.PUBLISHED


def test_pressing_submit_twice_submits_once(browser: Client) -> None:
    need = walk(browser)

    first, second = send(browser, need), send(browser, need)

    assert first.headers["Location"] == second.headers["Location"]
    assert Item.objects.get().revision == 1


def test_a_page_that_lacks_something_keeps_what_was_typed(browser: Client) -> None:
    need = write_need(person_of(browser))

    answer = browser.post(page(need, "matter"), {**MATTER, "title": "盐分"})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "“标题”现在 2 个字，至少写 6 个字。" in html
    assert 'value="盐分"' in html
    assert 'href="#id_title"' in html
    assert Need.objects.get().tried == MATTER["tried"]


def test_an_amount_that_cannot_be_read_does_not_lose_the_rest(browser: Client) -> None:
    need = write_need(person_of(browser), deadline=None)

    answer = browser.post(page(need, "money"), {**money(), "budget_low_fen": "六十左右"})

    assert answer.status_code == 422
    assert "看不懂金额“六十左右”" in answer.content.decode()
    assert "六十左右" in answer.content.decode()
    assert Need.objects.get().deadline is not None


def test_a_reversed_budget_is_said_and_the_rest_is_kept(browser: Client) -> None:
    need = write_need(person_of(browser), deliverable="")

    answer = browser.post(
        page(need, "money"),
        {**money(), "budget_low_fen": "100", "budget_high_fen": "60", "deliverable": "样机"},
    )

    assert answer.status_code == 422
    assert "下限高于上限" in answer.content.decode()
    assert Need.objects.get().deliverable == "样机"


def test_the_draft_is_saved_by_itself_and_answers_nothing(browser: Client) -> None:
    need = write_need(person_of(browser), tried="")

    answer = browser.post(
        page(need, "matter"), {**MATTER, "title": "短"}, headers={"X-Autosave": "1"}
    )

    assert (answer.status_code, answer.content) == (204, b"")
    assert Need.objects.get().title == "短"


def test_later_leads_home_with_half_a_page(browser: Client) -> None:
    need = write_need(person_of(browser))

    answer = browser.post(page(need, "matter"), {"title": "泡菜", "later": "1"})

    assert answer.headers["Location"] == reverse("me:home")
    assert Need.objects.get().title == "泡菜"


def test_strangers_find_no_page(client: Client) -> None:
    need = write_need()
    client.force_login(make_account())
    for name in ("preview", "close", "withdraw", "renew", "confirm_contact", "discard"):
        assert client.get(reverse(f"market:{name}", args=[need.pk])).status_code == 404
    assert client.get(page(need, "matter")).status_code == 404
    assert send(client, need).status_code == 404


def test_visitors_are_sent_to_sign_in(client: Client) -> None:
    need = write_need()

    answer = client.post(page(need, "matter"), MATTER)

    assert answer.status_code == 302
    assert reverse("people:sign_in") in answer.headers["Location"]


def test_choosing_shows_what_was_begun(browser: Client) -> None:
    draft = write_need(person_of(browser))

    html = browser.get(reverse("market:publish")).content.decode()

    assert reverse("market:edit", args=[draft.pk]) in html
    assert browser.get(reverse("market:edit", args=[draft.pk])).headers["Location"] == page(
        draft, "kind"
    )


def test_an_offer_opens_its_studio_on_the_way(browser: Client) -> None:
    start = reverse("market:publish_offer")
    assert browser.get(start).status_code == 200
    answer = browser.post(start, {"owner": "person", "kind": "service"})
    offer = Offer.objects.get()
    category = category_for("service")
    for step, data in (
        (
            "matter",
            {
                "title": "高盐有机废水电渗析盐回收成套工艺",
                "problem_solved": "高盐有机废水蒸发结垢。",
                "description": f"电渗析盐回收成套工艺，处理{LONG[4:]}",
            },
        ),
        ("proof", {"trl": "8", "trl_assessed_on": "2025年11月3日"}),
        ("field", {"category": f"{category.pk}|", "keywords": "电渗析 盐回收，结垢"}),
        ("terms", {"price_mode": "fixed", "price_fen": "4500元", "capacity": "2"}),
        ("readers", {"employer_consent": "given", "tier": "0"}),
    ):
        assert answer.headers["Location"] == page(offer, step)
        assert browser.get(page(offer, step)).status_code == 200
        answer = browser.post(page(offer, step), data)
        assert answer.status_code == 302, (step, problems(answer))
    assert browser.get(answer.headers["Location"]).status_code == 200
    send(browser, offer)

    offer.refresh_from_db()
    assert (offer.state, offer.price_fen, offer.keywords) == (
        State.SUBMITTED,
        450_000,
        ["电渗析", "盐回收", "结垢"],
    )
    assert Studio.objects.get().owner == person_of(browser)


def test_starting_without_an_answer_says_so(browser: Client) -> None:
    for name in ("publish_need", "publish_offer"):
        answer = browser.post(reverse(f"market:{name}"), {"owner": "person", "kind": ""})
        assert answer.status_code == 422
        assert problems(answer)


def test_in_the_name_of_an_organization(browser: Client) -> None:
    firm = make_seat(person_of(browser)).organization
    assert firm is not None
    browser.post(
        reverse("market:publish_need"), {"owner": f"organization:{firm.pk}", "kind": "expert"}
    )

    assert Need.objects.get().organization == firm


def test_a_stranger_does_not_write_in_the_name_of_an_organization(browser: Client) -> None:
    firm = make_organization()

    answer = browser.post(
        reverse("market:publish_need"), {"owner": f"organization:{firm.pk}", "kind": "expert"}
    )

    assert answer.status_code == 422
    assert Need.objects.count() == 0


def test_a_published_need_is_revised_page_by_page(browser: Client) -> None:
    need = publish_need(person_of(browser))
    matter = browser.get(page(need, "matter")).content.decode()

    bad = browser.post(page(need, "matter"), {**MATTER, "description": "短"})
    good = browser.post(page(need, "matter"), {**MATTER, "tried": "又试过膜法。"})
    table = browser.post(page(need, "indicators"), {**ROW, "row-0-target": "90"})

    assert "data-autosave=" not in matter
    assert (bad.status_code, good.status_code, table.status_code) == (422, 302, 302)
    need.refresh_from_db()
    assert (need.state, need.revision, need.tried) == (State.PUBLISHED, 3, "又试过膜法。")
    assert need.indicators.get().target == 90
    assert browser.get(page(need, "kind")).status_code == 404


def test_what_is_over_is_not_written(browser: Client) -> None:
    need = publish_need(person_of(browser))
    Item.objects.filter(pk=need.pk).update(state="withdrawn")

    answer = browser.get(page(need, "matter"))

    assert answer.headers["Location"] == reverse("market:need", args=[need.pk])


def test_the_clinic_looks_at_what_is_typed_and_saves_nothing(browser: Client) -> None:
    need = write_need(person_of(browser), kind="problem", tried="")
    examine = [reverse("market:examine", args=[need.pk, each]) for each in ("matter", "indicators")]

    lacks = browser.post(examine[0], {**MATTER, "tried": ""}).content.decode()
    fine = browser.post(examine[0], MATTER).content.decode()
    table = browser.post(examine[1], {"rows": "0"}).content.decode()

    advice = "写写已经试过什么，为什么不行"
    assert (advice in lacks, advice in fine) == (True, False)
    assert "加指标：现在多少，要到多少" in table
    assert Need.objects.get().tried == ""
    assert need.indicators.count() == 1


def test_terms_are_ticked_by_hand_and_dated(browser: Client) -> None:
    need = write_need(person_of(browser), terms_accepted_at=None)
    before = browser.get(page(need, "contact")).content.decode()

    browser.post(page(need, "contact"), CONTACT)
    accepted = Need.objects.get().terms_accepted_at
    browser.post(page(need, "contact"), CONTACT)
    kept = Need.objects.get().terms_accepted_at
    browser.post(page(need, "contact"), {**CONTACT, "terms": ""})

    box = re.search(r"<input[^>]*name=\"terms\"[^>]*>", before)
    assert box is not None
    assert "checked" not in box[0]
    assert accepted is not None
    assert kept == accepted
    assert Need.objects.get().terms_accepted_at is None


def test_a_stricter_tier_set_elsewhere_is_kept(browser: Client) -> None:
    need = write_need(person_of(browser), tier=2)

    html = browser.get(page(need, "contact")).content.decode()
    browser.post(page(need, "contact"), {**CONTACT, "tier": ""})

    assert "签保密协议后可见" in html
    assert Need.objects.get().tier == 2


def test_closing_asks_for_a_reason_and_says_what_happened(browser: Client) -> None:
    need = publish_need(person_of(browser))
    url = reverse("market:close", args=[need.pk])

    asked, without = browser.get(url), browser.post(url, {})
    done = browser.post(url, {"reason": "solved_here"})
    again = browser.post(url, {"reason": "solved_here"})

    assert (asked.status_code, without.status_code) == (200, 422)
    assert done.headers["Location"] == reverse("market:need", args=[need.pk])
    assert again.status_code == 422
    assert "“已办结”" in again.content.decode()


def test_the_other_actions_of_an_owner(browser: Client) -> None:
    person = person_of(browser)
    need, offer = publish_need(person, at=timezone.now()), write_offer(person)

    early = browser.post(reverse("market:renew", args=[need.pk]))
    confirmed = browser.post(reverse("market:confirm_contact", args=[need.pk]))
    gone = browser.post(reverse("market:discard", args=[offer.pk]))
    back = browser.post(reverse("market:withdraw", args=[need.pk]), {"reason": "wrong_posting"})

    assert "到期前 30 天内才能续期" in " ".join(problems(early))
    assert [each.status_code for each in (confirmed, gone, back)] == [302, 302, 302]
    assert [each.state for each in Item.objects.all()] == [State.WITHDRAWN]
