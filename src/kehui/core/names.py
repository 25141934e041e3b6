"""Names: kept as written, compared folded."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused

LONGEST = 30

_DOT = "\u00b7"
_DOTS = re.compile("[\u2022\u2027\u2219\u22c5\u30fb\uff65\u0387\u25cf\u2024]")
_DOT_BETWEEN_HAN = re.compile("(?<=[\u3400-\u9fff])[.\uff0e](?=[\u3400-\u9fff])")
# What shows nothing, turns the text around or orders a terminal about; blanks are another matter,
# and selectors of a variant (U+E0100…) belong to rare characters
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e007f]"
)
_SUFFIXES = re.compile(
    "(?:股份)?有限责任公司$|(?:股份)?有限公司$|股份公司$|(?:总|分)?公司$|集团$|co[.,]*ltd[.]?$"
)


class NameMalformed(Refused):
    code = "NAME_FORM"
    message = _("姓名应为 1 至 30 个字。")
    message_en = "A name has 1 to 30 characters."


def visible(text: str) -> str:
    """Return the text without signs that do not show or turn it around; lines stay."""
    return _HIDDEN.sub("", text)


def tidy(text: str) -> str:
    """Fold dot variants, hidden signs and doubled spaces; the rest stays as written."""
    seen = _DOT_BETWEEN_HAN.sub(_DOT, _DOTS.sub(_DOT, visible(text)))
    return " ".join(seen.split())


def person(text: str, *, field: str | None = None) -> str:
    """Return a person's name, tidied and whole: Chinese names are never split in two.

    Raises:
        NameMalformed: nothing is left, or it is longer than 30 characters.
    """
    name = tidy(unicodedata.normalize("NFKC", text))
    if not 1 <= len(name) <= LONGEST:
        raise NameMalformed(field=field)
    return name


def comparable(text: str) -> str:
    """Return the key by which two writings are the same: width, case, spaces and dots folded."""
    key = "".join(tidy(unicodedata.normalize("NFKC", text)).casefold().split())
    return key if key == text else comparable(key)  # a lost space may let two signs compose


def organization_key(name: str) -> str:
    """Return the key by which organizations are compared: without 有限公司 and its kin.

    For finding possible duplicates, never for deciding: equal names are not one organization.
    """
    key = comparable(name)
    shorter = _SUFFIXES.sub("", key)
    return shorter or key
