"""A binary heap of the best rows, its worst at the root."""

import numpy as np

from kehui.engines.loops import Array, compiled

BLOCK = 64  # rows


@compiled
def sift(
    heap_scores: Array,
    heap_rows: Array,
    size: int,
    score: float,
    row: int,
) -> None:
    """Put a better row in place of the heap's worst (its root) and restore the heap."""
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and heap_scores[child + 1] < heap_scores[child]:
            child += 1
        if heap_scores[child] >= score:
            break
        heap_scores[i] = heap_scores[child]
        heap_rows[i] = heap_rows[child]
        i = child
    heap_scores[i] = score
    heap_rows[i] = row


@compiled
def push(
    heap_scores: Array,
    heap_rows: Array,
    size: int,
    score: float,
    row: int,
) -> int:
    """Keep the row when the heap has room or a worse one; return how many it holds now."""
    if size == len(heap_scores):
        if score > heap_scores[0]:
            sift(heap_scores, heap_rows, size, score, row)
        return size
    j = size
    while j > 0 and heap_scores[(j - 1) // 2] > score:
        heap_scores[j] = heap_scores[(j - 1) // 2]
        heap_rows[j] = heap_rows[(j - 1) // 2]
        j = (j - 1) // 2
    heap_scores[j] = score
    heap_rows[j] = row
    return size + 1


@compiled
def highest(upper: Array, most: int) -> Array:
    """Return the rows with the highest bounds, `most` of them, none that is not allowed.

    Numbers that are not negative have the order of their bits, and of whole numbers the processor
    finds the most of a block at once: hardly a block is looked at row by row.
    """
    bits = upper.view(np.int32)
    scores = np.empty(most, np.float64)
    rows = np.empty(most, np.int64)
    size = 0
    for first in range(0, len(bits), BLOCK):
        block = bits[first : first + BLOCK]
        top = np.int32(-1)
        for each in block:
            top = max(top, each)
        if top < 0 or (size == most and top <= scores[0]):
            continue
        for i in range(len(block)):
            if block[i] >= 0:
                size = push(scores, rows, size, np.float64(block[i]), first + i)
    return rows[:size]
