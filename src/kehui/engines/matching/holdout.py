"""Hold texts back from training, and ask the whole engine to find each body by its title."""

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kehui.engines.matching.build import build_snapshot
from kehui.engines.matching.encoder import Encoder
from kehui.engines.matching.index import Index
from kehui.engines.matching.listing import Listing
from kehui.engines.matching.match import match
from kehui.engines.matching.snapshot import Snapshot
from kehui.engines.text.lexicon import Lexicon

MOST = 400
CUT = 10
SHARE = 10  # one in so many is held back
LEAST_TITLE, LEAST_BODY = 4, 40  # characters of a text that can be asked for

Text = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """What is trained on, and what is asked for afterwards."""

    training: tuple[Text, ...]
    asked: tuple[Text, ...]


def hold_back(texts: Sequence[Text], *, seed: int = 0) -> Held:
    """Split (title, body) pairs; a text that is held back twice over is trained on in neither.

    One in ten is asked for, at most 400, each with its title and body long enough to say something.
    """
    distinct = list(dict.fromkeys(texts))
    order = np.random.default_rng(seed).permutation(len(distinct)).tolist()
    fit = [at for at in order if _is_fit(distinct[at])]
    asked = [distinct[at] for at in fit[: min(MOST, len(distinct) // SHARE)]]
    titles, bodies = {title for title, _ in asked}, {body for _, body in asked}
    rest = [each for each in distinct if each[0] not in titles and each[1] not in bodies]
    return Held(tuple(rest), tuple(asked))


def _is_fit(text: Text) -> bool:
    return len(text[0]) >= LEAST_TITLE and len(text[1]) >= LEAST_BODY


def known_item(asked: Sequence[Text], *, encoder: Encoder) -> float:
    """Return MRR@10 of finding each body among all of them by its title alone; NaN for none."""
    return known_items(asked, encoder=encoder, lexicons=[Lexicon()])[0]


def known_items(
    asked: Sequence[Text], *, encoder: Encoder, lexicons: Sequence[Lexicon]
) -> list[float]:
    """Return MRR@10 of finding each body among all of them by its title, with each lexicon.

    The mean of 1 / place over the titles, 0 beyond place 10. Matching itself is asked, words and
    meaning together, over an index of the bodies that vanishes afterwards. NaN for no texts.
    """
    if not asked:
        return [math.nan] * len(lexicons)
    bodies = [
        Listing(id=at, side="offer", title="", body=body) for at, (_, body) in enumerate(asked)
    ]
    with tempfile.TemporaryDirectory(prefix="kehui-held-") as folder:
        place = Path(folder) / "snapshot"
        build_snapshot(bodies, place, encoder=encoder)
        snapshot = Snapshot.open(place)
        indexes = [Index(snapshot, encoder=encoder, lexicon=each) for each in lexicons]
        return [_found(index, asked) for index in indexes]


def _found(index: Index, asked: Sequence[Text]) -> float:
    found = 0.0
    for at, (title, _) in enumerate(asked):
        need = Listing(id=len(asked) + at, side="need", title=title)
        best = [each.id for each in match(index, need, k=CUT)]
        found += 1 / (best.index(at) + 1) if at in best else 0.0
    return found / len(asked)
