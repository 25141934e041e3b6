"""Ask the search box for texts that are known to be there. No rows, no database."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kehui.engines import matching as engine
from kehui.matching.adapter.encoders.trained import built_in

CUT = 10


@dataclass(frozen=True, kw_only=True)
class Known:
    """MRR@10 by kind of query: the mean of 1 / place of the one right text, 0 beyond place 10."""

    reciprocal_rank: Mapping[str, float]
    texts: int
    encoder: str


def find_known(
    texts: Mapping[str, str],
    queries: Mapping[str, Sequence[tuple[str, str]]],
    *,
    progress: Callable[[int], None],
) -> Known:
    """Index the texts in a folder that vanishes and ask each query of each kind.

    Args:
        texts: by id.
        queries: kind to (id of the right text, what is typed).
    """
    encoder = built_in()
    places = {id_: number for number, id_ in enumerate(texts)}
    supplied = [
        engine.Listing(id=number, side="offer", title="", body=texts[id_])
        for id_, number in places.items()
    ]
    with tempfile.TemporaryDirectory(prefix="kehui-known-") as folder:
        place = Path(folder) / "snapshot"
        engine.build_snapshot(supplied, place, encoder=encoder)
        index = engine.Index(engine.Snapshot.open(place), encoder=encoder)
        ranks: dict[str, float] = {}
        asked = 0
        for kind, typed in queries.items():
            found = 0.0
            for id_, text in typed:
                hits = engine.search(index, text, side="offer", k=CUT).hits
                best = [each.id for each in hits]
                found += 1 / (best.index(places[id_]) + 1) if places[id_] in best else 0.0
                asked += 1
                progress(asked)
            ranks[kind] = found / len(typed)
        return Known(reciprocal_rank=ranks, texts=len(texts), encoder=index.encoder_name)
