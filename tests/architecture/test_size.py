"""Files and functions that can be read at one sitting."""

import sys
from typing import Final

from tests.architecture.source import Function, called, functions, modules

LINES: Final = 300
LINES_AT_MOST: Final = 500
FUNCTION: Final = 40
FUNCTION_AT_MOST: Final = 80


def length(node: Function) -> int:
    """Count the lines of the body: what a caller has to say is no reason to cut a signature."""
    return (node.end_lineno or node.lineno) - node.body[0].lineno + 1


def test_no_file_is_too_long() -> None:
    sizes = {path: len(path.read_text("utf-8").splitlines()) for path in modules()}

    assert {path: size for path, size in sizes.items() if size > LINES_AT_MOST} == {}


def test_no_function_is_too_long() -> None:
    assert [
        called(path, node)
        for path in modules()
        for node in functions(path)
        if length(node) > FUNCTION_AT_MOST
    ] == []


def test_what_is_near_the_limit_is_named() -> None:
    """Print them (pytest -s): the budget of 300 and 40 lines is for people to keep."""
    long_files = [
        f"{path.name} {size}"
        for path in modules()
        if (size := len(path.read_text("utf-8").splitlines())) > LINES
    ]
    long_functions = [
        f"{called(path, node)} {node.name} {length(node)}"
        for path in modules()
        for node in functions(path)
        if length(node) > FUNCTION
    ]
    for each in (*long_files, *long_functions):
        sys.stdout.write(f"{each}\n")
    assert len(long_files) <= 4
    assert len(long_functions) <= 8
