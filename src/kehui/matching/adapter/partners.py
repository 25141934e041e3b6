"""Everybody's best partners as a full match found them, on the disk and in the memory."""

from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from kehui.engines import matching as engine

SIDES: tuple[engine.Side, ...] = (engine.NEED, engine.OFFER)
PARTS = ("ids", "partners", "scores")
Numbers = npt.NDArray[np.int64]
BySide = Mapping[engine.Side, engine.PartnerLists]
Line = list[tuple[int, float]]


def put(file: Path, name: str, lists: BySide) -> None:
    """Write lists under a name; a half-written file is never seen."""
    parts = {f"{side}.{part}": getattr(lists[side], part) for side in SIDES for part in PARTS}
    new = file.with_suffix(".new")
    with new.open("wb") as stream:
        np.savez(stream, allow_pickle=False, name=np.array(name), **parts)
    new.replace(file)


def kept(file: Path, name: str) -> dict[engine.Side, engine.PartnerLists] | None:
    """Return the lists written under this name, None when there are none that can be read."""
    try:
        with file.open("rb") as stream, np.load(stream) as saved:
            if str(saved["name"]) != name:
                return None
            return {
                side: engine.PartnerLists(*(saved[f"{side}.{part}"] for part in PARTS))
                for side in SIDES
            }
    except (OSError, ValueError, KeyError, BadZipFile):
        return None


class Partners:
    """The best k partners of every listing, and whose are not as they were when last brought.

    Args:
        before: the lists of the snapshot, of k partners or more.
        found: the lists of k that are others by now.
        brought: what `found` was when all rows were last made to stand by it; None: never.
        bare: listings whose own list is not to be told from this, for each has to ask by itself.
    """

    def __init__(
        self, before: BySide, found: BySide, brought: BySide | None, *, k: int, bare: Numbers
    ) -> None:
        self.found, self.k, self._bare = found, k, frozenset(bare.tolist())
        self._before, self._now = _Lines(before, k), _Lines(found, k)
        self.due: list[int] | None = None  # everybody's
        if brought is not None:
            last = _Lines(brought, k)
            self.due = [
                number
                for number in sorted({*last.places, *self._now.places})
                if self._now.of(number, self._before) != last.of(number, self._before)
            ]

    def of(self, number: int) -> Line | None:
        """Return the partners of a listing, best first, with their points; None: it must ask."""
        return None if number in self._bare else self._now.of(number, self._before)


class _Lines:
    """Lists of both sides, by listing."""

    def __init__(self, lists: BySide, k: int) -> None:
        sides = [lists[side] for side in SIDES]
        self._partners = [each.partners[:, :k] for each in sides]
        self._scores = [each.scores[:, :k] for each in sides]
        self.places = {
            number: (side, row)
            for side, each in enumerate(sides)
            for row, number in enumerate(each.ids.tolist())
        }

    def of(self, number: int, otherwise: "_Lines | None" = None) -> Line | None:
        place = self.places.get(number)
        if place is None:
            return otherwise.of(number) if otherwise else None
        side, row = place
        numbers, scores = self._partners[side][row], self._scores[side][row]
        there = numbers != engine.NOBODY
        return list(zip(numbers[there].tolist(), scores[there].tolist(), strict=True))
