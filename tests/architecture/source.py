"""The source as a tree to be asked."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]
ROOT: Final = REPOSITORY / "src" / "kehui"
TEMPLATES: Final = ROOT / "web" / "templates"
DOORS: Final = ("web", "api", "cli", "jobs", "site")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> list[Path]:
    return [path for path in sorted(ROOT.rglob("*.py")) if "migrations" not in path.parts]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def layer(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def called(path: Path, node: ast.AST) -> str:
    """Return where a node stands: market/services/gate.py:61."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))
