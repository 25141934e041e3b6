"""Disciplines by GB/T 13745-2009 (学科分类与代码)."""

import re
import unicodedata
from functools import cache

from django.utils.translation import gettext_lazy as _

from kehui.core.codes import Code, CodeTree, read_tree
from kehui.core.errors import Refused

SCHEME = "GB/T 13745-2009"
FIRST_LEVEL = 62  # the only count on which all copies agree


class SchemeMissing(Refused):
    code = "SCHEME_MISSING"
    message = _("“{text}”不像 {scheme} 的学科代码。请注明它出自哪个分类，或从列表中选择。")
    message_en = (
        "“{text}” does not look like a discipline of {scheme}. "
        "Please say which scheme it is from, or choose one from the list."
    )


class DisciplineUnknown(Refused):
    code = "DISCIPLINE_UNKNOWN"
    message = _("{scheme} 中没有代码“{text}”。请从列表中选择。")
    message_en = "There is no code “{text}” in {scheme}. Please choose one from the list."


class SchemeUnknown(Refused):
    code = "SCHEME_UNKNOWN"
    message = _("学科代码按 {scheme} 填写，不能换算“{given}”。请从列表中选择。")
    message_en = (
        "Disciplines are given by {scheme}; “{given}” cannot be converted. "
        "Please choose one from the list."
    )


_FORM = re.compile(r"(\d{3})\.?(\d{2})?\.?(\d{2})?")  # 520, 52020, 520.20, 5202040, 520.2040
_OURS = re.compile(r"(GB/?T)?13745(-2009)?|学科分类与代码")


@cache
def tree() -> CodeTree:
    return read_tree("gbt13745_2009.csv")


def parse(text: str, *, scheme: str = "", field: str | None = None) -> Code:
    """Read a code of GB/T 13745-2009, with or without dots; a `see` row gives its target.

    A degree catalog (`0812`), a fund (`F02`) and the library classification
    (`TP391`) look alike; none of them is ever taken for ours.

    Raises:
        SchemeMissing: the form is not ours, and no scheme was named.
        SchemeUnknown: another scheme was named.
        DisciplineUnknown: the form is ours, or our scheme was named, but there is no such code.
    """
    tidy = "".join(unicodedata.normalize("NFKC", text).split())
    named = "".join(unicodedata.normalize("NFKC", scheme).upper().split())
    if named and not _OURS.fullmatch(named):
        raise SchemeUnknown(field=field, given=scheme, scheme=SCHEME)
    form = _FORM.fullmatch(tidy)
    if form is None and not named:
        raise SchemeMissing(field=field, text=text, scheme=SCHEME)
    code = "".join(part or "" for part in form.groups()) if form else ""
    if code not in tree():
        raise DisciplineUnknown(field=field, text=text, scheme=SCHEME)
    return tree()[tree()[code].see or code]


def name_of(code: str) -> str:
    """Return the name, or the code itself: an old row may hold a code of another edition."""
    return tree()[code].name if code in tree() else code


def dotted(code: str) -> str:
    """Return the code as the standard prints it: 520.2040."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def called(word: str) -> list[Code]:
    """Return the disciplines of this name, else those whose name holds the word, upper first."""
    rows = [row for row in tree() if not row.see]
    same = [row for row in rows if row.name == word]
    return same or sorted((row for row in rows if word in row.name), key=lambda row: row.level)
