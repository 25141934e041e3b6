"""Pictures that others made, told again without what does not show: place, camera, author, tail.

They are not decoded: what a decoder needs is copied part by part, everything else stays behind
(ITU-T T.81 annex B; PNG, third edition). How a phone was held is kept, or it would lie on its side.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

MOST_PIXELS: Final = 50_000_000
MOST_SIDE: Final = 30_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_PARTS: Final = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs")
)
_END, _SCAN, _COMMENT = 0xD9, 0xDA, 0xFE
_APPLICATIONS: Final = range(0xE0, 0xF0)
_JFIF, _EXIF, _COLOUR, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_TURNED: Final = range(2, 9)


class BrokenPictureError(ValueError):
    """The content breaks off, or is no picture."""


class LargePictureError(ValueError):
    """The picture has more pixels than anybody can look at."""


def bare(content: bytes) -> bytes:
    """Return the JPEG or PNG without metadata and without what follows its end.

    Raises:
        BrokenPictureError, LargePictureError: see there.
    """
    return _bare_png(content) if content.startswith(_PNG) else _bare_jpeg(content)


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise BrokenPictureError
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS:
        raise LargePictureError


def _number(content: bytes, at: int, size: int) -> int:
    if len(content) < at + size:
        raise BrokenPictureError
    return int.from_bytes(content[at : at + size], "big")


def _bare_png(content: bytes) -> bytes:
    kept, at = [_PNG], len(_PNG)
    seen: set[bytes] = set()
    while b"IEND" not in seen:
        length = _number(content, at, 4)
        kind, end = content[at + 4 : at + 8], at + length + 12
        if zlib.crc32(content[at + 4 : end - 4]) != _number(content, end - 4, 4):
            raise BrokenPictureError
        if (kind == b"IHDR") == bool(seen):  # it comes first, and once
            raise BrokenPictureError
        if kind == b"IHDR":
            _check_size(_number(content, at + 8, 4), _number(content, at + 12, 4))
        if kind in _PNG_PARTS:
            kept.append(content[at:end])
        seen.add(kind)
        at = end
    if b"IDAT" not in seen:
        raise BrokenPictureError
    return b"".join(kept)


def _bare_jpeg(content: bytes) -> bytes:
    kept, is_framed, turned = [content[:2]], False, 0
    for marker, at, end in _jpeg_parts(content):
        if marker in _FRAMES:
            _check_size(_number(content, at + 7, 2), _number(content, at + 5, 2))
            is_framed = True
        if marker == _EXIF:
            turned = turned or _orientation(content[at + 4 : end])
        if _is_shown(marker, content[at + 4 : end]):
            kept.append(content[at:end])
    if not is_framed:
        raise BrokenPictureError
    if turned in _TURNED:
        kept.insert(1, _exif(turned))
    return b"".join([*kept, b"\xff\xd9"])


def _jpeg_parts(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, beginning and end of each part between start and end of the picture."""
    at = 2
    while (marker := _number(content, at, 2)) != 0xFF00 | _END:
        if marker == 0xFFFF:  # a filling
            at += 1
            continue
        end = at + 2 + _number(content, at + 2, 2)
        if marker >> 8 != 0xFF or end < at + 4 or end > len(content):
            raise BrokenPictureError
        if marker & 0xFF == _SCAN:
            found = _NEXT_MARKER.search(content, end)
            end = found.start() if found else len(content)
        yield marker & 0xFF, at, end
        at = end


def _is_shown(marker: int, part: bytes) -> bool:
    """Say whether a decoder needs the part: form, colours and all that is neither note nor tag."""
    if marker == _COLOUR:
        return part.startswith(b"ICC_PROFILE\x00")
    return marker in {_JFIF, _ADOBE} or (marker != _COMMENT and marker not in _APPLICATIONS)


def _orientation(exif: bytes) -> int:
    """Return how the camera was held, 1 to 8, or 0 when the tags do not say or cannot be read."""
    order = {b"II": "little", b"MM": "big"}.get(exif[6:8])
    if not exif.startswith(b"Exif\x00\x00") or order is None:
        return 0
    tags = exif[6:]

    def number(at: int, size: int) -> int:
        told = tags[at : at + size]
        return int.from_bytes(told, "little" if order == "little" else "big")

    first = number(4, 4)
    for place in range(min(number(first, 2), 100)):
        at = first + 2 + 12 * place
        if number(at, 2) == 0x0112:
            return number(at + 8, 2)
    return 0


def _exif(turned: int) -> bytes:
    """Return an application part with one tag: how the camera was held."""
    tag = b"\x01\x12\x00\x03\x00\x00\x00\x01" + bytes((0, turned, 0, 0))
    tags = b"Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01" + tag + bytes(4)
    return b"\xff\xe1" + (len(tags) + 2).to_bytes(2, "big") + tags
