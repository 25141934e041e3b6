"""Count the terms of many texts at once: words from the segmenter, pairs by arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from kehui.engines.text.introductions import without_introductions
from kehui.engines.text.normal import CJK_FIRST, CJK_LAST, normalize
from kehui.engines.text.segment import STOP_CHARACTERS, STOP_WORDS, term_key, word_terms

Keys = npt.NDArray[np.int64]
Counts = npt.NDArray[np.float32]

_key_of_word = lru_cache(maxsize=400_000)(term_key)
_STOP_KEYS = np.sort(np.array([term_key(word) for word in STOP_WORDS], np.int64))
_STOP_CODES = np.zeros(CJK_LAST + 1, np.bool_)
_STOP_CODES[[ord(character) for character in STOP_CHARACTERS]] = True


@dataclass(frozen=True, slots=True)
class TermCounts:
    """Terms of many documents in two fields.

    `keys` are the distinct terms, ascending. Entry j says that document `rows[j]` has term
    `keys[terms[j]]`, `title[j]` times in its title and `body[j]` times in its body; entries are
    ordered by document, then term.
    """

    keys: Keys
    rows: npt.NDArray[np.int32]
    terms: npt.NDArray[np.int32]
    title: npt.NDArray[np.uint8]
    body: npt.NDArray[np.uint8]


def _field(texts: Sequence[str]) -> tuple[Keys, Keys]:
    """Return the document and the key of every term of the texts."""
    folded = [normalize(text) for text in texts]
    words = [[_key_of_word(word) for word in word_terms(text)] for text in folded]
    rows = np.repeat(np.arange(len(texts)), [len(each) for each in words])
    keys = np.fromiter((key for each in words for key in each), np.int64, len(rows))

    joined = "\n".join(folded).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(joined, np.uint32).astype(np.int64)
    lengths = np.array([len(text) + 1 for text in folded], np.int64)
    row_of = np.repeat(np.arange(len(texts)), lengths)[: len(codes)]
    chinese = (codes >= CJK_FIRST) & (codes <= CJK_LAST)
    chinese[chinese] &= ~_STOP_CODES[codes[chinese]]
    first = np.flatnonzero(chinese[:-1] & chinese[1:])
    pair_keys = codes[first] << 16 | codes[first + 1]
    at = np.searchsorted(_STOP_KEYS, pair_keys)
    keep = _STOP_KEYS[np.minimum(at, len(_STOP_KEYS) - 1)] != pair_keys
    return (
        np.concatenate([rows, row_of[first][keep]]),
        np.concatenate([keys, pair_keys[keep]]),
    )


def count_terms(texts: Sequence[tuple[str, str]]) -> TermCounts:
    """Count the terms of (title, body) pairs, but what a body only says of its writer."""
    number = len(texts)
    bodies = [without_introductions(body) for _, body in texts]
    rows, found = _field([title for title, _ in texts] + bodies)
    in_title = rows < number
    keys, inverse = np.unique(found, return_inverse=True)
    entries, place = np.unique(rows % max(number, 1) << 32 | inverse, return_inverse=True)
    size = len(entries)
    return TermCounts(
        keys=keys,
        rows=(entries >> 32).astype(np.int32),
        terms=(entries & 0xFFFFFFFF).astype(np.int32),
        title=np.minimum(np.bincount(place[in_title], minlength=size), 255).astype(np.uint8),
        body=np.minimum(np.bincount(place[~in_title], minlength=size), 255).astype(np.uint8),
    )


def repeated_keys(text: str) -> Keys:
    """Return the keys of the text's longer Chinese words, which its pairs say again."""
    found = {word for word in word_terms(normalize(text)) if len(word) > 2}
    chinese = [word for word in found if all(CJK_FIRST <= ord(each) <= CJK_LAST for each in word)]
    return np.array([_key_of_word(word) for word in chinese], np.int64)
