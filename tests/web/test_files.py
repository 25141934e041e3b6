"""Files on the wizard's pages without JavaScript, and handed out to who may see them."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from tests.api.calling import Program
from tests.makers import make_account, make_operator, make_person, make_reviewer
from tests.market.paper import PDF, PNG, XLSX
from tests.market.writing import (
    LATER,
    LONG,
    publish_need,
    publish_offer,
    submit,
    write_need,
    write_offer,
)

from kehui.market import services
from kehui.market.models import Attachment, Item, Need, Offer, State, Tier
from kehui.market.models.attachments import MOST_BYTES
from kehui.market.selectors import attachments
from kehui.people.models import Level, Person

pytestmark = pytest.mark.django_db
MATTER = {"title": "泡菜盐渍废水盐分回收与达标处理", "description": LONG, "tried": "加过阻垢剂。"}
SECRET = "盐分检测报告.pdf"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def need() -> Need:
    return write_need(tried="")


@pytest.fixture
def browser(client: Client, need: Need) -> Client:
    return signed_in(need.holder, client)


def signed_in(person: Person, client: Client | None = None) -> Client:
    client = client or Client()
    client.force_login(make_account(person=person))
    return client


def page(item: Item, step: str = "matter") -> str:
    return reverse("market:edit", args=[item.pk, step])


def paper(content: bytes = PDF, name: str = SECRET) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")  # a browser's word


def put(item: Item, content: bytes = PDF, name: str = SECRET) -> Attachment:
    return services.add_attachment(
        item=item, person=item.holder, name=name, content=content, at=LATER
    )


def address(attachment: Attachment) -> str:
    return reverse("market:file", args=[attachment.item_id, attachment.pk])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def fetch(client: Client, attachment: Attachment) -> tuple[int, bytes]:
    """Ask for the file, and read it to its end, which closes it."""
    answer = client.get(address(attachment))
    return answer.status_code, b"".join(answer)


def test_the_button_takes_files_and_the_text_in_and_comes_back(browser: Client, need: Need) -> None:
    two = [paper(), paper(PNG, "照片.png")]

    answer = browser.post(page(need), {**MATTER, "attached": two, "upload": "1"})

    shown = text(browser.get(page(need)))
    assert answer.headers["Location"] == f"{page(need)}#files"
    assert [each.name for each in need.attachments.all()] == [SECRET, "照片.png"]
    assert Need.objects.get().tried == "加过阻垢剂。"
    for each in need.attachments.all():
        assert address(each) in shown
        assert f'name="remove" value="{each.pk}"' in " ".join(shown.split())


def test_going_on_takes_files_along(browser: Client, need: Need) -> None:
    answer = browser.post(page(need), {**MATTER, "attached": [paper()]})

    assert answer.headers["Location"] == page(need, "indicators")
    assert need.attachments.count() == 1


def test_one_that_is_refused_costs_neither_the_others_nor_the_text(
    browser: Client, need: Need
) -> None:
    files = [
        paper(b"", "空.pdf"),
        paper(b"MZ", "程序.pdf"),
        paper(PDF + b"0" * MOST_BYTES, "大.pdf"),
        paper(),
        paper(PDF, "又一份.pdf"),
        paper(XLSX, "数据.xlsx"),
    ]

    answer = browser.post(page(need), {**MATTER, "attached": files, "upload": "1"})

    html = text(answer)
    assert answer.status_code == 422
    for said in (
        "“空.pdf”是空文件。",
        "“程序.pdf”不是 PDF、JPEG、PNG、XLSX 或 DOCX",
        "“大.pdf”超过 10 MB。",
        f"“又一份.pdf”已经传过了，就是“{SECRET}”。",
    ):
        assert said in html
    assert 'href="#id_attached"' in html
    assert "加过阻垢剂。" in html
    assert [each.name for each in need.attachments.all()] == [SECRET, "数据.xlsx"]


def test_text_that_cannot_stand_is_kept_as_typed_beside_the_file(client: Client) -> None:
    offer = write_offer()
    signed_in(offer.holder, client)
    typed = {"trl_assessed_on": "上周", "trl_evidence": "跑过三个月", "attached": [paper()]}

    answer = client.post(page(offer, "proof"), {**typed, "upload": "1"})

    html = text(answer)
    assert (answer.status_code, offer.attachments.count()) == (422, 1)
    assert 'value="上周"' in html
    assert SECRET in html
    assert Offer.objects.get().trl_evidence == "跑过三个月"


def test_the_button_does_not_ask_for_the_rest_of_the_page(browser: Client, need: Need) -> None:
    answer = browser.post(page(need), {"title": "", "attached": [paper()], "upload": "1"})

    assert answer.status_code == 302


def test_a_file_is_removed_and_the_text_stays(browser: Client, need: Need) -> None:
    made = put(need)

    answer = browser.post(page(need), {**MATTER, "remove": str(made.pk)})
    again = browser.post(page(need), {**MATTER, "remove": str(made.pk)})
    nonsense = browser.post(page(need), {**MATTER, "remove": "²"})

    assert (answer.status_code, again.status_code, nonsense.status_code) == (302, 422, 422)
    assert "这个文件已经不在了。" in text(again)
    assert need.attachments.count() == 0
    assert Need.objects.get().tried == "加过阻垢剂。"


def test_pages_without_files_take_none(browser: Client, need: Need) -> None:
    browser.post(page(need, "contact"), {"attached": [paper()], "upload": "1"})

    assert Attachment.objects.count() == 0


def test_of_a_published_need_the_text_waits_for_its_own_button(client: Client) -> None:
    need = publish_need(tried="")
    signed_in(need.holder, client)

    answer = client.post(page(need), {**MATTER, "attached": [paper()], "upload": "1"})

    need.refresh_from_db()
    assert (answer.status_code, need.state, need.revision, need.tried) == (
        200, State.PUBLISHED, 2, "",
    )  # fmt: skip
    assert "加过阻垢剂。" in text(answer)
    assert SECRET in text(answer)


def test_nobody_writes_or_removes_anothers(need: Need, client: Client) -> None:
    made = put(need)
    signed_in(make_person(), client)

    added = client.post(page(need), {**MATTER, "attached": [paper(PNG)], "upload": "1"})
    removed = client.post(page(need), {**MATTER, "remove": str(made.pk)})

    assert (added.status_code, removed.status_code) == (404, 404)
    assert list(Attachment.objects.all()) == [made]


def test_a_file_is_handed_out_to_be_saved_and_never_run(browser: Client, need: Need) -> None:
    made = put(need, PDF, "检测 “报告”.html")

    answer = browser.get(address(made))

    assert b"".join(answer) == PDF
    said = answer.headers
    assert said["Content-Type"] == "application/pdf"
    assert said["Content-Disposition"] == (
        "attachment; filename*=utf-8''"
        "%E6%A3%80%E6%B5%8B%20%E2%80%9C%E6%8A%A5%E5%91%8A%E2%80%9D.html.pdf"
    )
    assert said["X-Content-Type-Options"] == "nosniff"
    assert said["Cache-Control"] == "private, no-cache"
    assert said["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert said["Content-Length"] == str(len(PDF))


def test_what_the_browser_has_is_not_sent_again_but_asked_for(browser: Client, need: Need) -> None:
    made = put(need)
    held = {"If-None-Match": f'"{made.sha256}"'}

    mine = browser.get(address(made), headers=held)
    foreign = signed_in(make_person()).get(address(made), headers=held)

    assert (mine.status_code, mine.headers["Cache-Control"]) == (304, "private, no-cache")
    assert foreign.status_code == 404


def test_a_content_that_is_gone_is_not_there(browser: Client, need: Need) -> None:
    made = put(need)
    attachments.path_of(made.sha256).unlink()

    assert browser.get(address(made)).status_code == 404


def test_a_file_is_found_at_its_own_item_only(browser: Client, need: Need) -> None:
    other = put(publish_need())

    answer = browser.get(reverse("market:file", args=[need.pk, other.pk]))

    assert answer.status_code == 404
    assert browser.post(address(other)).status_code == 405


@pytest.mark.parametrize("make", [publish_need, publish_offer])
@pytest.mark.parametrize(
    ("tier", "may"),
    [
        (Tier.PUBLIC, "visitor known identified owner reviewer operator"),
        (Tier.VERIFIED, "identified owner reviewer operator"),
        (Tier.AGREEMENT, "owner reviewer operator"),
    ],
)
def test_page_download_and_api_agree_on_who_sees(make: Any, tier: Tier, may: str) -> None:
    item = make(tier=tier)
    made = put(item)
    readers: dict[str, Person | None] = {
        "visitor": None,
        "known": make_person(level=Level.V1),
        "identified": make_person(level=Level.V2),
        "owner": item.holder,
        "reviewer": make_reviewer(make_person(level=Level.V1)),
        "operator": make_operator(make_person(level=Level.V1)),
    }
    shown, handed, told = set(), set(), {"visitor"} & set(may.split())
    for name, person in readers.items():
        client = signed_in(person) if person else Client()
        html = text(client.get(reverse(f"market:{item.side}", args=[item.pk])))
        shown |= {name} if SECRET in html and address(made) in html else set()
        handed |= {name} if fetch(client, made) == (200, PDF) else set()
        if person:
            answer = Program(person).get(f"/{item.side}s/{item.pk}")
            files = answer.json()["files"]
            told |= {name} if files and files[0]["name"] == SECRET else set()
            assert (SECRET in answer.content.decode()) == (name in may.split())

    assert shown == handed == told == set(may.split())


def test_a_draft_is_nobody_elses(need: Need) -> None:
    made = put(need)
    for person in (None, make_person(), make_reviewer(), make_operator()):
        client = signed_in(person) if person else Client()
        assert client.get(address(made)).status_code == 404
        html = text(client.get(reverse("market:need", args=[need.pk])))
        assert SECRET not in html


def test_the_gate_and_the_preview_list_them(browser: Client) -> None:
    offer = write_offer(tier=Tier.VERIFIED)
    made = put(offer)
    author = signed_in(offer.holder)
    preview = reverse("market:preview", args=[offer.pk])

    full, teaser = text(author.get(preview)), text(author.get(f"{preview}?as=visitor"))
    submit(offer)
    reviewer = signed_in(make_reviewer())
    seen = text(reviewer.get(reverse("office:gate_review", args=[offer.pk])))

    assert address(made) in full
    assert SECRET not in teaser
    assert address(made) in seen
    assert fetch(reviewer, made) == (200, PDF)
