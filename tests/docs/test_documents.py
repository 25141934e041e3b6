"""What the documents promise of themselves: every code, fact and link that they name is there."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

import pytest

import kehui
from kehui.core.errors import Refused
from kehui.ledger.facts import Fact

ROOT = Path(kehui.__file__).resolve().parents[2]
Kind = TypeVar("Kind")
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
NO_MODULE_OF_OURS = ("migrations", "commands", "__main__")


def ours(base: type[Kind]) -> Iterator[type[Kind]]:
    """Yield the subclasses of the platform, whatever module they stand in."""
    for module in pkgutil.walk_packages(kehui.__path__, "kehui."):
        if not any(part in module.name.split(".") for part in NO_MODULE_OF_OURS):
            importlib.import_module(module.name)
    waiting = [base]
    while waiting:
        for each in waiting.pop().__subclasses__():
            waiting.append(each)
            if each.__module__.startswith("kehui."):
                yield each


def test_every_refusal_stands_in_the_glossary_with_its_chinese_sentence() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    rows = {f"| `{each.code}` | {each.status} | {each.message} |" for each in ours(Refused)}

    assert sorted(row for row in rows if row not in glossary) == []


def test_every_kind_of_fact_stands_in_the_list_of_facts() -> None:
    listed = (ROOT / "docs" / "facts.md").read_text("utf-8")
    kinds = {(each.kind, each.__name__) for each in ours(Fact) if hasattr(each, "kind")}

    assert [each for each in sorted(kinds) if f"| `{each[0]}` | `{each[1]}` |" not in listed] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = (unquote(found.split("#")[0]) for found in LINK.findall(document.read_text("utf-8")))
    inside = [
        each for each in links if each and not each.startswith(("http:", "https:", "mailto:"))
    ]

    assert [each for each in inside if not (document.parent / each).exists()] == []
