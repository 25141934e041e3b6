"""The loops over pairs of texts. Each has its plain-Python twin in `.py_func`."""

from typing import Any

import numpy as np

from kehui.engines.doubles.loops import Array, count_in_both, count_shared, gram_set
from kehui.engines.loops import compiled

EMPTY = np.empty(0, np.uint64)
RAREST = 3


@compiled
def root(cluster: Array, text: int) -> Any:
    """Return the first text of a text's cluster, and shorten the way to it."""
    while cluster[text] != text:
        cluster[text] = cluster[cluster[text]]
        text = cluster[text]
    return text


@compiled
def join(cluster: Array, one: int, other: int) -> None:
    """Make one cluster of two; the smaller number stays its first."""
    one, other = root(cluster, one), root(cluster, other)
    cluster[max(one, other)] = min(one, other)


@compiled
def settle(cluster: Array) -> None:
    """Let every text name the first of its cluster itself."""
    for text in range(len(cluster)):
        cluster[text] = root(cluster, text)


@compiled
def are_equal(codes: Array, starts: Array, one: int, other: int) -> bool:
    mine = codes[starts[one] : starts[one + 1]]
    theirs = codes[starts[other] : starts[other + 1]]
    return len(mine) == len(theirs) and bool(np.all(mine == theirs))


@compiled
def join_equal(codes: Array, starts: Array, hashes: Array, order: Array, cluster: Array) -> None:
    """Join each text to the first one with the same hash, if it says the same indeed."""
    first = 0
    for i in range(1, len(order)):
        if hashes[order[i]] != hashes[order[first]]:
            first = i
        elif are_equal(codes, starts, order[first], order[i]):
            cluster[order[i]] = order[first]


@compiled
def unite(
    codes: Array,
    starts: Array,
    signed: Array,
    heads: Array,
    rows: Array,
    runs: Array,
    peers: int,
    same: float,
    doubt: float,
    cluster: Array,
) -> None:
    """Join the texts of each run that resemble each other by `same`.

    `rows` number the heads, `signed` has a row for each; a pair is read only when its minima
    agree nearly as often.
    """
    enough = (same - doubt) * signed.shape[1]
    for run in range(len(runs)):
        for i in range(runs[run, 0] + 1, runs[run, 1]):
            one = heads[rows[i]]
            grams, number = EMPTY, 0
            for j in range(i - 1, max(runs[run, 0], i - peers) - 1, -1):
                other = heads[rows[j]]
                if root(cluster, one) == root(cluster, other):
                    continue
                agreed = 0
                for k in range(signed.shape[1]):
                    agreed += signed[rows[i], k] == signed[rows[j], k]
                if agreed < enough:
                    continue
                if number == 0:
                    grams, number = gram_set(codes[starts[one] : starts[one + 1]])
                others, of_other = gram_set(codes[starts[other] : starts[other + 1]])
                shared = count_in_both(grams, others)
                if shared >= same * (number + of_other - shared):
                    join(cluster, one, other)


@compiled
def rarest(begins: Array, ends: Array, crowd: int) -> Array:
    """Return the places of the few smallest runs of several texts, none larger than a crowd."""
    places = np.empty(RAREST, np.int64)
    count = 0
    for place in range(len(begins)):
        size = ends[place] - begins[place]
        if size < 2 or size > crowd:
            continue
        at = min(count, RAREST)
        while at > 0 and ends[places[at - 1]] - begins[places[at - 1]] > size:
            if at < RAREST:
                places[at] = places[at - 1]
            at -= 1
        if at < RAREST:
            places[at] = place
            count = min(count + 1, RAREST)
    return places[:count]


@compiled
def may_hold(starts: Array, keys: Array, key_starts: Array, one: int, other: int) -> bool:
    """Say whether a text may hold another: it is longer, and has half of the other's prints.

    Of two as long as each other, the one with the smaller number may hold the other.
    """
    more = starts[other + 1] - starts[other] - starts[one + 1] + starts[one]
    if more < 0 or (more == 0 and other >= one):
        return False
    mine = keys[key_starts[one] : key_starts[one + 1]]
    theirs = keys[key_starts[other] : key_starts[other + 1]]
    return bool(2 * count_shared(mine, theirs) >= len(mine))


@compiled
def find_within(
    codes: Array,
    starts: Array,
    keys: Array,
    key_starts: Array,
    begins: Array,
    ends: Array,
    rows: Array,
    crowd: int,
    least: int,
    within: float,
) -> Array:
    """Return pairs (text, another that `may_hold` it and has `within` of its grams).

    Print j of a text is had by the texts `rows[begins[j] : ends[j]]`.
    """
    pairs = np.empty((1, 2), np.int64)
    count = 0
    seen_by = np.full(len(starts) - 1, -1, np.int64)
    for one in range(len(starts) - 1):
        if starts[one + 1] - starts[one] < least:
            continue
        first, last = key_starts[one], key_starts[one + 1]
        grams, number = gram_set(codes[starts[one] : starts[one + 1]])
        for place in rarest(begins[first:last], ends[first:last], crowd):
            for other in rows[begins[first + place] : ends[first + place]]:
                if seen_by[other] == one:
                    continue
                seen_by[other] = one
                if number < least or not may_hold(starts, keys, key_starts, one, other):
                    continue
                theirs, _ = gram_set(codes[starts[other] : starts[other + 1]])
                if count_in_both(grams, theirs) >= within * number:
                    if count == len(pairs):
                        pairs = np.concatenate((pairs, np.empty_like(pairs)))
                    pairs[count, 0], pairs[count, 1] = one, other
                    count += 1
    return pairs[:count]
