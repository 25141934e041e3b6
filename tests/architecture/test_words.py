"""Words: every thing in the glossary, every setting and command explained, every code once."""

import re
from collections import Counter
from importlib import import_module
from typing import Final, TypeVar

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class
from tests.architecture.source import REPOSITORY, ROOT, modules

from kehui.core.errors import Refused
from kehui.ledger.facts import Fact
from kehui.server.refusals import CannotRun
from kehui.site import settings

GLOSSARY: Final = REPOSITORY / "docs" / "glossary.md"
OPERATIONS: Final = REPOSITORY / "docs" / "operations"
Kind = TypeVar("Kind")
BETWEEN_PROCESSES: Final = {"KEHUI_READY_NOTE", "KEHUI_SUPERVISED"}  # set by our own supervisor


def family(kind: type[Kind]) -> set[type[Kind]]:
    return {kind}.union(*(family(each) for each in kind.__subclasses__()))


@pytest.fixture(scope="module", autouse=True)
def everything_is_imported() -> None:
    for path in modules():
        if path.name == "wsgi.py":  # starts the site
            continue
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        import_module(".".join(part for part in parts if part != "__init__"))


def ours(kind: type) -> bool:
    return kind.__module__.startswith("kehui.")


def words_of_the_glossary() -> set[str]:
    rows = [line.split("|") for line in GLOSSARY.read_text("utf-8").splitlines() if "|" in line]
    return {word for row in rows if len(row) > 2 for word in re.findall(r"`([^`]+)`", row[2])}


def test_every_model_stands_in_the_glossary() -> None:
    models = {each.__name__ for each in apps.get_models() if ours(each)}

    assert models - words_of_the_glossary() == set()


def test_every_fact_stands_in_the_glossary_with_its_kind() -> None:
    text = GLOSSARY.read_text("utf-8")
    facts = {each for each in family(Fact) if ours(each)}

    assert {each.__name__ for each in facts} - words_of_the_glossary() == set()
    kinds = {kind for each in facts if (kind := each.__dict__.get("kind"))}
    assert {kind for kind in kinds if f"`{kind}`" not in text} == set()


def test_every_code_of_a_refusal_is_said_by_one_class_and_explained() -> None:
    refusals = {
        each for each in family(Refused) - {Refused} if ours(each) and "code" in each.__dict__
    }
    codes = Counter(each.code for each in refusals)
    text = GLOSSARY.read_text("utf-8")

    assert [code for code, count in codes.items() if count > 1] == []
    assert [code for code in codes if not re.fullmatch(r"[A-Z][A-Z0-9_]+", code)] == []
    assert sorted(code for code in codes if f"`{code}`" not in text) == []


def test_every_refusal_speaks_both_languages() -> None:
    for each in family(Refused):
        assert re.search(r"[\u4e00-\u9fff]", str(each.message)), each
        assert re.fullmatch(r"[\x20-\x7e–—’“”≥]+", each.message_en), each
        assert set(re.findall(r"\{(\w+)", str(each.message))) == set(
            re.findall(r"\{(\w+)", each.message_en)
        ), each


def commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if str(app).startswith("kehui."))


def test_there_are_commands() -> None:
    assert {"work", "doctor", "match", "replay_ledger"} <= set(commands())


@pytest.mark.parametrize("name", commands())
def test_every_command_says_what_it_does(name: str) -> None:
    app = get_commands()[name]

    assert len(str(load_command_class(str(app), name).help)) > 10


def test_every_setting_is_documented() -> None:
    source = "\n".join(path.read_text("utf-8") for path in modules())
    named = set(re.findall(r"KEHUI_[A-Z_]*[A-Z]", source)) - BETWEEN_PROCESSES
    read = re.findall(
        r'env(?:_bool|_secret)?\("([A-Z_]+)"', (ROOT / "site/settings.py").read_text()
    )
    documented = "\n".join(path.read_text("utf-8") for path in OPERATIONS.glob("*.md"))

    wanted = named | {f"KEHUI_{each}" for each in read}
    assert settings.BRAND
    assert sorted(each for each in wanted if f"`{each}`" not in documented) == []


def test_every_code_of_the_supervisor_is_in_its_table() -> None:
    text = (OPERATIONS / "running.md").read_text("utf-8")
    codes = {each.code for each in family(CannotRun) - {CannotRun} if "code" in each.__dict__}

    assert sorted(code for code in codes if f"`{code}`" not in text) == []
