"""How a loop over arrays is compiled, and where the compiled form is kept."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy.typing as npt

Array = npt.NDArray[Any]
Loop = TypeVar("Loop", bound=Callable[..., Any])


def cache_folder() -> str:
    """Return a folder of this user where compiled loops may be kept; "" when there is none."""
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


def compiled(loop: Loop) -> Loop:
    """Compile a loop once a machine; it runs without the interpreter's lock.

    The plain-Python twin is in `.py_func`.
    """
    return cast("Loop", numba.njit(cache=True, nogil=True, error_model="numpy")(loop))
