"""What a command that measures or trains says: lines for people or, with --json, one object."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from django.core.management.base import OutputWrapper


def add_json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="输出 JSON · print JSON")


def add_training(parser: ArgumentParser) -> None:
    """Add what every command that trains is asked."""
    parser.add_argument(
        "--rollback", action="store_true", help="撤下在用的，换回前一个 · go back one"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="只训练和衡量，不启用 · measure only"
    )
    add_json(parser)


def add_folder(parser: ArgumentParser, what: str) -> None:
    """Add what every command that measures a folder is asked; `what` describes the folder."""
    parser.add_argument("folder", type=Path, help=what)
    add_json(parser)


def report(
    out: OutputWrapper, figures: Mapping[str, object], lines: Iterable[str], *, as_json: bool
) -> None:
    if as_json:
        out.write(json.dumps(figures, ensure_ascii=False, indent=1))
        return
    for each in lines:
        out.write(each)


def counter(out: OutputWrapper, words: str, *, every: int) -> Callable[[int, int], None]:
    """Return what is called with steps done and their total; it says so now and then.

    `words` take `done` and `total`.
    """

    def count(done: int, total: int) -> None:
        if done % every == 0 or done == total:
            out.write(words.format(done=done, total=total))

    return count
