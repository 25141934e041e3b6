"""Archives built to harm whoever opens them."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Final

TYPES: Final = b'<?xml version="1.0"?><Types xmlns="t"/>'
SHEET: Final = "xl/worksheets/sheet1.xml"
_SPACE: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method, compresslevel=9) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return stream.getvalue()


def workbook(sheet: bytes, **parts: bytes) -> bytes:
    """Return a workbook of one sheet, each other part replaced by the one named with _ for /."""
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    files = {
        "[Content_Types].xml": (
            f'<Types xmlns="{types}">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{kinds}.styles+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kinds}.sharedStrings+xml"/>'
            f'<Override PartName="/{SHEET}" ContentType="{kinds}.worksheet+xml"/></Types>'
        ).encode(),
        "_rels/.rels": (
            f'<Relationships xmlns="{relations}"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        "xl/workbook.xml": (
            f'<workbook {_SPACE} xmlns:r="{office}"><sheets>'
            '<sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{relations}"><Relationship Id="r1" '
            f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
            f'Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
        ).encode(),
        "xl/styles.xml": f"<styleSheet {_SPACE}/>".encode(),
        "xl/sharedStrings.xml": f"<sst {_SPACE}/>".encode(),
        SHEET: sheet,
    }
    named = {f"xl/{name}.xml": content for name, content in parts.items()}
    return zipped({**files, **named})


def sheet(inner: bytes) -> bytes:
    return f"<worksheet {_SPACE}><sheetData>".encode() + inner + b"</sheetData></worksheet>"


def row(text: str = "x", number: int = 1) -> bytes:
    return f'<row r="{number}"><c t="inlineStr"><is><t>{text}</t></is></c></row>'.encode()


def overlapping(count: int) -> bytes:
    """Return many entries that share one content, as in the bomb of Fifield (2019)."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = bytes(2**20)
    data = packed.compress(content) + packed.flush()
    fields = (20, 0, 8, 0, 0, zlib.crc32(content), len(data), len(content))
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", *fields, 1, 0) + b"a" + data
    directory = b"".join(
        struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, *fields, 4, 0, 0, 0, 0, 0, 0)
        + f"{number:04d}".encode()
        for number in range(count)
    )
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(local), 0)
    return local + directory + end


def linked() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as out:
        out.writestr("[Content_Types].xml", TYPES)
        link = zipfile.ZipInfo("xl/workbook.xml")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        out.writestr(link, "/etc/passwd")
    return stream.getvalue()


def patched(content: bytes, at: int, new: bytes) -> bytes:
    at %= len(content)
    return content[:at] + new + content[at + len(new) :]


def lying() -> bytes:
    """Return an archive whose directory says 10 bytes where a megabyte is."""
    made = zipped({"a.xml": bytes(2**20)})
    size = struct.pack("<I", 2**20)
    return made.replace(size, struct.pack("<I", 10))


ENTITIES: Final = (
    b'<!DOCTYPE x [<!ENTITY a "lol">'
    + b"".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9))
    + b"]>"
)
ONE: Final = zipped({"[Content_Types].xml": TYPES, "xl/workbook.xml": b"<x/>"})
NESTED: Final = zipped({"a.zip": zipped({"b.zip": zipped({"c": bytes(2**24)})})})

# What each is, and why it is refused
REFUSED: Final[dict[str, tuple[str, Callable[[], bytes]]]] = {
    "empty": ("BROKEN", lambda: b""),
    "no zip": ("BROKEN", lambda: b"PK\x03\x04 torn"),
    "only an end": ("BROKEN", lambda: b"PK\x05\x06" + bytes(18)),
    "cut": ("BROKEN", lambda: ONE[:-1]),
    "something before": ("BROKEN", lambda: b"%PDF-1.7\n" + ONE),
    "an archive before": ("BROKEN", lambda: ONE + ONE),
    "something behind": ("BROKEN", lambda: ONE + b"<script>"),
    "a comment": ("BROKEN", lambda: patched(ONE, -2, b"\x04\x00") + b"%%EO"),
    "directory damaged": ("BROKEN", lambda: patched(ONE, ONE.index(b"PK\x01\x02"), b"XX")),
    "too many": ("MANY", lambda: zipped({f"{n}": b"" for n in range(2_001)})),
    "very many": ("MANY", lambda: zipped({f"{n:0400d}": b"" for n in range(3_000)})),
    "far end": ("LARGE", lambda: ONE[:-22] + b"PK\x06\x07" + bytes(16) + ONE[-22:]),
    "one large": ("RATIO", lambda: zipped({"a": bytes(2**25)})),
    "many large": ("RATIO", lambda: zipped({f"{n}": bytes(2**20) for n in range(40)})),
    "larger than all": (
        "LARGE",
        lambda: zipped({"a": b""}, zipfile.ZIP_STORED).replace(
            bytes(8) + b"\x01\x00", struct.pack("<II", 0, 2**30) + b"\x01\x00"
        ),
    ),
    "overlapping": ("BROKEN", lambda: overlapping(1_500)),
    "twice": ("BROKEN", lambda: zipped({"a": b"1", "b": b"2"}).replace(b"b", b"a")),
    "link": ("BROKEN", linked),
    "encrypted": ("BROKEN", lambda: patched(ONE, ONE.index(b"PK\x01\x02") + 8, b"\x01")),
    "lzma": ("BROKEN", lambda: zipped({"a": b"x"}, zipfile.ZIP_LZMA)),
    "the last beyond": (
        "BROKEN",
        lambda: patched(
            (one := zipped({"a": b"x"})), one.index(b"PK\x01\x02") + 20, struct.pack("<I", 2**30)
        ),
    ),
    "directory beyond": (
        "BROKEN",
        lambda: patched(ONE, ONE.index(b"PK\x01\x02") + 20, struct.pack("<I", 2**30)),
    ),
}
SLIPS: Final = (
    "../evil", "a/../../evil", "/etc/passwd", "C:/evil", "C:\\evil", "a\\..\\..\\evil", "./a",
    "a//b", "a/./b", "..", "a:b", "a\nb", "a\u202eb", "a\u200bb",
)  # fmt: skip
