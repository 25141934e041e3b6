"""The unified social credit code of organizations (统一社会信用代码, GB 32100-2015).

Our own validator: well-known ones demand digits in the first eight places and
so refuse every village collective (N), military (A) and other (Y) body, and
they skip the inner check of the organization code.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I O S V Z
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_INNER_CHECKS = "0123456789X0"  # by 11 minus the remainder: 10 is X, 11 is 0
_LENGTH = 18
_KINDS = {  # department to its kinds
    "1": "1239",
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "1239",
    "6": "129",
    "7": "129",
    "8": "19",
    "9": "123",
    "A": "19",
    "N": "1239",
    "Y": "1",
}


class UsccMalformed(Refused):
    code = "USCC_FORM"
    message = _("统一社会信用代码应为 18 位数字和大写字母，且不含 I、O、S、V、Z。请核对。")
    message_en = (
        "A unified social credit code has 18 digits and capitals, without I, O, S, V and Z. "
        "Please check."
    )


class UsccCheckFailed(Refused):
    code = "USCC_CHECK"
    message = _("统一社会信用代码第 18 位校验码不符。请对照证照逐位核对。")
    message_en = (
        "The check character in place 18 of the unified social credit code does not fit. "
        "Please compare it with the certificate."
    )


class Doubt(StrEnum):
    """What a person should look at, although the code is accepted."""

    INNER_CHECK = "inner_check"  # place 17 does not fit the organization code
    UNKNOWN_KIND = "unknown_kind"  # department and kind are a pair the standard does not list


@dataclass(frozen=True, kw_only=True)
class UnifiedCode:
    """A code that passed its check; the region is of the day of issue and may be withdrawn."""

    code: str
    department: str
    kind: str
    region: str
    organization: str
    doubts: tuple[Doubt, ...]

    @property
    def needs_review(self) -> bool:
        return bool(self.doubts)


def parse(text: str, *, field: str | None = None) -> UnifiedCode:
    """Read a code as people type it: lower case, full width, with spaces or hyphens.

    Raises:
        UsccMalformed: not 18 characters of the alphabet.
        UsccCheckFailed: the last character does not fit the others.
    """
    code = normalized(text)
    if len(code) != _LENGTH or any(each not in ALPHABET for each in code):
        raise UsccMalformed(field=field)
    if code[17] != check_character(code[:17]):
        raise UsccCheckFailed(field=field)
    doubts = []
    if code[16] != inner_check_character(code[8:16]):
        doubts.append(Doubt.INNER_CHECK)
    if code[1] not in _KINDS.get(code[0], ""):
        doubts.append(Doubt.UNKNOWN_KIND)
    return UnifiedCode(
        code=code,
        department=code[0],
        kind=code[1],
        region=code[2:8],
        organization=code[8:17],
        doubts=tuple(doubts),
    )


def normalized(text: str) -> str:
    """Fold width and case; drop spaces and every kind of hyphen."""
    wide = unicodedata.normalize("NFKC", text).upper()
    return "".join(
        each
        for each in wide
        if not each.isspace() and unicodedata.category(each) not in {"Pd", "Cf"}
    )


def check_character(body: str) -> str:
    """Return the character that makes the weighted sum a multiple of 31.

    One wrong character is always found, because 31 is prime and no weight is a
    multiple of it; so are two neighbors exchanged, because their weights differ.
    """
    weights = (_WEIGHTS[place % len(_WEIGHTS)] for place in range(len(body)))
    total = sum(ALPHABET.index(each) * weight for each, weight in zip(body, weights, strict=True))
    return ALPHABET[-total % 31]


def inner_check_character(body: str) -> str:
    """Return the check of an organization code (GB 11714); letters count from A = 10."""
    total = sum(int(each, 36) * weight for each, weight in zip(body, _INNER_WEIGHTS, strict=True))
    return _INNER_CHECKS[11 - total % 11]
