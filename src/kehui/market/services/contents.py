"""Contents of files: what they are, and where they lie, once each, by their hash."""

import hashlib
import os
import zipfile
from collections.abc import Iterable
from functools import partial
from io import BytesIO
from typing import Final

from django.db import transaction

from kehui.core import archives, locks, pictures
from kehui.market.models import Attachment
from kehui.market.selectors.attachments import path_of

_PDF, _JPEG, _PNG = "application/pdf", "image/jpeg", "image/png"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_BEGINNINGS: Final = ((b"%PDF-", _PDF), (b"\xff\xd8\xff", _JPEG), (b"\x89PNG\r\n\x1a\n", _PNG))
_MAIN_PARTS: Final = {
    "xl/workbook.xml": f"{_OFFICE}spreadsheetml.sheet",
    "word/document.xml": f"{_OFFICE}wordprocessingml.document",
}
_PDF_END: Final = b"%%EOF"
_PDF_TAIL: Final = 1_024  # as readers look for the mark


class BrokenPdfError(ValueError):
    """The document breaks off, or is something else as well."""


def sniff(content: bytes) -> str:
    """Return the media type of an allowed content, or nothing. The name of a file is not asked."""
    for beginning, media_type in _BEGINNINGS:
        if content.startswith(beginning):
            return media_type
    return _office(content) if content.startswith(archives.BEGINNING) else ""


def _office(content: bytes) -> str:
    """Tell a workbook from a text; other archives, bombs, and those with macros, are neither."""
    try:
        parts = archives.names_in(content)
    except archives.ArchiveError:
        return ""
    if "[Content_Types].xml" not in parts or any(
        part.lower().endswith("vbaproject.bin") for part in parts
    ):
        return ""
    found = [media_type for part, media_type in _MAIN_PARTS.items() if part in parts]
    return found[0] if len(found) == 1 else ""


def cleaned(content: bytes, media_type: str) -> bytes:
    """Return the content as it is kept: a picture without place, camera and tail.

    Raises:
        BrokenPictureError, LargePictureError: of a picture.
        BrokenPdfError: the document breaks off, or is an archive as well.
    """
    if media_type in {_JPEG, _PNG}:
        return pictures.bare(content)
    if media_type == _PDF and not _is_whole_pdf(content):
        raise BrokenPdfError
    return content


def _is_whole_pdf(content: bytes) -> bool:
    """Say whether the mark of the end stands near it, and no archive hangs on behind."""
    return _PDF_END in content[-_PDF_TAIL:] and not zipfile.is_zipfile(BytesIO(content))


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def hold(sha256: str) -> None:
    """Let nobody else keep or drop this content until the transaction ends."""
    locks.hold(sha256)


def keep(content: bytes, sha256: str) -> None:
    """Put the content on the disk, whole or not at all; what lies there already stays."""
    path = path_of(sha256)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f".{sha256}.partial")  # one at a time: the hash is held
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(path)


def drop_unused(hashes: Iterable[str]) -> None:
    """Take contents that no row names any more off the disk, after the commit.

    Before it, a rollback would leave rows without their content.
    """
    for sha256 in hashes:
        transaction.on_commit(partial(_drop, sha256), robust=True)


@transaction.atomic
def _drop(sha256: str) -> None:
    hold(sha256)  # somebody may be adding the same content right now
    if not Attachment.objects.filter(sha256=sha256).exists():
        path_of(sha256).unlink(missing_ok=True)
