"""What people said of pairs, as arrays: the only thing a ranker is trained and tested on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.counterfactual import looked_at
from kehui.engines.matching.features import COLUMNS

Floats = npt.NDArray[np.float64]

REPLIED = 2  # the grade from which a judgement counts as a first reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One pair that was shown and judged.

    Fields:
        need, offer: their numbers; judgements are grouped by need.
        features: the columns of `features_of` as they were when it was shown.
        grade: 0 silent or declined, 1 declined for the moment only, 2 said to fit or asked to
            talk, 3 answered, 4 negotiated, 5 signed.
        is_silent: nobody said anything, so perhaps nobody looked.
        position: the best place it was shown at, from 1.
    """

    need: int
    offer: int
    features: Mapping[str, float]
    grade: int
    is_silent: bool
    position: int


@dataclass(frozen=True, slots=True)
class Judgements:
    """The same by columns: `features` is pairs × COLUMNS, everything else one value a pair.

    `examined` is the chance that the place was looked at.
    """

    features: Floats
    grades: npt.NDArray[np.int64]
    silent: npt.NDArray[np.bool_]
    examined: Floats
    needs: npt.NDArray[np.int64]
    offers: npt.NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[Judgement]) -> "Judgements":
        table = [[row.features.get(name, 0.0) for name in COLUMNS] for row in rows]
        return cls(
            features=np.array(table, np.float64).reshape(-1, len(COLUMNS)),
            grades=np.array([row.grade for row in rows], np.int64),
            silent=np.array([row.is_silent for row in rows], np.bool_),
            examined=looked_at([row.position for row in rows]),
            needs=np.array([row.need for row in rows], np.int64),
            offers=np.array([row.offer for row in rows], np.int64),
        )

    def __len__(self) -> int:
        return len(self.grades)

    @property
    def replied(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.grades >= REPLIED, np.bool_)

    @property
    def rule(self) -> Floats:
        """The published score / 100."""
        return np.asarray(self.features[:, COLUMNS.index("rule")], np.float64)

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Judgements":
        return Judgements(*(getattr(self, name)[chosen] for name in self.__slots__))

    def seen_as(self, column: Floats) -> "Judgements":
        """Return the same judgements with one column as their only feature."""
        rest: list[Any] = [getattr(self, name) for name in self.__slots__[1:]]
        return Judgements(column[:, None], *rest)

    def folds(self, count: int) -> npt.NDArray[np.int64]:
        """Return the fold 0..count-1 of each pair: a need's pairs stand in one, by its hash."""
        fold = {int(each): _hashed(int(each)) % count for each in np.unique(self.needs)}
        return np.array([fold[int(each)] for each in self.needs], np.int64)


def _hashed(need: int) -> int:
    return int.from_bytes(sha256(str(need).encode()).digest()[:8], "big")
