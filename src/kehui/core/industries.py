"""Industries by GB/T 4754-2017 (国民经济行业分类)."""

import re
import unicodedata
from functools import cache

from django.utils.translation import gettext_lazy as _

from kehui.core.codes import Code, CodeTree, read_tree
from kehui.core.errors import Refused

SCHEME = "GB/T 4754-2017"
# Sections, divisions, groups, classes. The national office says 1380 classes in the preface and
# 1382 after amendment 1 of 2019; our copy holds 1381. Shown on the settings page, held by a test.
COUNTS = (20, 97, 473, 1381)


class IndustryUnknown(Refused):
    code = "INDUSTRY_UNKNOWN"
    message = _("“{text}”不是 {scheme} 中的行业代码。请从列表中选择。")
    message_en = "“{text}” is not an industry code of {scheme}. Please choose one from the list."


class SectionMismatch(Refused):
    code = "SECTION_MISMATCH"
    message = _("行业代码 {code} 属于门类 {section}，不是 {given}。请核对。")
    message_en = "Industry {code} belongs to section {section}, not {given}. Please check."


_FORM = re.compile(r"([A-T]?)(\d{2,4})|[A-T]")


@cache
def tree() -> CodeTree:
    return read_tree("gbt4754_2017.csv")


def parse(text: str, *, field: str | None = None) -> Code:
    """Read `C3511`, `3511`, `35` or `C`; the letter may stand or not, but must not be wrong.

    Raises:
        IndustryUnknown: there is no such code in this edition.
        SectionMismatch: the digits belong to another section than the letter says.
    """
    tidy = unicodedata.normalize("NFKC", text).strip().upper()
    form = _FORM.fullmatch(tidy)
    digits = (form[2] or tidy) if form else ""
    if form is None or digits not in tree():
        raise IndustryUnknown(field=field, text=text, scheme=SCHEME)
    given, section = form[1], section_of(digits).code
    if given and given != section:
        raise SectionMismatch(field=field, code=digits, section=section, given=given)
    return tree()[digits]


def section_of(code: str) -> Code:
    return tree().line(code)[0]


def name_of(code: str) -> str:
    """Return the name, or the code itself: an old row may hold a code of another edition."""
    return tree()[code].name if code in tree() else code
