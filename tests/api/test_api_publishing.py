from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from tests.api.bodies import need_body, offer_body
from tests.api.calling import READ, Program, problem
from tests.makers import make_organization, make_person, make_seat, make_team
from tests.market.writing import publish_need, publish_offer, review
from tests.parallel import meanwhile

from kehui.ledger.models import Entry
from kehui.market.models import Item, Need, Offer, State, Studio
from kehui.people.models import Level

pytestmark = pytest.mark.django_db


def test_a_need_is_written_and_handed_in_with_one_request() -> None:
    program = Program(make_person())

    answer = program.post("/needs", need_body())

    need = Need.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, f"/api/v1/needs/{need.pk}")
    assert (need.state, need.holder, need.terms_accepted_at is not None) == (
        State.SUBMITTED,
        program.person,
        True,
    )
    assert [str(each) for each in need.indicators.all()] == [
        "盐回收率 ≥ 85 %",
        "吨水成本 ≤ 35.5 元/吨",
    ]
    assert answer.json() == program.get(f"/needs/{need.pk}").json()


def test_an_offer_opens_a_studio_and_brings_its_achievement() -> None:
    organization = make_organization()
    agent = make_seat(organization=organization).person

    answer = Program(agent).post("/offers", offer_body(organization=str(organization.uid)))

    offer = Offer.objects.get()
    assert answer.status_code == 201
    assert (offer.organization, offer.studio.organization) == (organization, organization)
    assert offer.achievement.patents == ["ZL202310000001.1"]


def test_an_achievement_is_told_whole_and_its_details_follow_the_tier() -> None:
    evaluation = {"economy": "年增效益 300 万元", "date": "2026年3月1日"}
    told = {"stage": "applied", "completers": ["李华"], "disciplines": ["610.30"]}
    body = offer_body(achievement={**told, "evaluation": evaluation}, tier=1)

    made = Program(make_person()).post("/offers", body).json()

    assert made["achievement"]["disciplines"] == ["61030"]
    assert made["achievement"]["evaluation"]["date"] == "2026-03-01"
    Item.objects.update(state="published", published_at=timezone.now(), valid_until="2027-01-01")
    for level, names, worth in (
        (Level.V2, ["李华"], "年增效益 300 万元"),
        (Level.V1, None, None),
    ):
        read = Program(make_person(level=level)).get(f"/offers/{made['id']}").json()["achievement"]
        assert (read["completers"], (read["evaluation"] or {}).get("economy")) == (names, worth)
        assert read["stage"] == "applied"


def test_another_kind_has_no_achievement() -> None:
    answer = Program(make_person()).post("/offers", offer_body(kind="service"))

    assert problem(answer) == (422, "NOT_AN_ACHIEVEMENT")
    assert Offer.objects.count() == 0


def test_an_offer_may_be_a_teams() -> None:
    lead = make_person()
    team = make_team(lead=lead)

    answer = Program(lead).post("/offers", offer_body(team=str(team.uid)))

    assert (answer.status_code, Studio.objects.get().team) == (201, team)


def test_everything_missing_is_named_at_once_and_nothing_is_kept() -> None:
    answer = Program(make_person()).post("/needs", {"kind": "service", "title": "短"})

    told = answer.json()
    assert problem(answer) == (422, "ITEM_INCOMPLETE")
    assert told["type"] == "urn:kehui:problem:ITEM_INCOMPLETE"
    assert told["detail"] == f"还有 {len(told['errors'])} 处要补。"
    found = {each["field"]: each["code"] for each in told["errors"]}
    assert (found["title"], found["category"], found["price_mode"]) == (
        "TEXT_TOO_SHORT",
        "NEED_FIELD_MISSING",
        "PRICE_MISSING",
    )
    assert all(each["detail"] and each["detail_en"] for each in told["errors"])
    assert Item.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"title": "x" * 61}, "TEXT_TOO_LONG", "title"),
        ({"category": "none"}, "ENUM_UNKNOWN", "category"),
        ({"industry": "99999"}, "INDUSTRY_UNKNOWN", "industry"),
        ({"region": "999999"}, "REGION_UNKNOWN", "region"),
        ({"region_requirement": ["999999"]}, "ENUM_UNKNOWN", "region_requirement"),
        ({"kind": "capacity"}, "VALUE_INVALID", "kind"),
        ({"tier": 9}, "ENUM_UNKNOWN", "tier"),
        ({"price_mode": "fixed", "price_fen": 2**70}, "VALUE_FORM", "price_fen"),
        ({"price_mode": "fixed", "price_fen": 0}, "PRICE_NOT_POSITIVE", "price_fen"),
        ({"budget_low_fen": 2, "budget_high_fen": 1}, "RANGE_REVERSED", "budget_low_fen"),
        ({"deadline": "2020-01-01"}, "DATE_OUT_OF_RANGE", "deadline"),
        ({"tried": "请打 13800000001"}, "CONTACT_IN_TEXT", "tried"),
        ({"accepts_terms": False}, "NEED_FIELD_MISSING", "terms_accepted_at"),
        ({"titel": "拼错"}, "VALUE_INVALID", "titel"),
        ({"title": "空\0字符"}, "VALUE_INVALID", "title"),
        ({"price_fen": 1.5}, "VALUE_INVALID", "price_fen"),
        ({"indicators": [{"name": "x"}] * 31}, "VALUE_INVALID", "indicators"),
        (
            {"indicators": [{"name": "x" * 41, "comparison": "ge", "target": 1}]},
            "VALUE_INVALID",
            "indicators.0.name",
        ),
    ],
)
def test_a_bad_value_is_refused_with_its_code_and_field(
    changes: dict[str, object], code: str, field: str
) -> None:
    answer = Program(make_person()).post("/needs", need_body(**changes))

    assert problem(answer) == (422, code)
    assert answer.json()["field"] == field
    assert Item.objects.count() == 0


def test_several_values_that_do_not_fit_the_schema_are_all_named() -> None:
    answer = Program(make_person()).post("/needs", {"tier": "x", "nonsense": 1})

    assert problem(answer) == (422, "REQUEST_INVALID")
    fields = {each["field"] for each in answer.json()["errors"]}
    assert fields == {"kind", "tier", "nonsense"}


@pytest.mark.parametrize("body", ["{", "[", "needs"])
def test_a_body_that_is_no_json_is_said_to_be_none(body: str) -> None:
    assert problem(Program(make_person()).post("/needs", body)) == (400, "BODY_MALFORMED")


def test_who_is_not_identified_keeps_nothing_and_is_told_so() -> None:
    answer = Program(make_person(level=Level.V1)).post("/needs", need_body())

    assert problem(answer) == (403, "VERIFY_FIRST")
    assert "什么也没有存" in answer.json()["detail"]
    assert (Item.objects.count(), Entry.objects.filter(kind__startswith="item").count()) == (0, 0)


def test_the_daily_cap_holds_here_too(settings: Settings) -> None:
    settings.DAILY_CAP_PER_PERSON = 1
    program = Program(make_person())
    program.post("/offers", offer_body(), key="one")

    answer = program.post("/needs", need_body(), key="two")

    assert problem(answer) == (429, "CAP_REACHED")


def test_nobody_publishes_for_an_organization_without_a_seat() -> None:
    organization = make_organization()
    team = make_team()
    program = Program(make_person())

    for body in (
        need_body(organization=str(organization.uid)),
        need_body(organization="no-such-thing"),
    ):
        assert problem(program.post("/needs", body)) == (403, "MAY_NOT_ACT_FOR")
    assert problem(program.post("/offers", offer_body(team=str(team.uid)))) == (
        403,
        "MAY_NOT_ACT_FOR",
    )


def test_a_reading_token_writes_nothing() -> None:
    program = Program(make_person(), READ)

    assert problem(program.post("/needs", need_body())) == (403, "TOKEN_SCOPE")
    assert Item.objects.count() == 0


def test_a_write_without_a_key_is_refused() -> None:
    program = Program(make_person())

    assert problem(program.post("/needs", need_body(), key=None)) == (
        400,
        "IDEMPOTENCY_KEY_MISSING",
    )
    assert problem(program.post("/needs", need_body(), key="x" * 201)) == (422, "KEY_FORM")


def test_the_same_key_and_body_get_the_same_answer_and_another_body_a_refusal() -> None:
    program = Program(make_person())
    first = program.post("/needs", need_body())

    again = program.post("/needs", need_body())
    other = program.post("/needs", need_body(title="换了一个标题的泡菜废水"))

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (again["Idempotency-Replayed"], "Idempotency-Replayed" in first) == ("true", False)
    assert problem(other) == (409, "KEY_REUSED")
    assert Item.objects.count() == 1


def test_two_persons_may_use_the_same_key() -> None:
    first = Program(make_person()).post("/needs", need_body())
    second = Program(make_person()).post("/needs", need_body())

    assert (first.status_code, second.status_code) == (201, 201)


def test_a_refused_write_leaves_its_key_free() -> None:
    program = Program(make_person())
    program.post("/needs", need_body(title=""))

    assert program.post("/needs", need_body()).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_two_posts_at_once_one_writes_and_both_get_its_answer() -> None:
    program = Program(make_person())
    body = need_body()

    with (
        meanwhile(program.post, "/needs", body) as one,
        meanwhile(program.post, "/needs", body) as other,
    ):
        answers = [one.result(timeout=60), other.result(timeout=60)]
    connection.close()

    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert Item.objects.count() == 1


def test_the_owner_takes_a_need_back_once() -> None:
    need = publish_need(at=timezone.now() - timedelta(days=1))
    program = Program(need.holder)
    path = f"/needs/{need.pk}/withdraw"

    answer = program.post(path, {"reason": "solved_elsewhere"})
    again = program.post(path, {"reason": "solved_elsewhere"})
    anew = program.post(path, {"reason": "solved_elsewhere"}, key="another")

    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert again.content == answer.content
    assert problem(anew) == (409, "NOT_PUBLISHED")
    assert Entry.objects.filter(kind="item.withdrawn").count() == 1


def test_the_owner_takes_an_offer_back() -> None:
    offer = publish_offer()

    answer = Program(offer.holder).post(f"/offers/{offer.pk}/withdraw", {"reason": "no_answer"})

    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")


def test_a_withdrawal_has_a_reason_of_the_list() -> None:
    need = publish_need()

    answer = Program(need.holder).post(f"/needs/{need.pk}/withdraw", {"reason": "contact_lost"})

    assert problem(answer) == (422, "REASON_MISSING")


def test_to_strangers_and_on_the_wrong_side_there_is_nothing_to_withdraw() -> None:
    need = publish_need()

    stranger = Program(make_person()).post(f"/needs/{need.pk}/withdraw", {"reason": "no_answer"})
    wrong = Program(need.holder).post(f"/offers/{need.pk}/withdraw", {"reason": "no_answer"})

    assert [problem(stranger), problem(wrong)] == [(404, "NOT_FOUND"), (404, "NOT_FOUND")]
    assert Need.objects.get().state == State.PUBLISHED


def test_what_was_published_here_is_found_after_its_review() -> None:
    program = Program(make_person())
    program.post("/needs", need_body())
    review(Need.objects.get(), at=timezone.now())

    found = Program(make_person()).get("/needs").json()

    assert [each["title"] for each in found["items"]] == ["泡菜盐渍废水盐分回收与达标处理"]
