"""Compile loops once a machine, into a folder that is this user's own."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

import numba
import numpy.typing as npt


def cache_folder() -> str:
    """Return a folder of this user where compiled loops may be kept."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for folder in (home / "kehui" / "numba", Path(tempfile.gettempdir()) / f"kehui-{os.getuid()}"):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        # What lies there is run: a folder that somebody else made is not ours to trust.
        if folder.stat().st_uid == os.getuid() and os.access(folder, os.W_OK):
            return str(folder)
    return ""


vars(numba.config)["CACHE_DIR"] = os.environ.get("NUMBA_CACHE_DIR") or cache_folder()
Array = npt.NDArray[Any]
Number: TypeAlias = Any  # a scalar of any width
Loop = TypeVar("Loop", bound=Callable[..., Any])


def compiled(loop: Loop) -> Loop:
    """Compile a loop once a machine; it runs without the interpreter's lock."""
    return cast("Loop", numba.njit(cache=True, nogil=True, error_model="numpy")(loop))
