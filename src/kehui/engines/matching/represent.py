"""The lexical half of a match: a need as weighted terms, an offer as impacts, both from counts.

The formula (docs/algorithms/matching.md):

    tf(t, d)  = TITLE * title count + body count          (a two-character word counts twice)
    impact    = idf(t) * tf (K1 + 1) / (tf + K1 (1 - B + B length / average length))
    weight    = tf' (K3 + 1) / (tf' + K3), the SIZE heaviest by weight * idf, over sqrt(ceiling)
    lexical   = sum of weight * impact over the terms both sides have

where `ceiling` is the sum of weight * idf * (K1 + 1), and

    idf(t)    = -ln((share of offers with t + share of needs with t) / 2)

A word is rare only when both sides use it rarely: what needs complain with (夜里, 总是) is rare in
offers and says nothing. A pair has one score whichever side asks.
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
PRIOR = 50.0  # needs: a share rests on the offers' share until there are more needs than this

Keys = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a snapshot knows of one side's words: the frozen ground of every score.

    `keys` ascending, `frequencies` the number of the side's listings with each term, `rarities`
    the idf of each.
    """

    keys: Keys
    frequencies: npt.NDArray[np.int32]
    rarities: npt.NDArray[np.float64]
    documents: int
    average_length: float

    def frequency(self, keys: Keys) -> npt.NDArray[np.float64]:
        """Return how many listings have each key, 0 for unknown ones."""
        return self._found(keys, self.frequencies.astype(np.float64), 0.0)

    def rarity(self, keys: Keys) -> npt.NDArray[np.float64]:
        """Return the idf of each key; an unknown one is as rare as a word can be."""
        return self._found(keys, self.rarities, rarest(self.documents))

    def _found(
        self, keys: Keys, values: npt.NDArray[np.float64], missing: float
    ) -> npt.NDArray[np.float64]:
        if not len(self.keys):
            return np.full(len(keys), missing)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, values[at], missing)


def shares(frequency: npt.NDArray[np.float64], documents: int) -> npt.NDArray[np.float64]:
    """Return the share of listings with each term, never 0: (n + 0.5) / (N + 1)."""
    return (frequency + 0.5) / (documents + 1)


def idf(
    frequency: npt.NDArray[np.float64],
    documents: int,
    others: npt.NDArray[np.float64] | None = None,
    other_documents: int = 0,
) -> npt.NDArray[np.float64]:
    """Return -ln of the share of listings with each term, the mean of both sides.

    The other side's share is (n' + PRIOR * share) / (N' + PRIOR), so that few listings over there
    say little (a Dirichlet prior); without any it is this side's own.
    """
    share = shares(frequency, documents)
    if others is None:
        return np.asarray(-np.log(share), np.float64)
    other_share = (others + PRIOR * share) / (other_documents + PRIOR)
    return np.asarray(-np.log((share + other_share) / 2), np.float64)


def rarest(documents: int) -> float:
    """Return the idf of a term that no listing of this side has."""
    return float(idf(np.zeros(1), documents)[0])


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
        statistics.rarity(keys), frequency > 0, SIZE, K1, K3, SCALE, keep, weights,
    )  # fmt: skip
    return Terms(keys[keep], weights[keep])
