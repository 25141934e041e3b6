"""Contents of files, as small as they may be, and a folder of their own to lie in."""

import zipfile
import zlib
from io import BytesIO

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"


def chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + kind + content + check


def png(width: int = 1, height: int = 1, *parts: bytes) -> bytes:
    """Return a picture of these sides with these parts before its content."""
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    content = chunk(b"IDAT", zlib.compress(bytes(2)))
    return b"".join(
        [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", size), *parts, content, chunk(b"IEND", b"")]
    )


def part(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def jpeg(width: int = 1, height: int = 1, *parts: bytes) -> bytes:
    """Return a picture of these sides with these parts before its frame."""
    sides = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    frame = part(0xC0, b"\x08" + sides + b"\x01\x01\x11\x00")
    scan = part(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
    form = part(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
    return b"".join([b"\xff\xd8", form, *parts, frame, scan, b"\xff\xd9"])


JPEG = jpeg()
PNG = png()


def archive(*parts: str) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as zipped:
        for part in parts:
            zipped.writestr(part, "<x/>")
    return stream.getvalue()


XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
DOCX = archive("[Content_Types].xml", "word/document.xml")
