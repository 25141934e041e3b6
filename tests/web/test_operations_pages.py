"""Complaints from the footer to the answer, and the screens of the back office."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.makers import (
    NOW,
    make_operator,
    make_organization,
    make_person,
    make_reviewer,
    make_seat,
    make_steward,
)
from tests.operations.test_queue import TASK, defer
from tests.web.entering import enter

from kehui.core import operator
from kehui.ledger.models import Checkpoint, Witness
from kehui.ledger.services import log_access
from kehui.operations import services
from kehui.operations.models import Complaint, SiteChange
from kehui.people.models import Level, Person

pytestmark = pytest.mark.django_db

PAGES = [
    "complaints/", "organizations/", "codes/", "codes/regions/", "jobs/", "audit/", "site/",
    "policy/",
]  # fmt: skip


def code_of(client: Client) -> str:
    found = re.search(r'name="code" value="([A-Z2-9]{12})"', page(client, "/complaints/"))
    assert found is not None
    return found[1]


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def file(number: int = 0, by: Person | None = None) -> Complaint:
    return services.file_complaint(
        kind=Complaint.Kind.SERVICE,
        text=f"没有人答复我，第{number}次。",
        about="",
        contact="",
        code=f"ABCDEFGHJK{number:02d}",
        by=by,
        address=f"192.0.{number}.7",
        at=NOW,
    )


def test_a_visitor_complains_and_reads_the_answer(client: Client) -> None:
    form = {"kind": "falsehood", "text": "这条需求是假的。", "code": code_of(client)}

    assert client.post("/complaints/", form).headers["Location"] == "/complaints/filed/"
    told = page(client, "/complaints/filed/")
    complaint = Complaint.objects.get()
    code = "-".join(re.findall("....", form["code"]))
    assert complaint.number in told
    assert code in told
    assert str(complaint.due_on) in told

    services.answer_complaint(
        complaint=complaint, answer="查明是假的，已下架。", by=make_operator(), at=timezone.now()
    )
    asked = Client().post("/complaints/status/", {"number": complaint.number, "code": code})
    assert "查明是假的，已下架。" in asked.content.decode()
    wrong = Client().post(
        "/complaints/status/", {"number": complaint.number, "code": "ZZZZ-ZZZZ-ZZZZ"}
    )
    assert wrong.status_code == 422
    assert "编号和查询码对不上" in wrong.content.decode()
    assert "这条需求是假的" not in wrong.content.decode()


def test_another_browser_is_not_told_the_code(client: Client) -> None:
    assert client.get("/complaints/filed/").headers["Location"] == "/complaints/"


def test_what_is_missing_is_said_and_what_was_written_stays(client: Client) -> None:
    sent = {"kind": "service", "text": " ", "about": "XQ000012", "code": code_of(client)}

    answer = client.post("/complaints/", sent)

    assert answer.status_code == 422
    assert "XQ000012" in answer.content.decode()
    assert not Complaint.objects.exists()


def test_a_code_that_we_did_not_draw_is_refused(client: Client) -> None:
    sent = {"kind": "service", "text": "你好", "code": "1"}

    assert client.post("/complaints/", sent).status_code == 422


def test_somebody_signed_in_is_named(client: Client) -> None:
    person = enter(client)

    client.post("/complaints/", {"kind": "other", "text": "你好", "code": code_of(client)})

    assert Complaint.objects.get().by == person


@pytest.mark.parametrize("address", PAGES)
def test_screens_are_there_for_operators_only(client: Client, address: str) -> None:
    address = f"/back-office/{address}"
    assert client.get(address).headers["Location"].startswith("/sign-in/")
    enter(client)
    assert client.get(address).status_code == 404
    enter(client, make_operator())
    assert client.get(address).status_code == 200


def test_the_entry_shows_what_waits_for_whom(client: Client) -> None:
    file()
    make_organization(level=Level.V1)
    defer("failed")
    enter(client)
    assert client.get("/back-office/").status_code == 404
    enter(client, make_steward())
    assert "没有等你办的。" in page(client, "/back-office/")
    enter(client, make_reviewer())
    shown = page(client, "/back-office/")
    assert "质量审核" in shown
    assert "失败的任务" not in shown
    enter(client, make_operator())
    shown = page(client, "/back-office/")
    assert "其中 1 件已超期" in shown
    assert "另有任务停住了" not in shown
    assert 'href="/back-office/complaints/"' in shown
    defer("doing")
    assert "另有任务停住了" in page(client, "/back-office/")


def test_the_overdue_are_marked_and_answered(client: Client) -> None:
    enter(client, make_operator())
    complaint = file()
    assert "超期" in page(client, "/back-office/complaints/")
    address = f"/back-office/complaints/{complaint.pk}/"
    assert "已超期" in page(client, address)

    assert client.post(address, {"answer": ""}).status_code == 422
    client.post(f"{address}escalate/")
    complaint.refresh_from_db()
    assert complaint.state == Complaint.State.ESCALATED
    assert client.post(address, {"answer": "已经联系他。"}).status_code == 302
    assert "已经联系他。" in page(client, address)
    client.post(f"{address}escalate/")
    assert "这一件已经答复。" in page(client, "/back-office/complaints/?answered")


def test_an_operator_does_not_answer_the_own(client: Client) -> None:
    complaint = file(by=enter(client, make_operator()))

    answer = client.post(f"/back-office/complaints/{complaint.pk}/", {"answer": "好的"})

    assert "要由另一位平台运营人员办理" in answer.content.decode()


def test_lists_ask_a_constant_number_of_questions(client: Client) -> None:
    by = enter(client, make_operator())

    def add(number: int) -> None:
        file(number, by=make_person())
        log_access(
            actor=by.pk, thing="person", number=make_person().pk, fields=["phone"],
            reason="核对", salt=bytes(16), at=NOW,
        )  # fmt: skip
        services.change_site(values={"tagline": f"第{number}版"}, reason="试", by=by, at=NOW)
        make_organization()
        defer("failed")

    def questions() -> list[int]:
        operator.words()
        asked = []
        for address in ("", "complaints/", "audit/", "site/", "organizations/", "jobs/"):
            with CaptureQueriesContext(connection) as context:
                client.get(f"/back-office/{address}")
            asked.append(len(context))
        return asked

    add(0)
    before = questions()
    add(1)
    add(2)

    assert questions() == before


def test_long_lists_go_on_by_cursor(client: Client) -> None:
    enter(client, make_operator())
    for number in range(31):
        make_organization(f"很多单位之{number}号")

    first = page(client, "/back-office/organizations/?q=很多单位")
    further = re.search(r"before=(\d+)", first)

    assert further is not None
    assert "很多单位之0号" not in first
    second = page(client, f"/back-office/organizations/?q=很多单位&before={further[1]}")
    assert "很多单位之0号" in second
    assert "更早的" not in second
    odd = client.get("/back-office/organizations/?before=" + "9" * 40)
    assert odd.status_code == 200


def test_an_organization_is_found_by_its_code_with_its_agents(client: Client) -> None:
    enter(client, make_operator())
    parent = make_organization("总公司")
    firm = make_organization("蜀南测试酒业有限公司", parent=parent, level=Level.V1)
    make_organization("蜀南测试酒業集团")
    make_seat(make_person("沈知远"), organization=firm)

    assert firm.name in page(client, f"/back-office/organizations/?q={firm.uscc}")
    shown = page(client, f"/back-office/organizations/{firm.pk}/")
    for word in ("总公司", "沈知远", "去核验", "蜀南测试酒業集团"):
        assert word in shown


def test_codes_are_looked_up(client: Client) -> None:
    enter(client, make_operator())

    assert "白酒制造" in page(client, "/back-office/codes/industries/?q=1512")
    assert "520" in page(client, "/back-office/codes/disciplines/?q=计算机科学技术")
    assert "武侯区" in page(client, "/back-office/codes/regions/?q=武侯")
    assert "只列出前 100 条" in page(client, "/back-office/codes/regions/")
    assert "没有这样的代码" in page(client, "/back-office/codes/regions/?q=没有的地方")
    assert client.get("/back-office/codes/others/").status_code == 404


def test_a_failed_job_says_why_and_runs_again(client: Client) -> None:
    enter(client, make_operator())
    failed = defer("failed")
    services.note_failure(task=TASK, error=PermissionError(), at=NOW)
    shown = page(client, "/back-office/jobs/")
    assert "到期的信息下架" in shown
    assert "磁盘写不进去" in shown

    client.post(f"/back-office/jobs/{failed}/again/")
    assert "已重新排队。" in page(client, "/back-office/jobs/")
    client.post(f"/back-office/jobs/{failed}/again/")
    assert "同一个任务已经在排队" in page(client, "/back-office/jobs/")


def test_accesses_are_found_by_person_actor_and_day(client: Client) -> None:
    by, seen = enter(client, make_operator()), make_person("被看的人")
    for person in (seen, make_person("另一人")):
        log_access(
            actor=by.pk, thing="person", number=person.pk, fields=["phone"],
            reason="核对重复", salt=bytes(16), at=NOW,
        )  # fmt: skip
    log_access(
        actor=None, thing="backup", number=1, fields=["all"], reason="备份", salt=bytes(16), at=NOW
    )
    Checkpoint.objects.create(size=7, note="检查点的文字")
    Witness.objects.create(name="省档案馆", size=7, asked_at=NOW)
    Witness.objects.create(name="市档案馆", size=3, asked_at=NOW, trouble="STATUS_409")

    shown = page(client, "/back-office/audit/")
    for word in (
        "被看的人",
        "另一人",
        "核对重复",
        "检查点的文字",
        "省档案馆",
        "STATUS_409",
        "备份",
    ):
        assert word in shown
    asked = f"?person={seen.pk}&actor={by.pk}&since=2026-03-02&until=2026-03-02"
    shown = page(client, f"/back-office/audit/{asked}")
    assert "被看的人" in shown
    assert "另一人" not in shown
    assert "被看的人" not in page(client, "/back-office/audit/?since=2026-03-03")
    assert client.get("/back-office/audit/?person=x&before=x").status_code == 200


def test_the_operator_changes_what_the_site_says(client: Client) -> None:
    enter(client, make_operator())
    words = operator.words()

    assert client.post("/back-office/site/", words).status_code == 422  # no reason
    sent = words | {"map_review_no": "川S【2026】000号", "operator": "某科协", "reason": "新备案"}
    assert client.post("/back-office/site/", sent).headers["Location"] == "/back-office/site/"
    shown = page(client, "/back-office/site/")
    assert "已保存。" in shown
    assert "川S【2026】000号" in shown
    client.post("/back-office/site/", sent)
    assert "没有改动。" in page(client, "/back-office/site/")
    assert "某科协" in page(client, "/about/")
    refused = client.post("/back-office/site/", sent | {"brand": " "})
    assert "不能留空的请填上" in refused.content.decode()


def test_the_profile_waits_for_another_operator(client: Client) -> None:
    enter(client, make_operator())
    sent = operator.words() | {"policy_profile": "open_operator", "reason": "改由企业运营"}
    client.post("/back-office/site/", sent)
    change = SiteChange.objects.get()
    assert "等另一位运营人员确认" in page(client, "/back-office/site/")

    client.post(f"/back-office/site/{change.pk}/decide/", {"agrees": "yes"})
    assert "自己提出的不能自己确认" in page(client, "/back-office/site/")
    enter(client, make_operator())
    client.post(f"/back-office/site/{change.pk}/decide/", {"agrees": "yes"})

    assert "现在按“社会运营”运行" in page(client, "/back-office/policy/")
    client.post(f"/back-office/site/{change.pk}/decide/", {"agrees": "no"})
    assert "这项变更已经有结论" in page(client, "/back-office/site/")


def test_a_refused_profile_changes_nothing(client: Client) -> None:
    services.change_site(
        values={"policy_profile": "open_operator"}, reason="试", by=make_operator(), at=NOW
    )
    enter(client, make_operator())

    client.post(f"/back-office/site/{SiteChange.objects.get().pk}/decide/", {"agrees": "no"})

    assert "没有同意，一切照旧。" in page(client, "/back-office/site/")
    assert "现在按“机关、群团运营”运行" in page(client, "/back-office/policy/")
