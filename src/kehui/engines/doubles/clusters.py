"""Which of many texts repeat each other: clusters by resemblance, and texts within longer ones."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kehui.engines.doubles import loops, pairing
from kehui.engines.doubles.index import runs
from kehui.engines.doubles.keys import BANDS, HASHES, Keys, bands, prints, signatures
from kehui.engines.doubles.likeness import LEAST_WITHIN, SAME, WITHIN
from kehui.engines.doubles.reading import Places, Texts

PEERS: Final = 8  # texts before it under one number that a text is compared with
CROWD: Final = 24  # a passage that more different texts have is nobody's own
AT_A_TIME: Final = 50_000  # texts whose full signatures are in memory at once
# 3.4 standard errors of 128 minima at 0.8: a pair estimated lower is not read.
DOUBT: Final = 0.12


@dataclass(frozen=True, slots=True)
class Found:
    """What repeats what.

    Attributes:
        cluster: for each text the first text of its cluster, shape (texts,); its own number when
            it is alone. In a cluster each text resembles at least one other by 0.8.
        within: shape (pairs, 2): a text and a longer one that holds 0.9 of its triples; each the
            first of its cluster.
    """

    cluster: Places
    within: Places


def find(texts: Texts) -> Found:
    """Compare all texts with each other; the same texts always give the same answer.

    Texts equal in every character are one to begin with. The rest is compared pair by pair where
    they share a band or a print, and a pair counts when its triples say so.
    """
    cluster = _equal_ones(texts)
    heads = np.flatnonzero(cluster == np.arange(len(texts)))
    signed, of_bands = _signed(texts, heads)
    for band in range(BANDS):
        # Those that share the next band, too, stand side by side in a long run.
        both = of_bands[:, band].astype(np.int64) << 32 | of_bands[:, (band + 1) % BANDS]
        order = np.argsort(both, kind="stable")
        pairing.unite(
            texts.codes, texts.starts, signed, heads, order, runs(of_bands[order, band]), PEERS,
            SAME, DOUBT, cluster,
        )  # fmt: skip
    pairing.settle(cluster)
    firsts = np.flatnonzero(cluster == np.arange(len(texts)))
    return Found(cluster, _within(texts, firsts))


def _equal_ones(texts: Texts) -> Places:
    """Return for each text the first one that is equal in every character."""
    hashes = np.empty(len(texts), np.uint64)
    loops.hash_spans(texts.codes, texts.starts, hashes)
    order = np.argsort(hashes, kind="stable")
    cluster = np.arange(len(texts), dtype=np.int64)
    pairing.join_equal(texts.codes, texts.starts, hashes, order, cluster)
    return cluster


def _signed(texts: Texts, heads: Places) -> tuple[npt.NDArray[np.uint8], Keys]:
    """Return 8 bits of each minimum, which estimate nearly as well, and the bands."""
    low = np.empty((len(heads), HASHES), np.uint8)
    of_bands = np.empty((len(heads), BANDS), np.int32)
    for begin in range(0, len(heads), AT_A_TIME):
        part = slice(begin, begin + AT_A_TIME)
        signed = signatures(texts.chosen(heads[part]))
        low[part] = signed & np.uint32(0xFF)
        of_bands[part] = bands(signed)
    return low, of_bands


def _within(texts: Texts, firsts: Places) -> Places:
    """Return the pairs of which one is nearly all in the other.

    A text is compared with the longer ones that have one of its three rarest prints and share
    half of its prints.
    """
    own = texts.chosen(firsts)
    printed = prints(own)
    if not len(printed.keys):
        return np.empty((0, 2), np.int64)
    order = np.argsort(printed.keys, kind="stable")
    keys = printed.keys[order]
    edges = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1], [True]]))
    begins, ends = np.empty(len(keys), np.int64), np.empty(len(keys), np.int64)
    begins[order] = np.repeat(edges[:-1], np.diff(edges))
    ends[order] = np.repeat(edges[1:], np.diff(edges))
    rows = np.repeat(np.arange(len(firsts), dtype=np.int32), np.diff(printed.starts))[order]
    pairs = pairing.find_within(
        own.codes, own.starts, printed.keys, printed.starts, begins, ends, rows,
        CROWD, LEAST_WITHIN, WITHIN,
    )  # fmt: skip
    return np.asarray(firsts[pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]], np.int64)
