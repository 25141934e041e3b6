"""One style sheet for the browser, many small files for us.

The files are cut along nouns and laid end to end as css/kehui.css, a name that exists only for
the static file finders. So there is one request, no build step and no built file in git.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

SOURCES = Path(__file__).resolve().parent / "static" / "css"
NAME = "css/kehui.css"
PARTS = (
    "tokens",
    "base",
    "layout",
    "controls",
    "panels",
    "words",
    "overlays",
    "market",
    "combination",
    "waiting",
    "forms",
    "deals",
    "desk",
    "bars",
    "pages",
)


def joined() -> str:
    return "\n".join((SOURCES / f"{part}.css").read_text(encoding="utf-8") for part in PARTS)


class StylesheetFinder(BaseFinder):
    """Finds css/kehui.css by writing it into the data folder when a part has changed."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=Path(settings.DATA_DIR) / "cache" / "static")

    def check(self, **_kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: Any = None, **_kwargs: Any) -> Any:
        if path != NAME:
            return [] if find_all else None
        found = str(self._written())
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        del ignore_patterns  # one file, and nothing to ignore
        self._written()
        yield NAME, self.storage

    def _written(self) -> Path:
        target = Path(self.storage.path(NAME))
        newest = max((SOURCES / f"{part}.css").stat().st_mtime for part in PARTS)
        if not target.exists() or target.stat().st_mtime < newest:
            target.parent.mkdir(parents=True, exist_ok=True)
            whole = target.with_suffix(".new")
            whole.write_text(joined(), encoding="utf-8")
            whole.replace(target)  # another process may be doing the same
        return target
