"""Every item of the standard that applies is answered once, and every proof is there."""

import ast
import csv
from collections import Counter
from functools import cache
from typing import Final

import pytest
from tests.architecture.source import REPOSITORY
from tools import asvs

# Level 2 of OAuth and OIDC that a client has to keep; the rest is for servers of OAuth
OF_CLIENTS: Final = {"10.1.1", "10.1.2", "10.2.1", "10.2.2", *(f"10.5.{n}" for n in range(1, 6))}
# Of level 3, because money and robots ask for them
ADOPTED: Final = {
    "1.2.10", "1.3.12", "2.3.5", "2.4.2", "4.1.5", "5.2.4", "5.2.5", "5.2.6", "5.3.3", "6.3.5",
    "6.3.7", "6.3.8", "8.1.3", "8.2.4", "8.3.2", "11.3.4", "14.2.6", "14.2.7", "14.2.8", "15.4.1",
    "15.4.2", "15.4.3", "15.4.4",
}  # fmt: skip
HEAD: Final = "id,level,chapter,about,status,proof,reviewer"


@pytest.fixture(scope="module")
def answers() -> list[asvs.Answer]:
    return asvs.answers()


def chapter(item: str) -> str:
    return item.partition(".")[0]


def applicable() -> set[str]:
    level_2 = {item for item, level in asvs.standard().items() if level <= 2}
    without = {item for item in level_2 if chapter(item) in {"10", "17"}}
    return level_2 - without | OF_CLIENTS | ADOPTED


@cache
def named_in(path: str) -> frozenset[str]:
    """Read the names of tests from the tree; to collect them would start the database."""
    file = REPOSITORY / path
    if not path.startswith("tests/") or not file.is_file():
        return frozenset()
    found = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{each.name}" for each in node.body if hasattr(each, "name")}
    return frozenset(each for each in found if each.rpartition("::")[2].startswith("test_"))


def is_there(proof: str) -> bool:
    path, _, name = proof.partition("::")
    return name.partition("[")[0] in named_in(path)


def test_the_standard_is_counted_as_its_authors_count_it() -> None:
    levels = Counter(asvs.standard().values())
    level_2 = [item for item, level in asvs.standard().items() if level <= 2]

    assert levels == {1: 70, 2: 183, 3: 92}
    assert len(level_2) == 253
    assert Counter(chapter(item) for item in level_2)["17"] == 7
    assert Counter(chapter(item) for item in level_2)["10"] == 29


def test_every_item_that_applies_is_answered_once(answers: list[asvs.Answer]) -> None:
    ids = Counter(each.id for each in answers)

    assert [item for item, count in ids.items() if count > 1] == []
    assert applicable() - set(ids) == set()
    assert set(ids) - applicable() == set()
    assert len(answers) == 217 + len(OF_CLIENTS) + len(ADOPTED) == 249
    assert len(ADOPTED) == 23
    assert {item for item in ADOPTED if asvs.standard()[item] != 3} == set()


def test_every_answer_is_whole(answers: list[asvs.Answer]) -> None:
    for each in answers:
        assert each.level == asvs.standard()[each.id], each.id
        assert each.chapter.startswith(f"V{chapter(each.id)} "), each.id
        assert each.status in asvs.STATUSES, each.id
        assert each.about.endswith("."), each.id
        assert each.proof.strip(), each.id
        assert each.reviewer.strip(), each.id
        assert not each.about.startswith("Verify"), each.id  # our words, not the standard's


def test_every_test_that_is_named_exists(answers: list[asvs.Answer]) -> None:
    missing = [
        f"{each.id} {proof}"
        for each in answers
        if each.status == "met"
        for proof in each.proof.split()
        if not is_there(proof)
    ]

    assert missing == []


def test_what_is_not_met_says_why(answers: list[asvs.Answer]) -> None:
    for each in answers:
        if each.status != "met":
            assert "::" not in each.proof, each.id
            assert each.proof.endswith("."), each.id


def test_files_that_reasons_name_exist(answers: list[asvs.Answer]) -> None:
    for each in answers:
        if each.status == "met":
            continue
        for word in each.proof.replace("(", " ").replace(")", " ").replace(";", " ").split():
            if word.rstrip(",.").endswith(".py"):
                name = word.rstrip(",.")
                places = [REPOSITORY / "tests" / name, REPOSITORY / "src" / "kehui" / name]
                assert any(place.is_file() for place in places), f"{each.id} {name}"


def test_a_test_that_is_gone_is_missed() -> None:
    assert is_there("tests/security/test_asvs.py::test_a_test_that_is_gone_is_missed")
    assert is_there("tests/security/test_asvs.py::test_a_test_that_is_gone_is_missed[x]")
    for gone in ("tests/security/test_asvs.py::test_gone", "tests/gone.py::test_x",
                 "src/kehui/cli/checks.py::test_x", "tests/security/test_asvs.py",
                 "tests/security/test_asvs.py::is_there"):  # fmt: skip
        assert not is_there(gone), gone


def test_the_table_reads_the_same_everywhere() -> None:
    text = (asvs.FOLDER / "asvs.csv").read_text("utf-8")
    rows = list(csv.reader(text.splitlines()))

    assert text.splitlines()[0] == HEAD
    assert {len(row) for row in rows} == {len(HEAD.split(","))}
    order = [[int(part) for part in row[0].split(".")] for row in rows[1:]]
    assert order == sorted(order)


def test_the_counts_add_up(answers: list[asvs.Answer]) -> None:
    last = asvs.counts().splitlines()[-1].split()[1:]
    statuses = Counter(each.status for each in answers)

    assert [int(each) for each in last] == [*(statuses[each] for each in asvs.STATUSES), 249]


def test_the_document_names_the_standard_and_its_licence() -> None:
    text = (asvs.FOLDER / "asvs.md").read_text("utf-8")

    for word in (
        "5.0.0",
        "OWASP",
        "CC BY-SA 4.0",
        "345",
        "253",
        "217",
        "249",
        "python tools/asvs.py",
    ):
        assert word in text, word
