"""Pages of centers: everybody finds them, who keeps them keeps them, strangers find nothing."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now
from tests.makers import (
    CHENGDU,
    MIANYANG,
    SICHUAN,
    WUHOU,
    make_account,
    make_center,
    make_operator,
    make_person,
    make_region,
    make_seat,
)
from tests.web.entering import enter

from kehui.people import services
from kehui.people.models import (
    Center,
    Holiday,
    OpeningHours,
    Person,
    PolicyDocument,
    Procedure,
    Seat,
    StandardResult,
)

pytestmark = pytest.mark.django_db
JINJIANG = "510104"
PROFILE: dict[str, Any] = {
    "name": "武侯区科技云服务中心",
    "plates": ["cloud", "association"],
    "address": "武侯祠大街 1 号",
    "phone": "028-00000000",
    "departments": "综合部、服务部",
}
PROCEDURE: dict[str, Any] = {
    "code": "visit",
    "title": "安排上门",
    "audience": "企业",
    "steps": "打电话\n约时间",
    "working_days": 3,
}
POLICY: dict[str, Any] = {
    "title": "支持研发办法",
    "source": "某某厅",
    "link": "https://example.invalid/1",
    "issued_on": "2020-01-01",
    "valid_from": "2020-01-01",
    "valid_until": "2020-12-31",
}


def make_manager(region: str = WUHOU) -> Person:
    return make_seat(role=Seat.Role.CENTER_MANAGER, region=region).person


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_everybody_learns_which_center_serves_a_place(client: Client) -> None:
    city = make_center(CHENGDU, name="成都市中心甲")
    make_center(WUHOU, name="武侯区中心乙")
    make_region(JINJIANG)

    own, above = (read(client, f"/centers/?region={each}") for each in (WUHOU, JINJIANG))

    assert "你所在的四川省成都市武侯区由武侯区中心乙服务。" in own
    assert f"你所在的四川省成都市锦江区由{city.name}服务。" in above
    assert "武侯区中心乙" not in read(client, "/centers/")
    assert "还没有中心服务" in read(client, f"/centers/?region={MIANYANG}")


def test_a_name_that_several_bear_is_asked_back_with_the_choices(client: Client) -> None:
    page = read(client, "/centers/?region=市中区", 422)

    assert "四川省乐山市市中区" in page
    assert "四川省内江市市中区" in page
    assert "没有区划代码" in read(client, "/centers/?region=999999", 422)


def test_a_center_shows_posts_and_no_persons(client: Client) -> None:
    make_center(CHENGDU)
    center = make_center(WUHOU)
    operator = make_operator()
    make_seat(make_person("不公开的名字"), role=Seat.Role.STEWARD, region=WUHOU)
    clock = now()
    every_day = [(day, time.min, time.max) for day in range(7)]
    services.set_hours(center=center, hours=every_day, by=operator, at=clock)
    document = {**POLICY, "number": "", "issued_on": localdate(), "valid_from": localdate()}
    services.add_policy(region=WUHOU, **{**document, "valid_until": None}, by=operator, at=clock)

    page = read(client, f"/centers/{center.pk}/")
    services.note_holiday(
        region=WUHOU, day=localdate(), name="停电日", works_as=None, by=operator, at=clock
    )
    later = read(client, f"/centers/{center.pk}/")

    assert "科服管家 1 人" in page
    assert "不公开的名字" not in page
    assert "现在开放" in page
    assert "有效" in page
    assert "停电日" in later
    assert "现在不开放" in later
    closed = make_center(MIANYANG, closed_on=localdate())
    read(client, f"/centers/{closed.pk}/", 404)


PATHS = (
    "/centers/",
    f"/centers/?region={WUHOU}",
    "/centers/{pk}/",
    "/back-office/centers/",
    "/back-office/centers/{pk}/staff/",
    "/back-office/centers/{pk}/library/",
)


def test_lists_ask_the_database_as_often_for_one_as_for_three(client: Client) -> None:
    make_center(CHENGDU)
    operator = enter(client, make_operator())
    counts = []
    for code in (WUHOU, JINJIANG, "510105"):
        make_center(code)
        make_seat(role=Seat.Role.STEWARD, region=WUHOU)
        told = {**PROCEDURE, "steps": ["一步"], "papers": [], "code": f"visit-{code}"}
        services.publish_procedure(region=WUHOU, by=operator, at=now(), **told)
        pk = Center.objects.get(region=WUHOU).pk
        with CaptureQueriesContext(connection) as asked:
            for path in PATHS:
                read(client, path.format(pk=pk))
        counts.append(len(asked))

    assert counts[1] == counts[2]


def test_strangers_find_nothing_and_a_manager_the_own_node_and_below(client: Client) -> None:
    county, city, far = (make_center(each) for each in (WUHOU, CHENGDU, MIANYANG))
    enter(client)
    assert client.get("/back-office/centers/").status_code == 404
    assert client.get(f"/back-office/centers/{county.pk}/").status_code == 404

    enter(client, make_manager(CHENGDU))
    listed = read(client, "/back-office/centers/")

    assert [each.name in listed for each in (county, city, far)] == [True, True, False]
    assert client.get(f"/back-office/centers/{far.pk}/").status_code == 404
    assert client.post(f"/back-office/centers/{far.pk}/", PROFILE).status_code == 404
    assert "管理服务中心" in read(client, "/me/")


def test_an_operator_opens_a_center_and_closes_it(client: Client) -> None:
    make_region(WUHOU)
    enter(client, make_operator())

    named = client.post("/back-office/centers/", {**PROFILE, "region": "市中区"})
    opened = client.post("/back-office/centers/", {**PROFILE, "region": WUHOU})
    again = client.post("/back-office/centers/", {**PROFILE, "region": WUHOU})

    center = Center.objects.get()
    assert "四川省乐山市市中区" in named.content.decode()
    assert opened.headers["Location"] == f"/back-office/centers/{center.pk}/"
    assert center.departments == ["综合部", "服务部"]
    assert "已有服务中心" in again.content.decode()
    assert "停用这个中心" in read(client, f"/back-office/centers/{center.pk}/")
    client.post(f"/back-office/centers/{center.pk}/close/")
    center.refresh_from_db()
    assert center.closed_on == localdate()


def test_a_manager_may_not_close_the_own_center(client: Client) -> None:
    center = make_center(WUHOU)
    enter(client, make_manager())

    client.post(f"/back-office/centers/{center.pk}/close/")

    assert Center.objects.get().closed_on is None
    assert "不归你管理" in read(client, "/back-office/centers/")


def test_a_manager_keeps_profile_hours_and_calendar(client: Client) -> None:
    root = f"/back-office/centers/{make_center(WUHOU).pk}/"
    enter(client, make_manager())

    client.post(root, PROFILE)
    wrong = client.post(f"{root}hours/", {"day0": "上午", "day1": "25:00-26:00"})
    late = client.post(f"{root}hours/", {"day0": "12:00-09:00"})
    client.post(f"{root}hours/", {"day0": "09:00-12:00 14:00-17:30"})
    nameless = client.post(f"{root}holidays/", {"day": "2026-10-01", "name": ""})
    client.post(f"{root}holidays/", {"day": localdate().isoformat(), "name": "国庆节"})

    assert Center.objects.get().name == PROFILE["name"]
    assert wrong.content.decode().count("请写成") >= 2
    assert "关门要晚于开门" in late.content.decode()
    assert OpeningHours.objects.count() == 2
    assert "09:00-12:00 14:00-17:30" in nameless.content.decode()
    assert Holiday.objects.get().name == "国庆节"
    assert "国庆节" in read(client, f"{root}hours/")
    assert "挂牌两块或三块" in client.post(root, {**PROFILE, "plates": ["cloud"]}).content.decode()


def test_a_manager_gives_seats_here_and_ends_them(client: Client) -> None:
    root = f"/back-office/centers/{make_center(WUHOU).pk}/staff/"
    enter(client, make_manager())
    account = make_account("zou", person=make_person("邹敏知"))

    nobody = client.post(root, {"username": "nobody", "role": "steward"})
    beyond = client.post(root, {"username": "zou", "role": "center_manager"})
    client.post(root, {"username": "zou", "role": "steward"})

    seat = Seat.objects.get(person=account.person)
    assert "没有这个用户名" in nobody.content.decode()
    assert "你无权办理这个席位" in beyond.content.decode()
    assert (seat.role, seat.region_id) == ("steward", WUHOU)
    assert "邹敏知" in read(client, root)
    client.post(f"{root}{seat.pk}/end/")
    assert "邹敏知" not in read(client, root).replace("席位已结束", "")
    other = make_seat(role=Seat.Role.STEWARD, region=MIANYANG)
    assert client.post(f"{root}{other.pk}/end/").status_code == 404
    chief = make_seat(role=Seat.Role.CENTER_MANAGER, region=WUHOU)
    client.post(f"{root}{chief.pk}/end/")
    assert "你无权办理这个席位" in read(client, root)


def test_the_library_is_kept_in_versions_and_what_is_over_says_so(client: Client) -> None:
    center = make_center(WUHOU)
    root = f"/back-office/centers/{center.pk}/"
    enter(client, make_manager())

    client.post(f"{root}library/", PROCEDURE)
    client.post(f"{root}library/", PROCEDURE)
    wrong = client.post(f"{root}library/", {**PROCEDURE, "code": "上门"})
    client.post(f"{root}policies/", POLICY)
    unlinked = client.post(f"{root}policies/", {**POLICY, "link": "javascript:1"})

    first, second = Procedure.objects.order_by("version")
    assert (first.version, second.steps) == (1, ["打电话", "约时间"])
    assert "办事指南要有编号" in wrong.content.decode()
    assert "原文链接（http 或 https）" in unlinked.content.decode()
    assert PolicyDocument.objects.count() == 1
    assert "已失效" in read(client, f"{root}policies/")
    assert "已失效" in read(client, f"/centers/{center.pk}/")
    client.post(f"{root}library/{second.pk}/withdraw/")
    client.post(f"{root}library/{second.pk}/withdraw/")
    page = read(client, f"{root}library/")
    assert "这一版已停用。" in page
    assert "这一版已经停用。" in page


def test_a_check_comes_from_above(client: Client) -> None:
    root = f"/back-office/centers/{make_center(WUHOU).pk}/standard/"
    found = {"line": "space", "is_met": "on", "evidence": "挂牌照片 3 张"}
    enter(client, make_manager())
    assert "不归你管理" in client.post(root, found).content.decode()
    enter(client, make_manager(SICHUAN))

    blank = client.post(root, {**found, "evidence": "\u200b"})
    client.post(root, found)

    assert "写明依据" in blank.content.decode()
    assert StandardResult.objects.get().evidence == "挂牌照片 3 张"
    assert "挂牌照片 3 张" in read(client, root)


def test_who_lost_the_seat_with_the_page_open_is_told(client: Client) -> None:
    center = make_center(WUHOU)
    manager = enter(client, make_manager())
    services.end_seat(seat=manager.seats.get(), by=make_operator(), at=now())

    answer = client.post(f"/back-office/centers/{center.pk}/", PROFILE)

    assert answer.status_code == 403
    assert "你的席位刚刚结束" in answer.content.decode()
    assert client.get(f"/back-office/centers/{center.pk}/").status_code == 404
    Seat.objects.update(valid_until=localdate() - timedelta(days=8))
    assert client.post(f"/back-office/centers/{center.pk}/", PROFILE).status_code == 404


def test_the_security_admin_gives_the_seats_of_the_three(client: Client) -> None:
    make_region(SICHUAN)
    enter(client, make_seat(role=Seat.Role.SECURITY_ADMIN, region=SICHUAN).person)
    make_account("qin")
    order = {"username": "qin", "region": SICHUAN}

    client.post("/back-office/seats/", {**order, "role": "system_admin"})
    second = client.post("/back-office/seats/", {**order, "role": "audit_admin"})

    assert Seat.objects.get(person__account__username="qin").role == "system_admin"
    assert "必须由不同的人担任" in second.content.decode()
    assert "/back-office/seats/" in read(client, "/me/")
