"""Gather every Chinese string of the interface and keep the English ones beside them.

`python tools/translate.py` reads the Python files and the templates, brings `django.po` up to date
(new strings come in empty, strings nobody uses any longer go) and compiles `django.mo`. It prints
what still wants English. The files carry no places and no dates, so that a commit shows words only.
No gettext program is needed; aliases (`gettext as _now`) are followed to their import.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "kehui"
CATALOGUE = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"

GETTERS = {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
IN_TEMPLATE = re.compile(
    r"""(?<!\w)(?:n?gettext|_)\(\s*u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"""(?:\s*,\s*u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))?"""
)

Message = tuple[str, str]  # msgid, msgid_plural or ""


def in_python(source: str) -> Iterator[Message]:
    """The strings a Python file hands to gettext, under whatever name it imported it."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in GETTERS
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            getter = names.get(node.func.id)
            words = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if getter and words and isinstance(words[0], str):
                plural = words[1] if getter.startswith("n") and len(words) > 1 else ""
                yield words[0], str(plural)


def in_template(source: str) -> Iterator[Message]:
    """The strings of `translate`, `blocktranslate` and `_("…")` in a template."""
    for match in IN_TEMPLATE.finditer(templatize(source)):
        msgid, plural = (ast.literal_eval(word) if word else "" for word in match.groups())
        yield msgid, plural


def gather() -> dict[str, str]:
    """Every msgid of the interface with its plural (usually empty)."""
    found: dict[str, str] = {}
    for path in sorted(each for kind in ("*.py", "*.html", "*.txt") for each in SOURCE.rglob(kind)):
        read = in_python if path.suffix == ".py" else in_template
        for msgid, plural in read(path.read_text(encoding="utf-8")):
            found[msgid] = found.get(msgid) or plural
    return dict(sorted(found.items()))


def is_complete(entry: polib.POEntry) -> bool:
    words = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    return bool(words) and all(words) and not entry.fuzzy


def renew(old: polib.POFile, found: dict[str, str]) -> polib.POFile:
    """The catalogue of the strings found, with the English known so far."""
    known = {entry.msgid: entry for entry in old if not entry.obsolete}
    new = polib.POFile(wrapwidth=100)
    new.metadata = {
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for msgid, plural in found.items():
        entry = known.get(msgid)
        if entry is None or entry.msgid_plural != plural:
            empty = {0: "", 1: ""} if plural else {}
            entry = polib.POEntry(msgid=msgid, msgid_plural=plural, msgstr_plural=empty)
        new.append(entry)
    return new


def main() -> int:
    old = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
    new = renew(old, gather())
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(CATALOGUE))
    new.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    missing = [entry.msgid for entry in new if not is_complete(entry)]
    for msgid in missing:
        print(msgid)
    print(f"{len(new)} strings, {len(missing)} without English", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
