"""Money is whole fen; it is read and shown in 元 and 万元, and never passes through a float."""

import re
import unicodedata
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused

FEN_PER_YUAN = 100
FEN_PER_WAN = 10_000 * FEN_PER_YUAN
FEN_PER_YI = 10_000 * FEN_PER_WAN
MOST_FEN = 2**63 - 1  # what the column holds

_UNITS = {
    "": FEN_PER_YUAN,
    "分": 1,
    "角": 10,
    "百": 100 * FEN_PER_YUAN,
    "千": 1000 * FEN_PER_YUAN,
    "万": FEN_PER_WAN,
    "w": FEN_PER_WAN,
    "百万": 100 * FEN_PER_WAN,
    "千万": 1000 * FEN_PER_WAN,
    "亿": FEN_PER_YI,
}
_FORM = re.compile(
    r"(?:人民币|rmb|cny|¥|￥)?"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<unit>[分角百千万亿w]*)(?P<yuan>[元圆块]?)(?:整|正)?(?:人民币|rmb|cny)?"
)


class AmountMalformed(Refused):
    code = "AMOUNT_FORM"
    message = _("看不懂金额“{text}”。请写成 1200 元或 12.5 万元这样，最小到分。")
    message_en = (
        "The amount “{text}” cannot be read. Please write yuan and fen in digits, like 1200 or "
        "1,200.50."
    )


def parse(text: str, *, unit: str = "元", field: str | None = None) -> int:
    """Return the fen of an amount as people write it; a bare number counts in `unit`.

    Raises:
        AmountMalformed: not an amount, negative, finer than a fen, or too large to store.
    """
    tidy = "".join(unicodedata.normalize("NFKC", text).lower().split())
    form = _FORM.fullmatch(tidy)
    if form is None or (form["yuan"] and form["unit"] in {"分", "角"}):
        raise AmountMalformed(field=field, text=text)
    is_bare = not form["unit"] and not form["yuan"]
    fen_each = _UNITS.get(unit.removesuffix("元") if is_bare else form["unit"])
    if fen_each is None:
        raise AmountMalformed(field=field, text=text)
    fen = Decimal(form["number"].replace(",", "")) * fen_each
    if fen != fen.to_integral_value() or fen > MOST_FEN:
        raise AmountMalformed(field=field, text=text)
    return int(fen)


def show(fen: int) -> str:
    """Write the amount in the language of the reader; nothing is rounded."""
    return in_english(fen) if (get_language() or "zh").startswith("en") else in_chinese(fen)


def in_chinese(fen: int) -> str:
    """Write 亿元 or 万元 where at most two decimals say it exactly, else 元."""
    for size, unit in ((FEN_PER_YI, "亿元"), (FEN_PER_WAN, "万元")):
        if abs(fen) >= size and fen % (size // 100) == 0:
            return f"{_decimal(fen, size)} {unit}"
    return f"{_decimal(fen, FEN_PER_YUAN)} 元"


def in_english(fen: int) -> str:
    return f"CNY {_decimal(fen, FEN_PER_YUAN)}"


def _decimal(fen: int, size: int) -> str:
    """Return fen / size with two decimals at most, none if they are zero; size divides exactly."""
    whole, rest = divmod(abs(fen), size)
    hundredths = rest * 100 // size
    sign = "-" if fen < 0 else ""
    if not hundredths:
        return f"{sign}{whole:,}"
    shown = f"{hundredths:02}" if size == FEN_PER_YUAN else f"{hundredths:02}".rstrip("0")
    return f"{sign}{whole:,}.{shown}"
