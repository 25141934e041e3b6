"""Let the engine order pairs that people have judged. No rows, no database."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kehui.engines import matching as engine
from kehui.engines.matching.encoder import title_and_sentences
from kehui.matching.adapter.encoders.answers import Vectors
from kehui.matching.adapter.encoders.force import wanted
from kehui.matching.adapter.encoders.provider import Provider
from kehui.matching.adapter.encoders.source import Role

Texts = Mapping[str, tuple[str, str]]  # title and body by id
Levels = Mapping[str, Mapping[str, int]]  # level 1 to 4 by need and offer


class _Judging:
    """A provider that encodes offers as passages and needs as questions, each text once."""

    def __init__(self, provider: Provider, offers: Texts) -> None:
        self.id, self.version = provider.id, provider.version
        self.dimension = provider.probe()
        self._provider = provider
        self._passages = {
            part for title, body in offers.values() for part in title_and_sentences(title, body)
        }
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: list[str]) -> Vectors:
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        told = [text for text in missing if text in self._passages]
        asked = [text for text in missing if text not in self._passages]
        roles: tuple[tuple[Role, list[str]], ...] = (("passage", told), ("query", asked))
        for role, those in roles:
            made = self._provider.encode(those, role=role, dimension=self.dimension, patient=True)
            self._known |= dict(zip(those, made, strict=True))
        return np.array([self._known[text] for text in texts], np.float32).reshape(
            -1, self.dimension
        )


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
    """Index the texts in a folder that vanishes, score every judged pair, and measure the order.

    Raises:
        Refused: the settings ask for an encoder that cannot be had.
        ProviderFailed: a provider did not give all the vectors.
    """
    asked = wanted()
    encoder = _Judging(asked, offers) if isinstance(asked, Provider) else asked
    supplied = {
        id_: engine.Listing(id=number, side="offer", title=title, body=body)
        for number, (id_, (title, body)) in enumerate(offers.items())
    }
    asking = {
        id_: engine.Listing(id=number, side="need", title=title, body=body)
        for number, (id_, (title, body)) in enumerate(needs.items(), start=len(supplied))
    }
    with tempfile.TemporaryDirectory(prefix="kehui-judged-") as folder:
        place = Path(folder) / "snapshot"
        engine.build_snapshot([*supplied.values(), *asking.values()], place, encoder=encoder)
        index = engine.Index(engine.Snapshot.open(place), encoder=encoder)
        quality = engine.evaluate(asking, supplied, pairs, index=index, progress=progress)
        return Judged(
            ndcg_at_10=quality.ndcg_at_10,
            ndcg_at_10_random=quality.ndcg_at_10_random,
            recall_level4_at_10=quality.recall_level4_at_10,
            needs=quality.needs,
            encoder=index.encoder_name,
        )
