"""Stock sentences: those that many different texts of many owners share, such as introductions."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from kehui.engines.doubles import loops
from kehui.engines.doubles.reading import Hashes, Places, Sentences, Texts

TEXTS: Final = 20
OWNERS: Final = 5
SHORTEST: Final = 8  # bare characters of a sentence that can be stock
LEAST_LEFT: Final = 40  # bare characters that must be left for the rest to stand for the text


def learn(parts: Sequence[tuple[Sentences, Places]]) -> Hashes:
    """Return the hashes of the stock sentences, ascending.

    A sentence is stock when 20 different texts have it, and 5 owners. Texts equal in every bare
    character count once, so a text is never stock because it was posted often; and nobody can
    make the own sentences stock alone.

    Args:
        parts: sentences, with the owner of each of their texts.
    """
    hashes, rows, owners = [np.empty(0, np.uint64)], [np.empty(0, np.int64)], []
    before = 0
    contents = np.concatenate([np.empty(0, np.uint64), *(_contents(each) for each, _ in parts)])
    is_first = np.zeros(len(contents), np.bool_)
    is_first[np.unique(contents, return_index=True)[1]] = True
    for sentences, owner in parts:
        counted = (sentences.lengths >= SHORTEST) & is_first[before + sentences.rows]
        hashes.append(sentences.hashes[counted])
        rows.append(before + sentences.rows[counted])
        owners.append(owner)
        before += len(sentences.texts)
    of_row = np.concatenate([np.empty(0, np.int64), *owners])
    all_hashes, all_rows = np.concatenate(hashes), np.concatenate(rows)
    often = _held_by(all_hashes, all_rows, TEXTS)
    of_often = np.isin(all_hashes, often)
    return _held_by(all_hashes[of_often], of_row[all_rows[of_often]], OWNERS)


def without(sentences: Sentences, stock: Hashes) -> Texts:
    """Return the texts without their stock sentences.

    A text of which fewer than 40 characters would be left stays whole: what remained would say
    too little, and texts of nothing but stock would all be the same.
    """
    if not len(stock):
        return sentences.texts
    at = np.minimum(np.searchsorted(stock, sentences.hashes), len(stock) - 1)
    stays = stock[at] != sentences.hashes
    rows, lengths = sentences.rows, sentences.lengths
    left = np.bincount(rows, weights=lengths * stays, minlength=len(sentences.texts))
    stays |= left[rows] < LEAST_LEFT
    left = np.bincount(rows, weights=lengths * stays, minlength=len(sentences.texts))
    starts = np.concatenate([[0], np.cumsum(left)]).astype(np.int64)
    return Texts(sentences.texts.codes[np.repeat(stays, lengths)], starts)


def _contents(sentences: Sentences) -> Hashes:
    """Return 64 bits for all that each text says."""
    out = np.empty(len(sentences.texts), np.uint64)
    loops.hash_spans(sentences.texts.codes, sentences.texts.starts, out)
    return out


def _held_by(hashes: Hashes, holders: Places, least: int) -> Hashes:
    """Return the hashes, ascending, that at least so many different holders have."""
    order = np.lexsort((holders, hashes))
    hashes, holders = hashes[order], holders[order]
    is_new = np.ones(len(hashes), np.bool_)
    is_new[1:] = (hashes[1:] != hashes[:-1]) | (holders[1:] != holders[:-1])
    found, counts = np.unique(hashes[is_new], return_counts=True)
    return np.asarray(found[counts >= least], np.uint64)
