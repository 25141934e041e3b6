"""Centers: who serves a place, when it is open, who keeps and checks it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from tests.makers import (
    CHENGDU,
    MIANYANG,
    NOW,
    SICHUAN,
    TODAY,
    WUHOU,
    YIBIN,
    make_center,
    make_operator,
    make_organization,
    make_region,
    make_seat,
)

from kehui.core import dates, regions
from kehui.core.services import add_park
from kehui.ledger.models import Entry
from kehui.people import policies, services
from kehui.people.models import Center, OpeningHours, Person, Seat, StandardResult
from kehui.people.selectors import centers, standard

pytestmark = pytest.mark.django_db
JINJIANG = "510104"
QINGYANG = "510105"
PROFILE = services.CenterProfile(
    name="武侯区科技云服务中心",
    plates=["cloud", "association"],
    address="武侯祠大街 1 号",
    phone="028-00000000",
    area_m2=320,
    departments=["综合部"],
    services=["需求诊断"],
)
MORNING, NOON, EVENING = time(9), time(12), time(17)


def changed(**values: Any) -> services.CenterProfile:
    return services.CenterProfile(**{**vars(PROFILE), **values})


def make_manager(region: str = WUHOU) -> Person:
    return make_seat(role=Seat.Role.CENTER_MANAGER, region=region).person


def test_the_nearest_open_center_serves_a_place(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    province, city = make_center(SICHUAN), make_center(CHENGDU)
    county = make_center(WUHOU)
    make_center(JINJIANG, opened_on=TODAY + timedelta(days=1))
    make_center(QINGYANG, closed_on=TODAY)

    with django_assert_num_queries(1):
        found = centers.serving_each(
            [SICHUAN, CHENGDU, WUHOU, JINJIANG, QINGYANG, YIBIN, "999999"], today=TODAY
        )
    with django_assert_num_queries(1):
        assert centers.serving(JINJIANG, today=TODAY) == city

    assert found == {
        SICHUAN: province,
        CHENGDU: city,
        WUHOU: county,
        JINJIANG: city,
        QINGYANG: city,
        YIBIN: province,
        "999999": None,
    }
    assert [centers.parent_of(each, today=TODAY) for each in (county, city, province)] == [
        city,
        province,
        None,
    ]


def test_a_city_serves_its_counties_without_a_center(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    province, city = make_center(SICHUAN), make_center(CHENGDU)
    counties = [each.code for each in regions.children(CHENGDU, on=TODAY)]
    for code in counties[:-2]:
        make_center(code)

    with django_assert_num_queries(2):
        served = centers.served_by(city, today=TODAY)

    assert [each.code for each in served] == counties[-2:]
    inside = centers.served_by(province, today=TODAY)
    assert not {each.code for each in inside} & set(counties)


def test_a_center_of_a_park_serves_none_of_the_counties_it_touches() -> None:
    for code in (WUHOU, JINJIANG):
        make_region(code)
    park = add_park(parent=CHENGDU, name="高新区", counties=[WUHOU, JINJIANG])
    city, of_park = make_center(CHENGDU), make_center(park.pk)
    bare = add_park(parent=CHENGDU, name="经开区", counties=[WUHOU])

    assert centers.serving(WUHOU, today=TODAY) == city
    assert centers.serving(park.pk, today=TODAY) == of_park
    assert centers.serving(bare.pk, today=TODAY) == city
    assert centers.parent_of(of_park, today=TODAY) == city


def test_a_manager_keeps_the_own_node_and_those_below(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for code in (WUHOU, JINJIANG):
        make_region(code)
    park = add_park(parent=CHENGDU, name="高新区", counties=[WUHOU, JINJIANG])
    county, other, of_park = make_center(WUHOU), make_center(JINJIANG), make_center(park.pk)
    city, far = make_center(CHENGDU), make_center(MIANYANG)
    people = [make_manager(each) for each in (park.pk, WUHOU, CHENGDU)]

    with django_assert_num_queries(3):
        seen = list(centers.kept_by(people[2], today=TODAY))

    assert seen == [city, other, county, of_park]
    assert list(centers.kept_by(people[0], today=TODAY)) == [of_park]  # nothing it touches
    assert list(centers.kept_by(people[1], today=TODAY)) == [county]
    assert list(centers.kept_by(make_operator(), today=TODAY)) == list(
        centers.open_centers(today=TODAY)
    )
    assert far not in seen
    assert not policies.may_keep_center(people[0], WUHOU, today=TODAY)
    assert not policies.serves(people[0], WUHOU, today=TODAY)


def test_a_center_is_opened_by_who_keeps_the_tree() -> None:
    make_region(WUHOU)
    operator = make_operator()

    center = services.open_center(region=WUHOU, profile=PROFILE, by=operator, at=NOW)

    assert (center.region_id, center.opened_on, center.area_m2) == (WUHOU, TODAY, 320)
    assert Entry.objects.get(kind="center.opened").payload
    with pytest.raises(services.CenterExists):
        services.open_center(region=WUHOU, profile=PROFILE, by=operator, at=NOW)
    with pytest.raises(services.NotYourCenter) as refused:
        services.open_center(region=CHENGDU, profile=PROFILE, by=make_manager(CHENGDU), at=NOW)
    assert (refused.value.code, refused.value.status) == ("CENTER_SCOPE", 403)


def test_a_name_that_two_counties_bear_is_asked_back() -> None:
    with pytest.raises(regions.RegionAmbiguous) as refused:
        services.open_center(region="市中区", profile=PROFILE, by=make_operator(), at=NOW)

    assert (refused.value.code, refused.value.status) == ("REGION_AMBIGUOUS", 422)
    assert "四川省乐山市市中区" in str(refused.value)
    assert "四川省内江市市中区" in str(refused.value)


def test_what_else_the_database_refuses_is_no_refusal_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_region(WUHOU)
    with pytest.raises(IntegrityError, match="area_m2"):
        services.open_center(region=WUHOU, profile=changed(area_m2=-1), by=make_operator(), at=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "名" * 61},
        {"address": ""},
        {"phone": ""},
        {"plates": ["cloud"]},
        {"plates": ["cloud", "nobody"]},
        {"plates": ["cloud", "association", "innovation", "park_association"]},
        {"departments": ["部"] * 21},
        {"services": ["务" * 41]},
    ],
)
def test_a_center_tells_what_people_need(wrong: dict[str, Any]) -> None:
    with pytest.raises(services.CenterMalformed):
        services.describe_center(
            center=make_center(WUHOU), profile=changed(**wrong), by=make_manager(), at=NOW
        )


def test_a_manager_describes_the_own_center_and_no_other() -> None:
    center, manager = make_center(WUHOU), make_manager()

    services.describe_center(center=center, profile=PROFILE, by=manager, at=NOW)
    services.describe_center(center=center, profile=PROFILE, by=manager, at=NOW)  # nothing new

    center.refresh_from_db()
    assert (center.name, center.departments) == (PROFILE.name, ["综合部"])
    assert Entry.objects.filter(kind="center.changed").count() == 1
    with pytest.raises(services.NotYourCenter):
        services.describe_center(center=make_center(MIANYANG), profile=PROFILE, by=manager, at=NOW)


def test_a_seat_revoked_in_mid_action_is_told_so() -> None:
    center, manager = make_center(WUHOU), make_manager()
    services.end_seat(seat=manager.seats.get(), by=make_operator(), at=NOW)
    order: dict[str, Any] = {"center": center, "profile": PROFILE, "by": manager}

    with pytest.raises(services.SeatRevoked) as refused:
        services.describe_center(**order, at=NOW)
    with pytest.raises(services.NotYourCenter):  # a week later it is old news
        services.describe_center(**order, at=NOW + timedelta(days=8))

    assert (refused.value.code, refused.value.status) == ("SEAT_REVOKED", 403)
    assert not policies.kept_lately(None, WUHOU, today=TODAY)


def test_a_closed_center_hands_its_place_to_the_one_above() -> None:
    city, center = make_center(CHENGDU), make_center(WUHOU)
    operator = make_operator()
    with pytest.raises(services.NotYourCenter):
        services.close_center(center=center, by=make_manager(), at=NOW)

    services.close_center(center=center, by=operator, at=NOW)

    assert centers.serving(WUHOU, today=TODAY) == city
    with pytest.raises(services.CenterOver):
        services.close_center(center=center, by=operator, at=NOW)
    again = services.open_center(region=WUHOU, profile=PROFILE, by=operator, at=NOW)
    assert centers.serving(WUHOU, today=TODAY) == again


def test_hours_tell_whether_it_is_open_now() -> None:
    center = make_center(WUHOU)
    week = [(0, time(14), EVENING), (0, MORNING, NOON), (5, MORNING, NOON)]
    services.set_hours(center=center, hours=week, by=make_manager(), at=NOW)

    def at(day: int, hour: int, minute: int = 0) -> bool:  # of March 2026, in Shanghai
        at = datetime(2026, 3, day, hour - 8, minute, tzinfo=UTC)
        return centers.day_at(center, at).is_open_at(at)

    assert [at(2, 9), at(2, 11, 59), at(2, 12), at(2, 14), at(2, 17)] == [
        True,
        True,
        False,
        True,
        False,
    ]
    assert not at(3, 10)
    assert list(center.hours.values_list("weekday", "opens"))[:2] == [(0, MORNING), (0, time(14))]


def test_a_holiday_of_the_nearest_place_counts() -> None:
    center, operator = make_center(WUHOU), make_operator()
    for code in (SICHUAN, CHENGDU):
        make_region(code)
    week = [(0, MORNING, NOON)]
    services.set_hours(center=center, hours=week, by=operator, at=NOW)
    ten = datetime(2026, 3, 2, 2, tzinfo=UTC)  # a Monday
    saturday = datetime(2026, 3, 7, 2, tzinfo=UTC)
    order: dict[str, Any] = {"by": operator, "at": NOW}

    services.note_holiday(region=SICHUAN, day=TODAY, name="春节", works_as=None, **order)
    feast = centers.day_at(center, ten)
    services.note_holiday(region=CHENGDU, day=TODAY, name="照常上班", works_as=0, **order)
    services.note_holiday(
        region=SICHUAN, day=date(2026, 3, 7), name="调休上班", works_as=0, **order
    )

    assert (feast.spans, feast.holiday) == ((), "春节")
    assert centers.day_at(center, ten).is_open_at(ten)
    assert centers.day_at(center, saturday).is_open_at(saturday)
    assert centers.day_at(center, saturday).holiday == "调休上班"
    assert centers.day_at(center, ten + timedelta(days=7)).holiday == ""


@pytest.mark.parametrize(
    "week",
    [
        [(0, NOON, MORNING)],
        [(7, MORNING, NOON)],
        [(0, MORNING, NOON), (0, time(11), EVENING)],
        [(day, time(hour), time(hour, 30)) for day in range(7) for hour in range(4)],
    ],
)
def test_hours_that_make_no_sense_are_refused(week: Any) -> None:
    center = make_center(WUHOU)

    with pytest.raises(services.HoursMalformed):
        services.set_hours(center=center, hours=week, by=make_manager(), at=NOW)

    assert not OpeningHours.objects.exists()


@pytest.mark.parametrize(("name", "works_as"), [("", None), ("节" * 21, None), ("节", 7)])
def test_a_holiday_has_a_name_and_a_weekday(name: str, works_as: int | None) -> None:
    make_region(WUHOU)

    with pytest.raises(services.HolidayMalformed):
        services.note_holiday(
            region=WUHOU, day=TODAY, name=name, works_as=works_as, by=make_manager(), at=NOW
        )


@given(
    spans=st.lists(st.tuples(st.times(), st.times()), max_size=3),
    clock=st.times(),
)
def test_a_day_is_open_in_its_stretches_and_never_outside(
    spans: list[tuple[time, time]], clock: time
) -> None:
    day = centers.Day(spans=tuple(spans))

    at = datetime.combine(date(2026, 3, 2), clock, dates.SHANGHAI)
    assert day.is_open_at(at) == (sum(a <= clock < b for a, b in spans) > 0)


def test_the_public_is_told_of_posts_and_never_of_persons() -> None:
    center = make_center(WUHOU)
    for role in (Seat.Role.STEWARD, Seat.Role.STEWARD, Seat.Role.CENTER_MANAGER, Seat.Role.AUDITOR):
        make_seat(role=role, region=WUHOU)
    make_seat(role=Seat.Role.STEWARD, region=CHENGDU)

    assert centers.staff_in_roles(center, today=TODAY) == [("中心主任", 1), ("科服管家", 2)]
    assert centers.staff_of(center, today=TODAY).count() == 3


def test_a_check_is_made_from_above_with_evidence() -> None:
    center, host = make_center(WUHOU), make_organization()
    city = make_manager(CHENGDU)
    order: dict[str, Any] = {"center": center, "at": NOW}
    Center.objects.update(host=host)

    first = services.check_standard(
        **order, line="space", is_met=False, evidence="门口没有挂牌", by=city
    )
    services.check_standard(**order, line="space", is_met=True, evidence="已挂两块牌", by=city)

    latest = centers.checklist_of(center)
    assert {code: (each.is_met, each.evidence) for code, each in latest.items()} == {
        "space": (True, "已挂两块牌")
    }
    assert (first.edition, first.checked_on) == (standard.checklist().edition, TODAY)
    assert (
        StandardResult.objects.count() == Entry.objects.filter(kind="center.checked").count() == 2
    )
    assert services.check_standard(
        **order, line="staff", is_met=True, evidence="名册", by=make_operator()
    )
    with pytest.raises(services.NotYourCenter):  # nobody judges the own house
        services.check_standard(
            **order, line="space", is_met=True, evidence="看过", by=make_manager()
        )
    for line, evidence in (("nothing", "看过"), ("space", " "), ("space", "长" * 201)):
        with pytest.raises(services.LineUnknown):
            services.check_standard(**order, line=line, is_met=True, evidence=evidence, by=city)


def test_a_group_of_regions_holds_for_a_time() -> None:
    for code in (CHENGDU, MIANYANG):
        make_region(code)
    order: dict[str, Any] = {
        "name": "成绵", "places": [CHENGDU, MIANYANG, CHENGDU], "by": make_operator(), "at": NOW,
    }  # fmt: skip
    end = TODAY + timedelta(days=10)

    group = services.name_region_group(valid_from=TODAY, valid_until=end, **order)

    assert group.regions == [CHENGDU, MIANYANG]
    days = (TODAY - timedelta(days=1), TODAY, end - timedelta(days=1), end)
    assert [centers.groups_on(day) for day in days] == [[], [group], [group], []]
    for wrong in ({"name": " "}, {"places": [CHENGDU]}, {"valid_until": TODAY}):
        with pytest.raises(services.RegionGroupMalformed):
            services.name_region_group(
                **{**order, "valid_from": TODAY, "valid_until": None, **wrong}
            )
    with pytest.raises(services.NotYourCenter):
        services.name_region_group(
            **{**order, "by": make_manager(CHENGDU)}, valid_from=TODAY, valid_until=None
        )
    forever = services.name_region_group(valid_from=TODAY, valid_until=None, **order)
    assert [each.pk for each in centers.groups_on(date(2099, 1, 1))] == [forever.pk]
