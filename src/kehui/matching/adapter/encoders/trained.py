"""The static model trained on this market's texts: where it is kept, which one is in force."""

import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from kehui.engines.matching import (
    Blended,
    Encoder,
    ModelUnreadable,
    StaticModel,
    UniversalSentenceEncoder,
)

IN_FORCE: Final = "in_force"  # names, a line each: the one in force last
KEPT: Final = 3
SHIPPED: Final[Encoder] = UniversalSentenceEncoder()  # loads its model at the first text


def built_in() -> Encoder:
    """Return what encodes without being asked for: what ships, and the trained model beside it.

    A model that is gone or damaged is as if there were none: what ships goes on alone.
    """
    names = installed()
    return (blended(str(_root() / names[-1])) or SHIPPED) if names else SHIPPED


def installed() -> list[str]:
    """Return the names of the models installed one after the other; the last one is in force."""
    try:
        return (_root() / IN_FORCE).read_text("ascii").split()
    except (OSError, ValueError):
        return []


def install(model: StaticModel) -> None:
    """Write the model and put it in force."""
    root = _root()
    root.mkdir(parents=True, exist_ok=True)
    name = f"static-{model.version}"
    if not (root / name).exists():
        work = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=root))
        model.write(work)
        work.rename(root / name)
    _say([each for each in installed() if each != name] + [name])


def roll_back() -> None:
    """Take the model in force out of force: the one before it serves, or what ships alone."""
    _say(installed()[:-1])


def _say(names: list[str]) -> None:
    root, kept = _root(), names[-KEPT:]
    pointer = root / f".{IN_FORCE}.new"
    pointer.write_text("\n".join(kept), "ascii")
    pointer.replace(root / IN_FORCE)
    for folder in root.glob("static-*"):
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _root() -> Path:
    return Path(settings.MODELS_DIR)


@lru_cache(maxsize=2)
def blended(folder: str) -> Encoder | None:
    """Return the same one each time: its folder is never written to again."""
    try:
        return Blended(SHIPPED, StaticModel.read(Path(folder)))
    except ModelUnreadable:
        return None
