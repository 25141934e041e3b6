"""Have the loops of the engines compiled while something else is being done.

Reading loops that are compiled already still takes seconds of a processor, most of them for the
compiler's own import. So a note says what was compiled by which engine for which machine; while it
holds, a start reads that note and nothing else. It is believed only when it is this user's, and
nothing in it is ever run: a wrong note makes the first request slow, never wrong.
"""

import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from threading import Thread

ENGINES = Path(__file__).resolve().parents[1] / "engines"
COMPILERS = ("numba", "llvmlite", "numpy")
PROCESSOR = Path("/proc/cpuinfo")
LOOPS = ("kehui.engines.doubles.ahead", "kehui.engines.matching.ahead")
COMMAND = (sys.executable, "-P", "-m", "kehui.server.ahead")

Index = dict[str, list[int]]  # path -> size in bytes, time of change in ns


def compile_ahead() -> Thread:
    """Compile in a process of its own, and wait for that in a thread nobody waits for.

    Whoever needs a loop before it is ready compiles it again; so nothing depends on the outcome.
    """
    thread = Thread(target=_compile_if_needed, daemon=True)
    thread.start()
    return thread


def _compile_if_needed() -> None:
    if not is_compiled():
        subprocess.run(COMMAND, check=False)


def compile_now() -> None:
    """Compile every loop, or read it, and note where it is kept."""
    asked_for = fingerprint()  # before: an engine that changes meanwhile is another one
    # By their names, for nothing here may depend on what the engines are
    folders: list[Path] = [import_module(each).compile_loops() for each in LOOPS]
    content = {"fingerprint": asked_for, "index": _index(folders)}
    try:
        _write(note(), json.dumps(content))
    except OSError:
        return  # no folder of ours: the next start asks again


def is_compiled() -> bool:
    """Say whether this engine is compiled for this machine, and nothing kept has changed since."""
    try:
        with note().open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_uid != os.geteuid():
                return False
            said = json.load(file)
        kept: Index = said["index"]
        return bool(
            kept
            and said["fingerprint"] == fingerprint()
            and all(_state(Path(path)) == state for path, state in kept.items())
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def note() -> Path:
    """Return where the note of this installation lies, among what this user can lose."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = hashlib.sha256(os.fsencode(ENGINES)).hexdigest()[:12]
    return cache / "kehui" / f"loops-{place}.json"


def fingerprint() -> str:
    """Return what compiled loops depend on: sources, compilers, processor, their own settings."""
    found = hashlib.sha256(repr(_circumstances()).encode())
    for source in sorted(ENGINES.rglob("*.py")):
        found.update(hashlib.sha256(source.read_bytes()).digest())
    return found.hexdigest()


def _circumstances() -> list[str]:
    settings = [f"{name}={value}" for name, value in os.environ.items() if name[:6] == "NUMBA_"]
    return [
        sys.version,
        platform.machine(),
        *_processor(),
        *(version(each) for each in COMPILERS),
        *sorted(settings),
    ]


def _processor() -> list[str]:
    """Return the model and the features of the first processor, where the system tells them."""
    try:
        first = PROCESSOR.read_text(encoding="utf-8").partition("\n\n")[0]
    except OSError:
        return [platform.processor()]
    told = ("model name", "flags", "CPU part", "Features")
    return [line for line in first.splitlines() if line.startswith(told)]


def _index(folders: Sequence[Path]) -> Index:
    """Return the state of the compiler's own index of each loop."""
    found = {each for folder in folders for each in folder.glob("*.nbi")}
    return {str(each): _state(each) for each in sorted(found)}


def _state(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


def _write(path: Path, text: str) -> None:
    """Replace a file as a whole: two starts at the same time must not mix their words."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{os.getpid()}")
    half.write_text(text, encoding="utf-8")
    half.replace(path)


if __name__ == "__main__":
    compile_now()
