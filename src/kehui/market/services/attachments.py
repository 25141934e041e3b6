"""Put files beside an item, and take them away."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from kehui.core import locks
from kehui.core.errors import Refused
from kehui.core.pictures import BrokenPictureError, LargePictureError
from kehui.market.models import Attachment, Item, Need, Offer
from kehui.market.models.attachments import MOST_BYTES, MOST_FILES
from kehui.market.services import contents
from kehui.market.services.drafts import AT_THE_DESK, IN_THE_WORLD, locked, store_revision
from kehui.people.models import Person

MOST_FILES_OF_A_PERSON: Final = 2000
LONGEST_NAME: Final = 120
LONGEST_ENDING: Final = 10


class AttachmentEmpty(Refused):
    code = "ATTACHMENT_EMPTY"
    message = _("“{name}”是空文件。请重新选一个。")
    message_en = "“{name}” is empty. Please choose another file."
    field = "files"


class AttachmentTooLarge(Refused):
    code = "ATTACHMENT_TOO_LARGE"
    message = _("“{name}”超过 10 MB。请压缩或拆开再传。")
    message_en = "“{name}” is larger than 10 MB. Please compress or split it."
    status = 413
    field = "files"


class AttachmentKindRefused(Refused):
    code = "ATTACHMENT_KIND"
    message = _(
        "“{name}”不是 PDF、JPEG、PNG、XLSX 或 DOCX（看内容，不看文件名；带宏的也不收）。"
        "请另存为其中一种再传。"
    )
    message_en = (
        "“{name}” is not a PDF, JPEG, PNG, XLSX or DOCX (by its content, not its name; "
        "none with macros). Please save it as one of these."
    )
    field = "files"


class AttachmentBroken(Refused):
    code = "ATTACHMENT_BROKEN"
    message = _("“{name}”的内容不完整，或夹带了别的文件。请重新导出或另存一份再传。")
    message_en = (
        "“{name}” is incomplete or carries another file inside. Please export or save it anew."
    )
    field = "files"


class AttachmentPixels(Refused):
    code = "ATTACHMENT_PIXELS"
    message = _("图片“{name}”的像素太多，最多 5000 万。请缩小再传。")
    message_en = "The picture “{name}” has too many pixels, at most 50 million. Please shrink it."
    status = 413
    field = "files"


class AttachmentTwice(Refused):
    code = "ATTACHMENT_TWICE"
    message = _("“{name}”已经传过了，就是“{other}”。不必再传。")
    message_en = "“{name}” is here already, as “{other}”. There is no need for it twice."
    status = 409
    field = "files"


class TooManyAttachments(Refused):
    code = "TOO_MANY_ATTACHMENTS"
    message = _("最多 {most} 个文件，“{name}”没有收下。请先删掉不用的。")
    message_en = "At most {most} files; “{name}” was left out. Please remove one you do not need."
    field = "files"


class FilesTooMuch(Refused):
    code = "FILES_QUOTA"
    message = _(
        "你传的文件合计最多 {megabytes} MB、{most} 个，“{name}”没有收下。请先删掉不用的文件或草稿。"
    )
    message_en = (
        "Your files may take {megabytes} MB and be {most}; “{name}” was left out. "
        "Please remove files or drafts you do not need."
    )
    status = 413
    field = "files"


class AttachmentUnknown(Refused):
    code = "ATTACHMENT_UNKNOWN"
    message = _("这个文件已经不在了。")
    message_en = "This file is not here any more."
    status = 404
    field = "files"


@transaction.atomic
def add_attachment(
    *, item: Item, person: Person, name: str, content: bytes, at: datetime
) -> Attachment:
    """Put a file beside the item. An item that is out gets a new revision: a reviewer looks again.

    Raises:
        NotYours, NotEditable: see there.
        AttachmentEmpty, AttachmentTooLarge, AttachmentKindRefused: of the content.
        AttachmentBroken, AttachmentPixels: of the content, once its kind is known.
        AttachmentTwice: the item has the same content, whatever its name.
        TooManyAttachments: the item has as many files as it may.
        FilesTooMuch: the person has uploaded as much as one person may, over all items.
    """
    mine = locked(item, person, at=at, states=AT_THE_DESK + IN_THE_WORLD)
    name = named(name)
    media_type = _media_type(content, name)
    content = _cleaned(content, media_type, name)
    sha256 = contents.hash_of(content)
    held = list(mine.attachments.all())
    for each in held:
        if each.sha256 == sha256:
            raise AttachmentTwice(name=name, other=each.name)
    if len(held) >= MOST_FILES:
        raise TooManyAttachments(most=MOST_FILES, name=name)
    _leave_room(person, len(content), name)
    contents.hold(sha256)
    made = Attachment.objects.create(
        item_id=mine.pk,
        name=name,
        sha256=sha256,
        size=len(content),
        media_type=media_type,
        uploaded_by=person,
        uploaded_at=at,
    )
    _changed(mine, person, at=at)
    contents.keep(content, sha256)  # last: nothing but the commit can fail after it
    return made


@transaction.atomic
def remove_attachment(*, item: Item, person: Person, attachment: int, at: datetime) -> None:
    """Take a file away from the item; its content goes when nobody else has it.

    Raises:
        NotYours, NotEditable: see there.
        AttachmentUnknown: the item has no such file, perhaps since a moment.
    """
    mine = locked(item, person, at=at, states=AT_THE_DESK + IN_THE_WORLD)
    found = mine.attachments.filter(pk=attachment).first()
    if found is None:
        raise AttachmentUnknown
    found.delete()
    _changed(mine, person, at=at)
    contents.drop_unused([found.sha256])


def named(name: str) -> str:
    """Return the name without signs that do not show or turn the text around, not too long."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in bare if sign.isprintable()).strip() or str(_("未命名"))
    stem, dot, ending = shown.rpartition(".")
    if len(shown) <= LONGEST_NAME or not stem or len(ending) > LONGEST_ENDING:
        return shown[:LONGEST_NAME]
    return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending


def _media_type(content: bytes, name: str) -> str:
    if not content:
        raise AttachmentEmpty(name=name)
    if len(content) > MOST_BYTES:
        raise AttachmentTooLarge(name=name)
    if not (media_type := contents.sniff(content)):
        raise AttachmentKindRefused(name=name)
    return media_type


def _cleaned(content: bytes, media_type: str, name: str) -> bytes:
    try:
        return contents.cleaned(content, media_type)
    except LargePictureError:
        raise AttachmentPixels(name=name) from None
    except (BrokenPictureError, contents.BrokenPdfError):
        raise AttachmentBroken(name=name) from None


def _leave_room(person: Person, size: int, name: str) -> None:
    """Hold the person until the transaction ends, so that many files at once are added up."""
    locks.hold(f"files of person {person.pk}")
    had = Attachment.objects.filter(uploaded_by=person).aggregate(
        files=Count("pk"), size=Sum("size")
    )
    megabytes = settings.FILES_MB_PER_PERSON
    is_full = (had["size"] or 0) + size > megabytes * 2**20
    if is_full or had["files"] >= MOST_FILES_OF_A_PERSON:
        raise FilesTooMuch(megabytes=megabytes, most=MOST_FILES_OF_A_PERSON, name=name)


def _changed(item: Offer | Need, person: Person, *, at: datetime) -> None:
    if item.state in IN_THE_WORLD:
        store_revision(item, person, at=at)
    else:
        item.changed_at = at
        item.save(update_fields=["changed_at"])
