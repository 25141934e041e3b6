"""Let the engine order pairs that people have judged. No rows, no database."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kehui.engines import matching as engine
from kehui.matching.adapter.snapshots import ENCODER

Texts = Mapping[str, tuple[str, str]]  # title and body by id
Levels = Mapping[str, Mapping[str, int]]  # level 1 to 4 by need and offer


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Means over the needs that have an offer of level 3 or 4; NaN when there is none."""

    ndcg_at_10: float
    ndcg_at_10_random: float
    recall_level4_at_10: float
    needs: int
    encoder: str


def evaluate(
    needs: Texts, offers: Texts, pairs: Levels, *, progress: Callable[[int], None] | None = None
) -> Judged:
    """Index the texts in a folder that vanishes, score every judged pair, and measure the order."""
    supplied = {
        id_: engine.Listing(id=number, side="offer", title=title, body=body)
        for number, (id_, (title, body)) in enumerate(offers.items())
    }
    wanted = {
        id_: engine.Listing(id=number, side="need", title=title, body=body)
        for number, (id_, (title, body)) in enumerate(needs.items(), start=len(supplied))
    }
    with tempfile.TemporaryDirectory(prefix="kehui-judged-") as folder:
        place = Path(folder) / "snapshot"
        engine.build_snapshot([*supplied.values(), *wanted.values()], place, encoder=ENCODER)
        index = engine.Index(engine.Snapshot.open(place), encoder=ENCODER)
        quality = engine.evaluate(wanted, supplied, pairs, index=index, progress=progress)
        return Judged(
            ndcg_at_10=quality.ndcg_at_10,
            ndcg_at_10_random=quality.ndcg_at_10_random,
            recall_level4_at_10=quality.recall_level4_at_10,
            needs=quality.needs,
            encoder=index.encoder_name,
        )
