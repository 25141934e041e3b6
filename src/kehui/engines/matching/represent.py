"""The lexical half of a match: a need as weighted terms, an offer as impacts, both from counts.

The formula (docs/algorithms/matching.md):

    tf(t, d)  = TITLE * title count + body count          (a two-character word counts twice)
    impact    = idf(t) * tf (K1 + 1) / (tf + K1 (1 - B + B length / average length))
    weight    = tf' (K3 + 1) / (tf' + K3), the SIZE heaviest by weight * idf, over sqrt(ceiling)
    lexical   = sum of weight * impact over the terms both sides have

where `ceiling` is the sum of weight * idf * (K1 + 1). The document frequencies are those of the
offers alone, so that a pair has one score whichever side asks.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kehui.engines.matching import kernels
from kehui.engines.text.bulk import TermCounts, count_terms

K1 = 1.2
B = 0.4
K3 = 8.0
OFFER_TITLE = 2.0
NEED_TITLE = 4.0
SIZE = 64
SCALE = 0.1

Keys = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a snapshot knows of one side's words: the frozen ground of every score.

    `keys` ascending, `frequencies` the number of the side's listings with each term.
    """

    keys: Keys
    frequencies: npt.NDArray[np.int32]
    documents: int
    average_length: float

    def frequency(self, keys: Keys) -> npt.NDArray[np.float64]:
        """Return how many listings have each key, 0 for unknown ones."""
        if not len(self.keys):
            return np.zeros(len(keys))
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.frequencies[at].astype(np.float64), 0.0)

    def rarity(self, keys: Keys) -> npt.NDArray[np.float64]:
        """Return the idf of each key."""
        return idf(self.frequency(keys), self.documents)


def idf(frequency: npt.NDArray[np.float64], documents: int) -> npt.NDArray[np.float64]:
    """Return log(1 + (N - n + 0.5) / (n + 0.5))."""
    return np.log1p((documents - frequency + 0.5) / (frequency + 0.5))


@dataclass(frozen=True, slots=True)
class Terms:
    """Term numbers, ascending, each with its weight or impact."""

    keys: Keys
    values: Floats


def frequencies(counts: TermCounts, title_weight: float) -> npt.NDArray[np.float64]:
    """Return the weighted count of every entry."""
    return title_weight * counts.title.astype(np.float64) + counts.body.astype(np.float64)


def impacts(
    tf: npt.NDArray[np.float64],
    length: npt.NDArray[np.float64] | float,
    rarity: npt.NDArray[np.float64],
    average_length: float,
) -> Floats:
    """Return BM25 impacts of entries with these frequencies."""
    norm = K1 * (1 - B + B * length / max(average_length, 1e-9))
    return (rarity * tf * (K1 + 1) / (tf + norm)).astype(np.float32)


def as_document(title: str, body: str, statistics: Statistics) -> Terms:
    """Return the impacts of one listing read as a document."""
    counts = count_terms([(title, body)])
    tf = frequencies(counts, OFFER_TITLE)
    rarity = statistics.rarity(counts.keys)
    length = float(tf.sum())
    return Terms(counts.keys, impacts(tf, length, rarity, statistics.average_length))


def as_query(title: str, body: str, statistics: Statistics) -> Terms:
    """Return the weights of one need read as a question."""
    counts = count_terms([(title, body)])
    return weigh(counts.keys, frequencies(counts, NEED_TITLE), statistics)


def weigh(keys: Keys, tf: npt.NDArray[np.float64], statistics: Statistics) -> Terms:
    """Return the SIZE heaviest terms with their weights, terms the offers never use last."""
    frequency = statistics.frequency(keys)
    keep = np.zeros(len(keys), np.bool_)
    weights = np.zeros(len(keys), np.float32)
    kernels.heaviest(
        np.array([0, len(keys)], np.int64), np.arange(len(keys), dtype=np.int32), tf,
        idf(frequency, statistics.documents), frequency > 0, SIZE, K1, K3, SCALE, keep, weights,
    )  # fmt: skip
    return Terms(keys[keep], weights[keep])
