"""Every pattern of the source against texts that make patterns take long; run as a program.

Prints a JSON list: where the pattern stands, how it is used, and the text it did not get through
within its time of the processor. A text is named by what it repeats and how it ends.
"""

import ast
import json
import re
import signal
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import django

SIZE: Final = 100_000
# Of the processor: what takes so long for a tenth of the text is tried with the whole
SUSPICIOUS: Final = 0.03
SECONDS: Final = 5.0  # a pattern that is linear, on a busy machine; a quadratic one takes minutes
# Patterns that only ever see so much text; the module says so where it uses them
BOUNDED: Final = {
    ("engines/naming/definitions.py", "_LAST_LATIN"): 40,  # the first group of a bracket
    ("engines/text/amounts.py", "_FILLER"): 20,  # what stands right before a number
    ("engines/text/amounts.py", "_SUBJECT"): 20,
    ("engines/text/amounts.py", "_LEAD"): 20,
}
SOURCE: Final = Path(__file__).resolve().parents[2] / "src" / "kehui"
METHODS: Final = ("search", "match", "fullmatch", "findall", "finditer", "sub", "split")
UNITS: Final = (
    "a", "A", "0", "1", "_", "-", ".", "/", "+", "@", ":", ",", "，", "。", "、", "；", " ", "\n",
    "\t", "中", "一", "十", "年", "万", "称", "公司", "(", ")", "“", "<", "{", "=", "≥", "a ", "a-",
    "0.", "0,", "1 ", "中 ", "中,", "a(", "中(", "\\", "\xff", "\x00", "%", "mg", "1mg/l",
)  # fmt: skip
TAILS: Final = ("!", "\n(")


class TooLongError(Exception):
    pass


def stop(*_: object) -> None:
    raise TooLongError


def modules() -> list[Path]:
    return [each for each in sorted(SOURCE.rglob("*.py")) if "migrations" not in each.parts]


def module_of(path: Path) -> ModuleType:
    dotted = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
    return import_module(dotted.removesuffix(".__init__"))


def named(path: Path) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Yield the patterns of a module with their names, those in a tuple as well."""
    for name, value in vars(module_of(path)).items():
        if isinstance(value, re.Pattern):
            yield name, value
        elif isinstance(value, (tuple, list)):
            inside = [*value, *(each for row in value if isinstance(row, tuple) for each in row)]
            yield from ((name, each) for each in inside if isinstance(each, re.Pattern))


def inline(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the method and the pattern of calls like re.sub("…", …)."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, method = node.func.value, node.func.attr
            if isinstance(owner, ast.Name) and owner.id == "re" and method in METHODS:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield method, str(first.value)
                else:  # put together on the spot: judged by what it is made of
                    yield method, joined(path, first)


def joined(path: Path, node: ast.expr) -> str:
    """Return a pattern that is put together on the spot of what the module holds."""
    code = compile(ast.Expression(node), str(path), "eval")
    return str(eval(code, vars(module_of(path))))  # noqa: S307 - our own source


def way(path: Path, name: str) -> str:
    """Return the hardest way in which a module uses a pattern: to search tries every place."""
    tree = ast.parse(path.read_text("utf-8"))
    found = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in METHODS
        and isinstance(node.value, ast.Name)
        and node.value.id == name
    }
    return "".join(found) if found in ({"match"}, {"fullmatch"}) else "search"


def texts(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """Yield unit and tail of each text; the letters of the pattern are among the units."""
    source = (
        pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    )
    own = sorted(set(re.findall(r"[a-zμ中-龥0-9]", source)))[:10]
    for unit in dict.fromkeys((*UNITS, *own)):
        for tail in TAILS:
            yield unit, tail


def slow(pattern: re.Pattern[Any], method: str, most: int) -> str:
    """Return the first text that the pattern does not get through, or nothing."""
    for unit, tail in texts(pattern):
        short, long = (unit * (size // len(unit)) + tail for size in (SIZE // 10, SIZE))
        if takes(pattern, method, short[:most], SUSPICIOUS) and takes(
            pattern, method, long[:most], SECONDS
        ):
            return f"{unit!r} {tail!r}"
    return ""


def takes(pattern: re.Pattern[Any], method: str, text: Any, seconds: float) -> bool:
    """Say whether going through the text takes more than these seconds of the processor."""
    if isinstance(pattern.pattern, bytes):
        text = text.encode("utf-8")
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        if method == "search":
            for _ in pattern.finditer(text):
                pass
        else:
            getattr(pattern, method)(text)
    except TooLongError:
        return True
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return False


def main() -> None:
    signal.signal(signal.SIGVTALRM, stop)
    django.setup()
    told: list[tuple[str, str, re.Pattern[Any], str]] = []
    for path in modules():
        if path.name == "__main__.py":
            continue
        file = str(path.relative_to(SOURCE))
        told += [(file, name, each, way(path, name)) for name, each in named(path)]
        for method, source in inline(path):
            hard = method if method in {"match", "fullmatch"} else "search"
            told.append((file, source, re.compile(source), hard))
    found = [
        [file, name, method, text]
        for file, name, pattern, method in told
        if (text := slow(pattern, method, BOUNDED.get((file, name), SIZE + 2)))
    ]
    compiled = sum(path.read_text("utf-8").count("re.compile(") for path in modules())
    sys.stdout.write(json.dumps({"count": len(told), "compiled": compiled, "slow": found}))


if __name__ == "__main__":
    main()
