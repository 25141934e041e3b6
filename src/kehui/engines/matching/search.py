"""The search box: words first, meaning second, every filter exact."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kehui.engines.matching import kernels
from kehui.engines.matching.encoder import embed
from kehui.engines.matching.index import Index, Shard
from kehui.engines.matching.listing import Side
from kehui.engines.matching.question import located
from kehui.engines.matching.represent import Terms
from kehui.engines.matching.table import Table, quantize
from kehui.engines.text.bulk import count_terms, repeated_keys
from kehui.engines.text.query import SearchQuery, parse_query

DENSE = 0.3  # of a standard deviation of the words' score: more of it hurts short queries
DENSEST = 0.8  # for a description, where words meet by chance
AGAIN = 0.2  # weight of a word that says again what its pairs of characters say
COVERED = 0.5  # share of the query's rarity a listing must carry to be found at all
FEW = 8  # terms up to which a query is a condition; a longer one is a description
Texts = Callable[[Sequence[int]], Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Filters:
    """Exact conditions; empty means any. `regions` are code prefixes, `industries` too."""

    regions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    price_at_most_fen: int | None = None
    trl_at_least: int | None = None
    published_since: int | None = None
    tier: int = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A listing found, and its score: standard deviations above the mean of what was found."""

    id: int
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """The best hits, how many listings were found, and how many of each region, industry, kind.

    With phrases or exclusions `total` and the counts are those before the texts were read.
    """

    hits: tuple[Hit, ...]
    total: int
    regions: Mapping[int, int]
    industries: Mapping[str, int]
    kinds: Mapping[str, int]


@dataclass
class _Pool:
    ids: npt.NDArray[np.int64]
    words: npt.NDArray[np.float64]
    cosines: npt.NDArray[np.float64]
    table: Table
    rows: npt.NDArray[np.int64]


def search(
    index: Index,
    query: str | SearchQuery,
    *,
    side: Side,
    filters: Filters | None = None,
    k: int = 20,
    offset: int = 0,
    texts: Texts | None = None,
) -> Found:
    """Return what a search box shows.

    The order is by z-scores over all that was found: words, plus DENSE times meaning, up to
    DENSEST for a long query; equal scores by newer id. An empty query finds all that pass the
    filters, newest first.

    Args:
        query: text as typed, or parsed; “phrases” and exclusions need `texts`.
        texts: gives the text of listings by id; asked only for listings about to be shown.
    """
    asked = parse_query(query) if isinstance(query, str) else query
    pools = [_pool(index, asked.text, shard, filters or Filters()) for shard in index.shards[side]]
    ids = np.concatenate([pool.ids for pool in pools])
    words = np.concatenate([pool.words for pool in pools])
    cosines = np.concatenate([pool.cosines for pool in pools])
    if asked.text:
        scores = _z(words) + _dense(asked.text) * _z(cosines)
    else:
        scores = np.concatenate([pool.table.published[pool.rows] for pool in pools]).astype(float)
    order = np.lexsort((-ids, -scores))
    chosen = _allowed(asked, ids, order, offset + k, texts)[offset : offset + k]
    return Found(
        tuple(Hit(int(ids[place]), float(scores[place])) for place in chosen),
        len(ids),
        {int(code): n for code, n in _counts(pools, "region", "regions").items()},
        {str(code): n for code, n in _counts(pools, "industry", "industries").items()},
        {str(code): n for code, n in _counts(pools, "kind", "kinds").items()},
    )


def _length(text: str) -> float:
    """Return how many times as long as a condition the query is, 1 at least."""
    return max(1.0, len(count_terms([(text, "")]).keys) / FEW)


def _dense(text: str) -> float:
    return min(DENSEST, DENSE * _length(text))


def _z(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    spread = float(values.std()) if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 0 else np.zeros(len(values))


def _allowed(
    asked: SearchQuery,
    ids: npt.NDArray[np.int64],
    order: npt.NDArray[np.int64],
    most: int,
    texts: Texts | None,
) -> list[int]:
    """Return the first places whose text holds the phrases and none of the exclusions."""
    if texts is None or not (asked.phrases or asked.exclusions):
        return [int(place) for place in order[:most]]
    chosen: list[int] = []
    for start in range(0, len(order), 200):
        page = order[start : start + 200]
        known = texts([int(ids[place]) for place in page])
        chosen += [int(p) for p in page if asked.allows(known.get(int(ids[p]), ""))]
        if len(chosen) >= most:
            break
    return chosen[:most]


def _pool(index: Index, text: str, shard: Shard, filters: Filters) -> _Pool:
    table = shard.table
    allowed = _filtered(shard, filters)
    if not text:
        rows = np.flatnonzero(allowed)
        nothing = np.zeros(len(rows))
        return _Pool(table.ids[rows], nothing, nothing, table, rows)
    words, covered = _words(index, text, table)
    rows = np.flatnonzero(allowed & (covered >= _enough(text, covered[allowed])))
    return _Pool(
        table.ids[rows],
        words[rows].astype(np.float64),
        _cosines(index, text, table, rows),
        table,
        rows,
    )


def _enough(text: str, covered: npt.NDArray[np.float32]) -> float:
    """Return the share of the query a listing must carry to be found.

    Half of what the best one carries, and the less the longer the query is: whoever pastes a
    paragraph wants the nearest listing, not one that repeats half of it.
    """
    best = float(covered.max(initial=0.0))
    return max(COVERED * best / _length(text), 1e-6)


def _words(
    index: Index, text: str, table: Table
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return each row's BM25 and the share of the query it carries, synonyms included."""
    best_words = np.zeros(len(table), np.float32)
    best_share = np.zeros(len(table), np.float32)
    statistics = index.snapshot.statistics[table.side]
    for variant, weight in _variants(index, text):
        keys = count_terms([(variant, "")]).keys
        rarity = statistics.rarity(keys).astype(np.float32)
        known = statistics.frequency(keys) > 0
        if known.any():  # a pair nobody ever wrote is a seam between words, not a wish
            rarity[~known] = 0.0
        asked = float(rarity.sum())
        if not asked:
            continue
        once = np.where(np.isin(keys, repeated_keys(variant)), AGAIN, 1.0) * weight
        numbers, values = located(table, Terms(keys, once.astype(np.float32)))
        words = np.zeros(len(table), np.float32)
        kernels.accumulate(
            numbers, values, table.doc_offsets, table.doc_rows, table.doc_impacts, words
        )
        numbers, values = located(table, Terms(keys, rarity / np.float32(asked)))
        share = np.zeros(len(table), np.float32)
        kernels.accumulate_presence(numbers, values, table.doc_offsets, table.doc_rows, share)
        better = words > best_words
        best_words[better] = words[better]
        np.maximum(best_share, share, out=best_share)
    return best_words, best_share


def _variants(index: Index, text: str) -> list[tuple[str, float]]:
    """Return the query, and the query with each mention of the dictionary by its other names."""
    variants = [(text, 1.0)]
    for each in index.lexicon.mentions(text):
        variants += [
            (text[: each.start] + name + text[each.end :], index.concepts.weight)
            for name in each.other_names
        ]
    return variants[:8]


def _cosines(
    index: Index, text: str, table: Table, rows: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    if not index.semantic or not len(rows):
        return np.zeros(len(rows))
    small, scales = quantize(embed(index.encoder, [(text, "")]))
    whole = np.zeros(len(rows), np.int32)
    kernels.dots(small[0], table.vectors, rows, whole)
    return whole * (float(scales[0]) * table.scales[rows].astype(np.float64))


def _filtered(shard: Shard, filters: Filters) -> npt.NDArray[np.bool_]:
    table = shard.table
    allowed = shard.alive & (table.tier <= filters.tier)
    regions = [f"{code:06d}" for code in table.words["regions"]]
    allowed &= _prefixed(regions, filters.regions)[table.region]
    allowed &= _prefixed(table.words["industries"], filters.industries)[table.industry]
    if filters.kinds:
        allowed &= np.isin(np.array(table.words["kinds"])[table.kind], filters.kinds)
    if filters.price_at_most_fen is not None:
        least = np.where(table.low >= 0, table.low, table.high)
        allowed &= (least >= 0) & (least <= filters.price_at_most_fen)
    if filters.trl_at_least is not None:
        allowed &= table.trl >= filters.trl_at_least
    if filters.published_since is not None:
        allowed &= table.published >= filters.published_since
    return np.asarray(allowed, np.bool_)


def _prefixed(words: Sequence[str], prefixes: Sequence[str]) -> npt.NDArray[np.bool_]:
    met = [not prefixes or any(word.startswith(each) for each in prefixes) for word in words]
    return np.array(met, np.bool_)


def _counts(pools: Sequence[_Pool], column: str, words: str) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for pool in pools:
        names = pool.table.words[words]
        counted = np.bincount(pool.table.arrays[column][pool.rows], minlength=len(names))
        for name, count in zip(names, counted.tolist(), strict=True):
            if count:
                found[name] = found.get(name, 0) + count
    return found
