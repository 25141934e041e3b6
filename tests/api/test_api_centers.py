import pytest
from tests.api.calling import Program, problem
from tests.makers import (
    CHENGDU,
    MIANYANG,
    WUHOU,
    make_center,
    make_operator,
    make_person,
    make_region,
    make_seat,
)

from kehui.people import services
from kehui.people.models import Seat
from kehui.people.services.hours import Span

pytestmark = pytest.mark.django_db


def test_centers_are_listed_by_region_page_by_page() -> None:
    program = Program(make_person())
    city, county = make_center(CHENGDU), make_center(WUHOU)
    make_center(MIANYANG)

    first = program.get("/centers", region=CHENGDU, limit=1).json()
    second = program.get("/centers", region=CHENGDU, limit=1, cursor=first["next"]).json()
    everything = program.get("/centers").json()

    assert [each["id"] for each in first["items"] + second["items"]] == [city.pk, county.pk]
    assert second["next"] is None
    assert len(everything["items"]) == 3


def test_a_center_is_read_with_its_library_and_without_names() -> None:
    program = Program(make_person())
    center, operator, at = make_center(WUHOU), make_operator(), program.token.created_at
    make_seat(make_person("不公开的名字"), role=Seat.Role.STEWARD, region=WUHOU)
    hours: list[Span] = [(0, at.min.time().replace(hour=9), at.min.time().replace(hour=17))]
    services.set_hours(center=center, hours=hours, by=operator, at=at)
    services.publish_procedure(
        region=WUHOU, code="visit", title="安排上门", audience="企业", steps=["打电话"], papers=[],
        working_days=3, by=operator, at=at,
    )  # fmt: skip
    services.add_policy(
        region=WUHOU, title="办法", number="", source="某厅", link="https://example.invalid/",
        issued_on=at.date(), valid_from=at.date(), valid_until=None, by=operator, at=at,
    )  # fmt: skip

    told = program.get(f"/centers/{center.pk}").json()

    assert told["hours"] == [{"weekday": 0, "opens": "09:00", "closes": "17:00"}]
    assert told["staff"] == [{"post": "科服管家", "count": 1}]
    assert told["procedures"][0]["steps"] == ["打电话"]
    assert told["policies"][0]["title"] == "办法"
    assert "不公开的名字" not in str(told)
    assert program.get("/centers/999999").status_code == 404


def test_a_program_asks_who_serves_a_place() -> None:
    program = Program(make_person())
    city = make_center(CHENGDU)
    make_region(WUHOU)

    assert program.get("/centers/serving", region=WUHOU).json()["id"] == city.pk
    assert program.get("/centers/serving", region=MIANYANG).status_code == 404
    answer = program.get("/centers/serving", region="市中区")
    assert problem(answer) == (422, "REGION_AMBIGUOUS")
