"""Compile every loop before somebody waits for it.

A new machine takes ten seconds for it, later starts read what it kept. A small market goes through
all that is done with a market.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from kehui.engines.matching import kernels
from kehui.engines.matching.batch import Rematch, partners
from kehui.engines.matching.build import build_snapshot
from kehui.engines.matching.encoder import Floats
from kehui.engines.matching.explain import why_not
from kehui.engines.matching.index import Index
from kehui.engines.matching.listing import Indicator, Listing, Side
from kehui.engines.matching.match import match
from kehui.engines.matching.search import search
from kehui.engines.matching.settled import MANY
from kehui.engines.matching.snapshot import SIDES, Snapshot
from kehui.engines.matching.sweeping import Rule
from kehui.engines.text.lexicon import Lexicon

EACH_SIDE = 300  # a smaller market is not sifted for promising rows
FEW = np.arange(3)  # all are equal: the end of a list is never clear, and asked for again
TEXT = "高盐废水蒸发结晶回收盐分，每吨成本不高于 40 元。"


class _Ones:
    """An encoder that costs nothing: loops care for the type of a vector, not for its meaning."""

    id, version, dimension = "ones", "1", 8

    def encode(self, texts: list[str]) -> Floats:
        return np.ones((len(texts), self.dimension), np.float32)


def _side(side: Side, first: int) -> list[Listing]:
    cost = (Indicator("成本", "<=", 40, None, "元/吨"),)
    return [
        Listing(id=first + n, side=side, title=TEXT[:8], body=TEXT, indicators=cost)
        for n in range(EACH_SIDE)
    ]


def compile_loops() -> Path:
    """Build, match, explain and search a market in a folder that vanishes.

    Returns:
        The folder in which the compiler keeps the loops.
    """
    needs, offers = _side("need", 1), _side("offer", 1 + EACH_SIDE)
    encoder = _Ones()
    with tempfile.TemporaryDirectory(prefix="kehui-ahead-") as folder:
        place = Path(folder) / "snapshot"
        build_snapshot([*needs, *offers], place, encoder=encoder)
        snapshot = Snapshot.open(place)
        lexicon = Lexicon({"蒸发结晶": ["多效蒸发"]})
        for delta in ((), (needs[0], offers[0])):
            index = Index(snapshot, delta, encoder=encoder, lexicon=lexicon)
            for asking, other in ((needs[0], offers[0]), (offers[0], needs[0])):
                match(index, asking)
                why_not(asking, other, index=index)
                search(index, TEXT[:8], side=asking.side)
            for side in SIDES:
                partners(index, side, FEW, Rule())
            same = np.zeros(MANY, np.int64)
            Rematch(index).pairings.exact(same, same, Rule())
    loop: Any = kernels.accumulate
    return Path(loop.stats.cache_path)
