"""Zip files that others made: looked at from outside, before anything in them is unpacked."""

import stat
import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Final

MOST_ENTRIES: Final = 2_000
MOST_UNPACKED_BYTES: Final = 512 * 2**20
MOST_RATIO: Final = 100
RATIO_MATTERS_ABOVE: Final = 16 * 2**20  # a small table of equal rows packs well, and hurts nobody
MOST_DIRECTORY_BYTES: Final = 2**20  # room for twice as many entries with the longest usual names
BEGINNING: Final = b"PK\x03\x04"
_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_FAR_END: Final = b"PK\x06\x07"
_FAR_END_SIZE: Final = 20
_HEADER_SIZE: Final = 30
_ENCRYPTED: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class ArchiveError(ValueError):
    """`code`: BROKEN, or one of MANY, LARGE and RATIO for what was made to fill a memory."""

    def __init__(self, code: str, size: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.size = size


def names_in(content: bytes) -> set[str]:
    """Return the names of the entries; nothing is unpacked.

    One entry follows the other from the first byte on, none twice, none outside, none a link: what
    two programs might unpack differently is refused.

    Raises:
        ArchiveError: it is no such archive, or it would unpack to too much.
    """
    _check_end(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = sorted(archive.infolist(), key=lambda each: each.header_offset)
            end = archive.start_dir
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
        raise ArchiveError("BROKEN") from error
    if len(entries) > MOST_ENTRIES:
        raise ArchiveError("MANY", len(entries))
    _check_places(entries, end)
    names = {each.filename for each in entries}
    if len(names) != len(entries) or not all(map(_is_plain, entries)):
        raise ArchiveError("BROKEN")
    unpacked = sum(each.file_size for each in entries)
    if unpacked > MOST_UNPACKED_BYTES:
        raise ArchiveError("LARGE", unpacked)
    if unpacked > RATIO_MATTERS_ABOVE and unpacked > MOST_RATIO * len(content):
        raise ArchiveError("RATIO", unpacked)
    return names


def _check_end(content: bytes) -> None:
    """See that the directory is short, before the library makes an object of each entry in it."""
    end = len(content) - _END_SIZE
    if not content.startswith(BEGINNING) or content[max(end, 0) : end + 4] != _END:
        raise ArchiveError("BROKEN")
    if content[max(end - _FAR_END_SIZE, 0) :].startswith(_FAR_END):
        raise ArchiveError("LARGE", len(content))
    if (size := int.from_bytes(content[end + 12 : end + 16], "little")) > MOST_DIRECTORY_BYTES:
        raise ArchiveError("MANY", size)


def _check_places(entries: Sequence[zipfile.ZipInfo], end: int) -> None:
    """See that no entry lies in another: so one content would be unpacked many times."""
    at = 0
    for entry in entries:
        if entry.header_offset < at or (at == 0 and entry.header_offset):
            raise ArchiveError("BROKEN")
        at = entry.header_offset + _HEADER_SIZE + entry.compress_size
    if at > end:
        raise ArchiveError("BROKEN")


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    name = entry.orig_filename
    parts = name.removesuffix("/").split("/")
    is_inside = not any(part in {"", ".", ".."} or ":" in part for part in parts)
    return (
        is_inside
        and name.isprintable()
        and "\\" not in name
        and not stat.S_ISLNK(entry.external_attr >> 16)
        and not entry.flag_bits & _ENCRYPTED
        and entry.compress_type in _METHODS
    )
