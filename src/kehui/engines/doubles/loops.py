"""The loops over characters, hashes and rows. Each has its plain-Python twin in `.py_func`.

A gram is the number of three characters next to each other, 16 bits each, so two grams are equal
exactly when their characters are. A text of fewer than three characters is one gram.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from kehui.engines.loops import compiled

Array = npt.NDArray[Any]

GRAM = 3
PLANE = 0x10000
PRIVATE_FIRST = 0xE000
PRIVATE = 6400
MIXED = np.uint64(0xBF58476D1CE4E5B9)
MIXED_AGAIN = np.uint64(0x94D049BB133111EB)
BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, far from a power of two
HALF = np.uint64(32)
SHIFT = np.uint64(29)
WIDTH = np.uint64(16)
TAKEN = np.uint64(1 << 63)  # above the 48 bits of a gram


@compiled
def mix(value: Any) -> Any:
    """Spread 64 bits over 64 bits, one to one (the finalizer of splitmix64, shortened)."""
    value = (value ^ (value >> HALF)) * MIXED
    value = (value ^ (value >> SHIFT)) * MIXED_AGAIN
    return value ^ (value >> HALF)


@compiled
def strip(
    codes: Array,
    ends: Array,
    folds: Array,
    kinds: Array,
    bare: Array,
    is_last: Array,
    starts: Array,
) -> None:
    """Write the bare characters of each text, mark the last of each sentence, and the starts.

    A character outside the basic plane becomes one of the private ones.
    """
    at = 0
    for text in range(len(ends) - 1):
        for j in range(ends[text], ends[text + 1]):
            wide = codes[j]
            code = folds[wide if wide < PLANE else PRIVATE_FIRST + wide % PRIVATE]
            kind = kinds[code]
            if kind == 0:
                bare[at] = code
                at += 1
            elif kind == 2 and at > starts[text]:
                is_last[at - 1] = True
        if at > starts[text]:
            is_last[at - 1] = True
        starts[text + 1] = at


@compiled
def hash_spans(codes: Array, bounds: Array, out: Array) -> None:
    """Write 64 bits for the characters from each bound to the next, in their order."""
    for span in range(len(bounds) - 1):
        value = np.uint64(bounds[span + 1] - bounds[span])
        for j in range(bounds[span], bounds[span + 1]):
            value = mix(value ^ np.uint64(codes[j])) + np.uint64(j - bounds[span])
        out[span] = value


@compiled
def gram(codes: Array, at: int) -> Any:
    """Return the gram that begins there; what lies past the end counts as 0."""
    value = np.uint64(0)
    for j in range(at, at + GRAM):
        value = value << WIDTH
        if j < len(codes):
            value |= np.uint64(codes[j])
    return value


@compiled
def sign(codes: Array, starts: Array, factors: Array, shifts: Array, out: Array) -> None:
    """Write the least value of each order over the grams of each text; out comes full of ones.

    The orders are h → a·h + b modulo 2³² of 32 mixed bits h, with odd a: linear permutations.
    """
    for text in range(len(starts) - 1):
        own = codes[starts[text] : starts[text + 1]]
        least = out[text]
        for j in range(max(1, len(own) - GRAM + 1)):
            hashed = np.uint32(mix(gram(own, j)) >> HALF)
            for order in range(len(factors)):
                value = np.uint32(np.uint32(hashed * factors[order]) + shifts[order])
                least[order] = min(least[order], value)


@compiled
def fold_bands(signatures: Array, width: int, out: Array) -> None:
    """Write 31 bits for every `width` minima of each signature, another for each band."""
    for text in range(len(signatures)):
        for band in range(out.shape[1]):
            value = np.uint64(band + 1)
            for j in range(band * width, (band + 1) * width):
                value = mix(value ^ np.uint64(signatures[text, j]))
            out[text, band] = np.int32(value >> np.uint64(33))


@compiled
def hash_windows(codes: Array, size: int) -> Array:
    """Return 31 bits for every `size` characters in a row (Karp, Rabin 1987, then mixed)."""
    hashes = np.empty(max(0, len(codes) - size + 1), np.int32)
    top = np.uint64(1)
    for _ in range(size):
        top *= BASE
    rolled = np.uint64(0)
    for j in range(len(codes)):
        rolled = rolled * BASE + np.uint64(codes[j])
        if j >= size:
            rolled -= top * np.uint64(codes[j - size])
        if j >= size - 1:
            hashes[j - size + 1] = np.int32(mix(rolled) >> np.uint64(33))
    return hashes


@compiled
def winnow(hashes: Array, window: int, out: Array) -> int:
    """Write the last least hash of each window, each place once, and return how many.

    Fewer hashes than a window are one window; none give nothing.
    """
    count = 0
    least = -1
    for right in range(min(window, len(hashes)) - 1, len(hashes)):
        left = max(0, right - window + 1)
        if right < 0 or (least >= left and hashes[right] > hashes[least]):
            continue
        if least >= left:
            least = right
        else:
            least = left
            for i in range(left, right + 1):
                if hashes[i] <= hashes[least]:
                    least = i
        out[count] = hashes[least]
        count += 1
    return count


@compiled
def gram_set(codes: Array) -> tuple[Array, int]:
    """Return the grams of one text in a table with open slots (0), and how many there are."""
    number = max(1, len(codes) - GRAM + 1)
    size = 8
    while size < 2 * number:
        size *= 2
    table = np.zeros(size, np.uint64)
    count = 0
    for j in range(number):
        value = gram(codes, j) | TAKEN
        slot = np.int64((value * MIXED) >> HALF) & (size - 1)
        while table[slot] != 0 and table[slot] != value:
            slot = (slot + 1) & (size - 1)
        if table[slot] == 0:
            table[slot] = value
            count += 1
    return table, count


@compiled
def count_in_both(table: Array, other: Array) -> int:
    """Return how many grams two tables share."""
    shared = 0
    for value in other:
        if value == 0:
            continue
        slot = np.int64((value * MIXED) >> HALF) & (len(table) - 1)
        while table[slot] != 0 and table[slot] != value:
            slot = (slot + 1) & (len(table) - 1)
        shared += table[slot] == value
    return shared


@compiled
def count_shared(one: Array, other: Array) -> int:
    """Return how many numbers two ascending arrays share."""
    i = j = shared = 0
    while i < len(one) and j < len(other):
        if one[i] == other[j]:
            shared += 1
            i += 1
            j += 1
        elif one[i] < other[j]:
            i += 1
        else:
            j += 1
    return shared


@compiled
def print_all(
    codes: Array, starts: Array, size: int, window: int, keys: Array, key_starts: Array
) -> None:
    """Write the prints of each text one after another, ascending, each once."""
    at = 0
    for text in range(len(starts) - 1):
        own = codes[starts[text] : starts[text + 1]]
        room = keys[at : at + len(own)]
        found = np.sort(room[: winnow(hash_windows(own, size), window, room)])
        for j in range(len(found)):
            if j == 0 or found[j] != found[j - 1]:
                keys[at] = found[j]
                at += 1
        key_starts[text + 1] = at


@compiled
def copy_spans(codes: Array, begins: Array, starts: Array, out: Array) -> None:
    """Write span i, which begins in `codes` there, from `starts[i]` to the next start."""
    for span in range(len(begins)):
        for j in range(starts[span + 1] - starts[span]):
            out[starts[span] + j] = codes[begins[span] + j]


@compiled
def gathered(rows: Array, begins: Array, ends: Array) -> Array:
    """Return the rows of all spans, one after another."""
    total = 0
    for span in range(len(begins)):
        total += ends[span] - begins[span]
    out = np.empty(total, rows.dtype)
    at = 0
    for span in range(len(begins)):
        for j in range(begins[span], ends[span]):
            out[at] = rows[j]
            at += 1
    return out
