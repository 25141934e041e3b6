"""Train a static model on a market's texts: a title belongs to its body, a sentence to the rest.

Symmetric InfoNCE with the other texts of a batch as counter-examples (van den Oord, Li, Vinyals,
"Representation learning with contrastive predictive coding", 2018), by Adam on the rows a batch
touches. The start are the vectors an encoder gives single words. No labels are used.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.encoder import Encoder, Floats
from kehui.engines.matching.static import Bags, StaticModel, bags, rows_at_length_one
from kehui.engines.text.bulk import count_terms
from kehui.engines.text.normal import normalize
from kehui.engines.text.segment import term_key, word_terms

WIDTH = 256
TERMS = 60_000
EPOCHS = 4
BATCH = 512
TEMPERATURE = 0.05
RATE = 3e-3
DROPPED = 0.1  # share of the terms left out of a view, so that no single one is leaned on
LEAST_WORDS = 6  # characters of a sentence that can stand for its text

_SENTENCE = re.compile(r"[。；;！？!?\n]+")
Progress = Callable[[int, int], None]
Texts = Sequence[tuple[str, str]]


def train(
    texts: Texts, *, start: Encoder, seed: int = 0, progress: Progress | None = None
) -> StaticModel:
    """Return a model of these (title, body) pairs.

    Args:
        start: gives single words their first vectors.
        progress: called with the number of epochs done and their total.

    Raises:
        ValueError: no two texts share a term, so there is nothing to learn.
    """
    keys, rarity = _vocabulary(texts)
    if not len(keys):
        raise ValueError("no term stands in two texts")
    draw = np.random.default_rng(seed)
    table = _first_vectors(texts, keys, start, draw) * rarity[:, None]
    learner = _Learner(np.asarray(table, np.float32))
    for epoch in range(EPOCHS):
        one, other = _views(texts, draw)
        left, right = bags(one, keys), bags(other, keys)
        order = draw.permutation(left.number)
        for begin in range(0, left.number, BATCH):
            chosen = order[begin : begin + BATCH]
            if len(chosen) > 1:  # a text alone has nothing to be told from
                learner.step(_thinned(left.of(chosen), draw), _thinned(right.of(chosen), draw))
        if progress:
            progress(epoch + 1, EPOCHS)
    return StaticModel(keys, learner.table.astype(np.float16).astype(np.float32))


def _vocabulary(texts: Texts) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the terms of two texts or more, the TERMS commonest, and their mean-one rarities."""
    counts = count_terms(list(texts))
    frequency = np.bincount(counts.terms, minlength=len(counts.keys))
    order = np.lexsort((counts.keys, -frequency))[:TERMS]
    kept = np.sort(order[frequency[order] > 1])
    rarity = np.maximum(np.log((len(texts) + 1) / (frequency[kept] + 0.5)), 0.1)
    mean = float(rarity.mean()) if len(rarity) else 1.0
    return counts.keys[kept], np.asarray(rarity / mean, np.float32)


def _first_vectors(
    texts: Texts, keys: npt.NDArray[np.int64], start: Encoder, draw: np.random.Generator
) -> Floats:
    """Return the encoder's vectors of the words, their main directions; near zero for pairs."""
    table = draw.normal(0, 0.02, (len(keys), WIDTH)).astype(np.float32)
    names: dict[int, str] = {}
    for text in (part for pair in texts for part in pair):
        names.update((term_key(word), word) for word in word_terms(normalize(text)))
    known = [place for place, key in enumerate(keys.tolist()) if key in names]
    vectors = start.encode([names[int(keys[place])] for place in known])
    if not vectors.size:
        return table
    vectors = vectors - vectors.mean(axis=0)
    # The square root of the spread is taken off: else a few directions say everything
    _, spread, directions = np.linalg.svd(vectors.T @ vectors)
    width = min(WIDTH, len(spread), int(np.count_nonzero(spread > 1e-6 * spread[0])))
    turned = vectors @ directions[:width].T / spread[:width] ** 0.25
    table[known, :width] = rows_at_length_one(turned)
    return table


def _views(texts: Texts, draw: np.random.Generator) -> tuple[list[str], list[str]]:
    """Return two sides of each text: a title and its body, or a sentence and the others."""
    one, other = [], []
    for title, body in texts:
        if title and body:
            one.append(title)
            other.append(body)
        sentences = [each for each in _SENTENCE.split(body) if len(each) >= LEAST_WORDS]
        if len(sentences) > 1:
            place = int(draw.integers(len(sentences)))
            one.append(sentences[place])
            other.append("。".join(sentences[:place] + sentences[place + 1 :]))
    return one, other


def _thinned(of: Bags, draw: np.random.Generator) -> Bags:
    kept = draw.random(len(of.rows)) >= DROPPED
    return Bags(of.number, of.rows[kept], of.terms[kept], of.weights[kept])


@dataclass
class _Gradient:
    """What a batch wants of the rows it touches."""

    terms: npt.NDArray[np.int64]
    values: Floats


class _Learner:
    """The table, and Adam's two moments of the rows touched so far."""

    def __init__(self, table: Floats) -> None:
        self.table = table
        self._mean, self._square = np.zeros_like(table), np.zeros_like(table)
        self._steps = np.zeros(len(table), np.int64)

    def step(self, left: Bags, right: Bags) -> None:
        """Pull each text's two views together and the others' apart."""
        one, other = left.sums(self.table), right.sums(self.table)
        for_one, for_other = contrast(rows_at_length_one(one), rows_at_length_one(other))
        self._move(
            _gathered(
                (left, _through_length(one, for_one)), (right, _through_length(other, for_other))
            )
        )

    def _move(self, gradient: _Gradient) -> None:
        at, wanted = gradient.terms, gradient.values
        self._steps[at] += 1
        steps = self._steps[at][:, None]
        mean = self._mean[at] = 0.9 * self._mean[at] + 0.1 * wanted
        square = self._square[at] = 0.999 * self._square[at] + 0.001 * wanted**2
        size = np.sqrt(square / (1 - 0.999**steps)) + 1e-8
        self.table[at] -= (RATE * mean / (1 - 0.9**steps) / size).astype(np.float32)


def contrast(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Return the gradients of the symmetric InfoNCE loss by the rows of two unit matrices."""
    likeness = one @ other.T / TEMPERATURE
    across, down = _softmax(likeness), _softmax(likeness.T).T
    slope = (across + down - 2 * np.eye(len(one), dtype=np.float32)) / (2 * len(one) * TEMPERATURE)
    return np.asarray(slope @ other, np.float32), np.asarray(slope.T @ one, np.float32)


def _softmax(values: Floats) -> Floats:
    grown = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True), np.float32)


def _through_length(vectors: Floats, gradient: Floats) -> Floats:
    """Return the gradient by vectors, given the one by their unit vectors."""
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    units = vectors / lengths
    along = (gradient * units).sum(axis=1, keepdims=True) * units
    return np.asarray((gradient - along) / lengths, np.float32)


def _gathered(*sides: tuple[Bags, Floats]) -> _Gradient:
    """Add up by term what the texts' gradients give to it."""
    terms = np.concatenate([of.terms for of, _ in sides])
    parts = np.concatenate([of.weights[:, None] * gradient[of.rows] for of, gradient in sides])
    order = np.argsort(terms, kind="stable")
    begins = np.flatnonzero(np.diff(terms[order], prepend=-1))
    return _Gradient(terms[order][begins], np.add.reduceat(parts[order], begins, axis=0))
