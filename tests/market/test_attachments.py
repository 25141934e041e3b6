"""Files beside an item: what is taken in, from whom, how often, and what goes with them."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from tests.core.archives import bombs
from tests.core.archives.bombs import patched
from tests.makers import TODAY, make_operator, make_person, make_reviewer, make_seat
from tests.market.paper import DOCX, JPEG, PDF, PNG, XLSX, archive, part, png
from tests.market.writing import LATER, begin_need, publish_need, submit, write_need, write_offer
from tests.parallel import meanwhile

from kehui.core.errors import Refused
from kehui.ledger.models import Entry
from kehui.market import policies, services
from kehui.market.facts import ItemRevised
from kehui.market.models import Attachment, Item, State, Tier
from kehui.market.models.attachments import MOST_BYTES, MOST_FILES
from kehui.market.selectors import attachments, items
from kehui.market.services import contents
from kehui.market.services.attachments import (
    AttachmentBroken,
    AttachmentEmpty,
    AttachmentKindRefused,
    AttachmentPixels,
    AttachmentTooLarge,
    AttachmentTwice,
    AttachmentUnknown,
    TooManyAttachments,
    named,
)
from kehui.market.services.drafts import NotEditable, NotYours
from kehui.people.models import Level, Person

pytestmark = pytest.mark.django_db
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def add(item: Item, content: bytes = PDF, name: str = "检测报告.pdf", **values: Any) -> Attachment:
    wanted = {"item": item, "person": item.holder, "name": name, "content": content, "at": LATER}
    return services.add_attachment(**{**wanted, **values})


def remove(item: Item, attachment: Attachment, person: Person | None = None) -> None:
    services.remove_attachment(
        item=item, person=person or item.holder, attachment=attachment.pk, at=LATER
    )


def on_the_disk(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (JPEG, "image/jpeg"),
        (PNG, "image/png"),
        (XLSX, SHEET),
        (DOCX, TEXT),
    ],
)
def test_a_file_is_kept_by_its_hash_with_its_name_and_what_it_is(
    content: bytes, media_type: str
) -> None:
    need = begin_need()

    made = add(need, content, "没有后缀的报告")

    kept = Attachment.objects.get()
    assert made == kept
    assert (kept.name, kept.media_type, kept.size) == ("没有后缀的报告", media_type, len(content))
    assert (kept.uploaded_by, kept.uploaded_at) == (need.holder, LATER)
    path = attachments.path_of(kept.sha256)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (content, 0o600)
    assert Item.objects.get().changed_at == LATER
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", AttachmentEmpty),
        (PDF + b"0" * MOST_BYTES, AttachmentTooLarge),
        (b"MZ\x90\x00", AttachmentKindRefused),
        (b"<html>%PDF-1.7", AttachmentKindRefused),
        (b"PK\x03\x04 torn", AttachmentKindRefused),
        (bombs.overlapping(1_500), AttachmentKindRefused),
        (PDF[:-5], AttachmentBroken),
        (PDF + b"0" * 1_024, AttachmentBroken),
        (PDF + XLSX, AttachmentBroken),
        (PDF + patched(XLSX, -2, b"\x05\x00") + b"%%EOF", AttachmentBroken),
        (JPEG[:-2], AttachmentBroken),
        (png(10_000, 5_001), AttachmentPixels),
        (XLSX[:-30], AttachmentKindRefused),
        (archive("[Content_Types].xml"), AttachmentKindRefused),
        (archive("xl/workbook.xml"), AttachmentKindRefused),
        (archive("[Content_Types].xml", "xl/workbook.xml", "word/document.xml"),
         AttachmentKindRefused),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
         AttachmentKindRefused),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_refused_by_its_content(
    folder: Path, content: bytes, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal) as caught:
        add(begin_need(), content, "检测报告.pdf")

    assert "检测报告.pdf" in str(caught.value)
    assert (Attachment.objects.count(), on_the_disk(folder)) == (0, [])


def test_exactly_ten_megabytes_are_taken() -> None:
    assert add(begin_need(), PDF[:-5].ljust(MOST_BYTES - 5, b"0") + PDF[-5:]).size == MOST_BYTES


def test_a_picture_is_kept_without_where_and_with_what_it_was_taken() -> None:
    secret = b"GPS 30.65N 104.06E"
    taken = JPEG[:2] + part(0xE1, b"Exif\x00\x00" + secret) + JPEG[2:] + b"<script>"

    made = add(begin_need(), taken, "照片.jpg")

    assert attachments.path_of(made.sha256).read_bytes() == JPEG
    assert (made.size, made.sha256) == (len(JPEG), contents.hash_of(JPEG))


def test_the_same_content_comes_once_to_an_item_and_lies_once_on_the_disk(folder: Path) -> None:
    one, other = begin_need(), begin_need()
    add(one, name="检测报告.pdf")
    add(other)

    with pytest.raises(AttachmentTwice) as caught:
        add(one, name="又一份.pdf")

    assert "检测报告.pdf" in str(caught.value)
    assert Attachment.objects.count() == 2
    assert on_the_disk(folder) == [contents.hash_of(PDF)]


def test_an_item_has_eight_files_and_no_more() -> None:
    need = begin_need()
    for number in range(MOST_FILES):
        add(need, PDF + bytes([number]))

    with pytest.raises(TooManyAttachments):
        add(need, PDF)

    assert need.attachments.count() == MOST_FILES


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\桌面\\报告.pdf", "报告.pdf"),
        ("../../etc/passwd", "passwd"),
        ("报告\u202efdp.exe\0", "报告fdp.exe"),
        ("\n\t", "未命名"),
        ("报" * 200 + ".pdf", "报" * 116 + ".pdf"),
        ("报" * 200, "报" * 120),
        ("." + "报" * 200, "." + "报" * 119),
    ],
)
def test_a_name_is_kept_as_far_as_it_can_be_shown(given: str, kept: str) -> None:
    assert named(given) == kept


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("报告.pdf", "报告.pdf"),
        ("报告.PDF", "报告.PDF"),
        ("报告.html", "报告.html.pdf"),
        ("报告", "报告.pdf"),
    ],
)
def test_what_is_saved_ends_as_what_it_is(name: str, saved: str) -> None:
    assert add(begin_need(), PDF, name).safe_name == saved


def test_the_author_alone_adds_and_removes() -> None:
    need = begin_need()
    made = add(need)
    for stranger in (make_person(), make_reviewer(), make_operator()):
        with pytest.raises(NotYours):
            add(need, PNG, person=stranger)
        with pytest.raises(NotYours):
            remove(need, made, stranger)

    assert list(Attachment.objects.all()) == [made]


def test_an_agent_of_the_same_organization_may() -> None:
    seat = make_seat()
    need = begin_need(seat.person, organization=seat.organization)
    colleague = make_seat(organization=seat.organization).person

    remove(need, add(need, person=colleague), colleague)

    assert Attachment.objects.count() == 0


def test_what_is_over_is_not_changed() -> None:
    need = publish_need()
    made = add(need)
    Item.objects.update(state=State.WITHDRAWN)

    with pytest.raises(NotEditable):
        add(need, PNG)
    with pytest.raises(NotEditable):
        remove(need, made)


def test_of_an_item_that_is_out_a_change_of_files_is_a_revision() -> None:
    need = publish_need()

    remove(need, add(need))

    need.refresh_from_db()
    assert (need.state, need.revision) == (State.PUBLISHED, 3)
    assert Entry.objects.filter(kind=ItemRevised.kind).count() == 2
    waiting = items.waiting_for_review(make_reviewer(), today=TODAY)
    assert [each.pk for each in waiting] == [need.pk]


def test_a_file_of_another_item_is_not_there() -> None:
    need, other = begin_need(), begin_need()

    with pytest.raises(AttachmentUnknown):
        remove(need, add(other))

    assert Attachment.objects.count() == 1


def test_a_content_goes_with_its_last_row(
    folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    one, other = begin_need(), begin_need()
    first, second = add(one), add(other)

    with django_capture_on_commit_callbacks(execute=True):
        remove(one, first)
    assert on_the_disk(folder) == [second.sha256]

    with django_capture_on_commit_callbacks(execute=True):
        remove(other, second)
    assert on_the_disk(folder) == []


def test_a_discarded_draft_takes_along_what_nobody_else_uses(
    folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    draft, other = begin_need(), begin_need()
    add(draft)
    add(draft, PNG)
    shared = add(other, PNG)

    with django_capture_on_commit_callbacks() as after_the_commit:
        services.discard_draft(item=draft, person=draft.holder, at=LATER)
    before = len(on_the_disk(folder))
    for each in after_the_commit:
        each()

    assert before == 2
    assert list(Attachment.objects.all()) == [shared]
    assert on_the_disk(folder) == [shared.sha256]


@pytest.mark.django_db(transaction=True)
def test_a_content_added_at_that_moment_stays(folder: Path) -> None:
    one, other = begin_need(), begin_need()
    made = add(one)

    with ExitStack() as stack:
        with transaction.atomic():
            add(other)
            second = stack.enter_context(meanwhile(remove, one, made))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)
        second.result(timeout=5)

    assert on_the_disk(folder) == [made.sha256]
    assert [each.item_id for each in Attachment.objects.all()] == [other.pk]


def readers(item: Item) -> dict[str, Person | None]:
    return {
        "nobody": None,
        "stranger": make_person(level=Level.V1),
        "identified": make_person(level=Level.V2),
        "owner": item.holder,
        "reviewer": make_reviewer(make_person(level=Level.V1)),
        "operator": make_operator(make_person(level=Level.V1)),
    }


@pytest.mark.parametrize(
    ("state", "tier", "may"),
    [
        (State.DRAFT, Tier.PUBLIC, "owner"),
        (State.DRAFT, Tier.VERIFIED, "owner"),
        (State.SUBMITTED, Tier.PUBLIC, "owner reviewer operator"),
        (State.SUBMITTED, Tier.ROOM, "owner reviewer operator"),
        (State.PUBLISHED, Tier.PUBLIC, "nobody stranger identified owner reviewer operator"),
        (State.PUBLISHED, Tier.VERIFIED, "identified owner reviewer operator"),
        (State.PUBLISHED, Tier.AGREEMENT, "owner reviewer operator"),
        (State.WITHDRAWN, Tier.PUBLIC, "owner reviewer operator"),
    ],
)
def test_files_follow_the_details(state: State, tier: Tier, may: str) -> None:
    need = publish_need() if state == State.PUBLISHED else submit(write_need())
    add(need)
    Item.objects.update(state=state, tier=tier)
    item = Item.objects.get()

    seen = {
        name
        for name, person in readers(item).items()
        if attachments.seen_by(person, item, today=TODAY)
    }

    assert seen == set(may.split())
    assert policies.may_see_files(item.holder, item, today=TODAY)


def test_an_offer_has_files_too() -> None:
    offer = write_offer()

    assert add(offer).item_id == offer.pk
