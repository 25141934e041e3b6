"""Pictures are told again without what does not show."""

import pytest
from tests.market.paper import JPEG, PNG, chunk, jpeg, part, png

from kehui.core.pictures import BrokenPictureError, LargePictureError, bare

SECRET = b"GPS 30.65N 104.06E"
PLACE = b"Exif\x00\x00" + SECRET


def exif(turned: int, order: str = "big", tag: int = 0x0112, before: int = 0) -> bytes:
    """Return tags of which one says how the camera was held, after others that say nothing."""

    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, "little" if order == "little" else "big")

    other = number(0x010F, 2) + number(2, 2) + number(4, 4) + b"KH\x00\x00"
    one = number(tag, 2) + number(3, 2) + number(1, 4) + number(turned, 2) + bytes(2)
    head = (b"MM" if order == "big" else b"II") + number(42, 2) + number(8, 4)
    return b"Exif\x00\x00" + head + number(before + 1, 2) + other * before + one + bytes(4) + SECRET


@pytest.mark.parametrize("turned", range(2, 9))
@pytest.mark.parametrize("order", ["big", "little"])
def test_how_the_camera_was_held_is_all_that_is_kept_of_the_tags(turned: int, order: str) -> None:
    told = bare(jpeg(1, 1, part(0xE1, exif(turned, order, before=3))))

    assert told == JPEG[:2] + part(0xE1, exif(turned)[: -len(SECRET)]) + JPEG[2:]
    assert bare(told) == told


@pytest.mark.parametrize(
    "content",
    [
        jpeg(1, 1, part(0xE1, PLACE)),
        jpeg(1, 1, part(0xE1, exif(1))),
        jpeg(1, 1, part(0xE1, exif(9))),
        jpeg(1, 1, part(0xE1, exif(6, tag=0x0111))),
        jpeg(1, 1, part(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + SECRET)),
        jpeg(1, 1, part(0xE2, SECRET), part(0xED, SECRET), part(0xEF, SECRET)),
        jpeg(1, 1, part(0xFE, SECRET), b"\xff\xff"),
        JPEG + SECRET,
        JPEG + b"PK\x03\x04",
    ],
)
def test_what_does_not_show_in_a_jpeg_stays_behind(content: bytes) -> None:
    assert bare(content) == JPEG


def test_what_shows_stays() -> None:
    colours = (part(0xE2, b"ICC_PROFILE\x00\x01\x01x"), part(0xEE, b"Adobe\x00"))
    several = jpeg(1, 1, *colours)[:-2] + part(0xC4, b"x") + part(0xDA, b"x") + b"\x01\xff\xd9"
    drawn = png(1, 1, chunk(b"gAMA", b"1234"), chunk(b"PLTE", b"123"))

    assert bare(several) == several
    assert bare(drawn) == drawn


@pytest.mark.parametrize("kind", [b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME", b"acTL", b"iCCP"])
def test_what_does_not_show_in_a_png_stays_behind(kind: bytes) -> None:
    assert bare(png(1, 1, chunk(kind, SECRET)) + SECRET) == PNG


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff",
        JPEG[:-1],
        JPEG[:30],
        JPEG[:2] + JPEG[-2:],
        JPEG[:2] + b"<script>" + JPEG[2:],
        JPEG[:2] + part(0xE1, b"")[:-1] + b"\x01" + JPEG[2:],
        jpeg(0, 5),
        jpeg(5, 0),
        PNG[:8],
        PNG[:-1],
        PNG[:-12],
        PNG.replace(b"IDAT", b"IDAX"),
        PNG[:8] + PNG[33:],
        PNG[:33] + PNG[8:],
        PNG[:33] + chunk(b"IEND", b""),
        png(0, 1),
    ],
)
def test_what_is_no_whole_picture_is_refused(content: bytes) -> None:
    with pytest.raises(BrokenPictureError):
        bare(content)


@pytest.mark.parametrize("size", [(50_000, 1), (1, 30_001), (10_000, 5_001), (65_535, 65_535)])
def test_a_picture_of_very_many_pixels_is_refused(size: tuple[int, int]) -> None:
    for content in (jpeg(*size), png(*size)):
        with pytest.raises(LargePictureError):
            bare(content)
    assert bare(png(10_000, 5_000))
    assert bare(jpeg(5_000, 10_000))


def test_a_picture_of_four_gigapixels_is_refused() -> None:
    with pytest.raises(LargePictureError):
        bare(png(2**31 - 1, 2**31 - 1))
