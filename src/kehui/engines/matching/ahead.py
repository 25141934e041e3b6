"""Compile every loop before somebody waits for it: `python -m kehui.engines.matching.ahead`.

A new machine takes ten seconds for it, later starts read what it kept. A market of two listings
goes through all that is done with a market.
"""

import tempfile
from pathlib import Path

import numpy as np

from kehui.engines.matching.build import build_snapshot
from kehui.engines.matching.encoder import Floats
from kehui.engines.matching.explain import why_not
from kehui.engines.matching.index import Index
from kehui.engines.matching.listing import Indicator, Listing
from kehui.engines.matching.match import match
from kehui.engines.matching.search import search
from kehui.engines.matching.snapshot import Snapshot
from kehui.engines.text.lexicon import Lexicon

TEXT = "高盐废水蒸发结晶回收盐分，每吨成本不高于 40 元。"


class _Ones:
    """An encoder that costs nothing: loops care for the type of a vector, not for its meaning."""

    id, version, dimension = "ones", "1", 8

    def encode(self, texts: list[str]) -> Floats:
        return np.ones((len(texts), self.dimension), np.float32)


def compile_loops() -> None:
    """Build, match, explain and search a market in a folder that vanishes."""
    cost = (Indicator("成本", "<=", 40, None, "元/吨"),)
    need = Listing(id=1, side="need", title=TEXT[:8], body=TEXT, indicators=cost)
    offer = Listing(id=2, side="offer", title=TEXT[:8], body=TEXT, indicators=cost)
    encoder = _Ones()
    with tempfile.TemporaryDirectory(prefix="kehui-ahead-") as folder:
        place = Path(folder) / "snapshot"
        build_snapshot([need, offer], place, encoder=encoder)
        snapshot = Snapshot.open(place)
        lexicon = Lexicon({"蒸发结晶": ["多效蒸发"]})
        for delta in ((), (need, offer)):
            index = Index(snapshot, delta, encoder=encoder, lexicon=lexicon)
            for asking, other in ((need, offer), (offer, need)):
                match(index, asking)
                why_not(asking, other, index=index)
                search(index, TEXT[:8], side=asking.side)


if __name__ == "__main__":
    compile_loops()
