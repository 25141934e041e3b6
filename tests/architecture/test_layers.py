"""Who may import whom, who may write, and where time and chance may enter."""

import ast
import sys
from pathlib import Path
from subprocess import run
from typing import Final

import pytest
from tests.architecture.source import DOORS, REPOSITORY, called, calls, layer, modules, tree

WRITES: Final = {
    "save", "create", "delete", "update", "bulk_create", "bulk_update", "get_or_create",
    "update_or_create", "asave", "acreate", "adelete", "aupdate",
}  # fmt: skip
# Calls of these names that write no row, and the one writer that Django wants elsewhere
NO_ROWS: Final = {
    "people/models/accounts.py": "create_user is what Django's own commands call",
}
NOT_ROWS: Final = {
    "np",
    "cache",
    "vectors",
    "names",
    "shared",
    "folds",
    "raw",
    "seen",
    "_group",
    "hash",
    "cipher",
    "filters",
    "tags",
}
BELOW: Final = ("server",)  # the supervisor lives outside of Django and keeps its own time
CLOCKS: Final = {
    ("timezone", "now"), ("timezone", "localdate"), ("timezone", "localtime"),
    ("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today"),
    ("time", "time"), ("time", "monotonic"), ("uuid", "uuid1"), ("uuid", "uuid4"),
}  # fmt: skip
# How long another machine takes is no time of ours
STOPWATCHES: Final = {"core/outbound/client.py"}
CHANCE: Final = {"random", "secrets"}
SEEDED: Final = {"engines", "demo"}  # draw from a seed they are given


def name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def test_the_contracts_of_imports_are_kept() -> None:
    tool = Path(sys.executable).with_name("lint-imports")

    done = run([tool, "--no-cache"], cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def is_service(path: Path) -> bool:
    return path.name == "services.py" or "services" in path.parts


def test_only_services_write() -> None:
    offenders = [
        called(path, node)
        for path in modules()
        if not is_service(path)
        and layer(path) not in BELOW
        and not any(str(path).endswith(each) for each in NO_ROWS)
        for node in calls(path)
        if isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and name_of(node.func.value) not in NOT_ROWS
        and name_of(node.func.value) not in {"filters", "tags"}
    ]

    assert offenders == []


def test_time_enters_at_the_doors_alone() -> None:
    offenders = [
        called(path, node)
        for path in modules()
        if layer(path) not in (*DOORS, *BELOW)
        and not any(str(path).endswith(each) for each in STOPWATCHES)
        for node in calls(path)
        if isinstance(node.func, ast.Attribute)
        and (name_of(node.func.value), node.func.attr) in CLOCKS
    ]

    assert offenders == []


def test_chance_comes_from_a_seed() -> None:
    offenders = [
        called(path, node)
        for path in modules()
        if layer(path) not in (*DOORS, *BELOW, *SEEDED)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and {getattr(node, "module", ""), *(each.name for each in node.names)} & CHANCE
    ]

    assert offenders == []


def test_sealed_numbers_are_opened_by_people_alone() -> None:
    """A door gets a number in full from `services.unmask`, which records who saw it."""
    openers = {"opened", "open_sealed", "key_of", "unwrapped"}
    offenders = [
        called(path, node)
        for path in modules()
        if layer(path) not in {"people", "core"}
        for node in calls(path)
        if name_of(node.func) in openers
    ]

    assert offenders == []


@pytest.mark.parametrize("word", ["utils", "util", "helpers", "helper", "common", "misc", "base"])
def test_no_module_is_named_for_nothing(word: str) -> None:
    assert [path for path in modules() if word in (path.stem, path.parent.name)] == []
