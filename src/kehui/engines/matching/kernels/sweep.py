# ruff: noqa: FBT001 (loops take plain positional values)
"""Many questions against a stretch of rows, both sides keeping their best."""

import numpy as np

from kehui.engines.loops import Array, Number, compiled
from kehui.engines.matching.kernels.heap import push
from kehui.engines.matching.kernels.shares import indicator_share


@compiled
def posting_counts(rows: Array, places: Array, counts: Array) -> None:
    """Count the postings of each wanted row; `places` is its place among them, -1 for others."""
    for j in range(len(rows)):
        place = places[rows[j]]
        if place >= 0:
            counts[place] += 1


@compiled
def turn(
    offsets: Array,
    rows: Array,
    values: Array,
    places: Array,
    cursor: Array,
    out_terms: Array,
    out_values: Array,
) -> None:
    """Write the postings of the wanted rows row by row, each with its terms in order."""
    for term in range(len(offsets) - 1):
        for j in range(offsets[term], offsets[term + 1]):
            place = places[rows[j]]
            if place >= 0:
                at = cursor[place]
                cursor[place] = at + 1
                out_terms[at] = term
                out_values[at] = values[j]


@compiled
def gather(
    first: int,
    begin: int,
    end: int,
    terms: Array,
    weights: Array,
    cursors: Array,
    offsets: Array,
    rows: Array,
    values: Array,
    lexical: Array,
) -> None:
    """Add the postings of a question's terms that lie in the stretch; cursors move behind it.

    Stretches come in ascending order, and so do the rows of a term.
    """
    last = first + len(lexical)
    for t in range(begin, end):
        j, stop = cursors[t], offsets[terms[t] + 1]
        weight = weights[t]
        if j < stop and rows[j] < first:  # a stretch in the middle is the first one asked for
            high = stop
            while j < high:
                middle = (j + high) // 2
                if rows[middle] < first:
                    j = middle + 1
                else:
                    high = middle
        while j < stop and rows[j] < last:
            # Unsigned: no look whether it counts from the end
            lexical[np.uint32(rows[j] - first)] += weight * values[j]
            j += 1
        cursors[t] = j


@compiled
def even_points(
    lexical: Array,
    products: Array,
    scales: Array,
    price: Array,
    fixed: Array,
    reply: Array,
    question_scale: Number,
    factor: Number,
    response: Number,
    budget: Number,
    unknown: Number,
    tech: Number,
    dense: Number,
    square: Number,
    out: Array,
) -> None:
    """Write the points that need no table: text, budget and response, in single precision."""
    one, two, none = np.float32(1.0), np.float32(2.0), np.float32(0.0)
    known = factor >= none
    for i in range(len(out)):
        x = lexical[i] + dense * max(none, products[i] * (question_scale * scales[i]))
        xx = x * x
        share = min(one, max(none, two - factor * price[i]))
        share = share if known and price[i] >= none else unknown
        out[i] = fixed[i] + response * reply[i] + budget * share + tech * (xx / (xx + square))


@compiled
def told_points(industry: Array, kinds: Array, scene: Array, kind: Array, out: Array) -> None:
    """Add the points that stand in tables: scene, readiness, distance."""
    for i in range(len(out)):
        out[i] += scene[industry[i]] + kind[kinds[i]]


@compiled
def fill(
    first: int,
    q: int,
    asked: tuple[Array, ...],
    spoken: tuple[Array, ...],
    postings: tuple[Array, ...],
    columns: tuple[Array, ...],
    rules: tuple[Number, ...],
    products: Array,
    lexical: Array,
    points: Array,
) -> None:
    """Write one question's points with each row of the stretch, but for what indicators change.

    The arguments are those of `sweep`; the points that all rows get are left out.
    """
    starts, terms, weights, cursors, gain_starts, gain_rows, gains = asked
    scene, kind, factor, _, response, scale = spoken[:6]
    industry, kinds, price, reply, scales, _, standing, _ = columns
    tech, _, budget, _, unpriced, dense, square = rules
    last = first + len(points)
    lexical[:] = 0
    offsets, rows, values = postings
    gather(
        first, starts[q], starts[q + 1], terms, weights, cursors, offsets, rows, values, lexical
    )  # fmt: skip
    for g in range(gain_starts[q], gain_starts[q + 1]):
        if first <= gain_rows[g] < last:
            lexical[gain_rows[g] - first] += gains[g]
    even_points(
        lexical, products, scales[first:last], price[first:last], standing[first:last],
        reply[first:last], scale[q], factor[q], response[q], budget, unpriced, tech, dense,
        square, points,
    )  # fmt: skip
    told_points(industry[first:last], kinds[first:last], scene[q], kind[q], points)


@compiled
def sweep(
    first: int,
    called: int,
    asked: tuple[Array, ...],
    spoken: tuple[Array, ...],
    postings: tuple[Array, ...],
    columns: tuple[Array, ...],
    stated: tuple[Array, ...],
    rules: tuple[Number, ...],
    row_is_need: bool,
    products: Array,
    numbers: Array,
    own: tuple[Array, ...],
    theirs: tuple[Array, ...],
) -> None:
    """Score every question with every row of the stretch and push those that may be kept.

    Args:
        first: the first row; `products` has one line a question, one column a row.
        called: what the table's row 0 is called in the questions' heaps, and so on upwards.
        asked: starts of terms, terms, weights, cursors; starts of gains, their rows, gains.
        spoken: a question's scene points, kind points, factor, start, response, scale, owner,
            whether rows may keep it; starts of its indicators, their dimensions, lows, highs,
            like names.
        postings: offsets, rows, values of the table.
        columns: industry, kinds, price, reply, scales, owner, standing (0, or far below any
            score), whether questions may keep the row.
        stated: names, dimensions, lows, highs, starts of the rows' indicators.
        rules: weights of tech, indicators, budget; neutral shares of the last two; dense, half².
        numbers: what the questions are called in the rows' heaps.
        own: scores, rows, sizes of the questions' heaps.
        theirs: scores, numbers, sizes, floors of the rows' heaps; a floor of infinity keeps none.
    """
    start, owner, told = spoken[3], spoken[6], spoken[7]
    q_starts, q_dim, q_low, q_high, like = spoken[8:]
    owners, standing, shown = columns[5:]
    names, dimensions, lows, highs, i_starts = stated
    indicators, unsaid = rules[1], rules[3]
    own_scores, own_rows, own_sizes = own
    their_scores, their_numbers, their_sizes, floors = theirs
    size, room = products.shape[1], own_scores.shape[1]
    lexical, points = np.empty(size, np.float32), np.empty(size, np.float32)
    for q in range(len(products)):
        fill(first, q, asked, spoken, postings, columns, rules, products[q], lexical, points)
        states = q_starts[q + 1] > q_starts[q]
        floor = np.float32(own_scores[q, 0] if own_sizes[q] == room else -1.0)
        floor -= start[q]
        more = indicators * (np.float32(1.0) - unsaid) if states else np.float32(0.0)
        for place in range(size):
            row = first + place
            most = points[place] + more
            if most <= floor and most + start[q] <= floors[row]:
                continue
            if standing[row] < 0.0 or (owner[q] != 0 and owner[q] == owners[row]):
                continue
            whole = np.float64(points[place]) + start[q]
            if states and i_starts[row + 1] > i_starts[row]:
                begin, end = q_starts[q], q_starts[q + 1]
                whole += indicators * (indicator_share(
                    row, row_is_need, names, dimensions, lows, highs, i_starts, like[begin:end],
                    q_dim[begin:end], q_low[begin:end], q_high[begin:end], unsaid,
                ) - unsaid)  # fmt: skip
            if shown[row]:
                own_sizes[q] = push(own_scores[q], own_rows[q], own_sizes[q], whole, called + row)
                if own_sizes[q] == room:
                    floor = np.float32(own_scores[q, 0] - start[q])
            if told[q] and whole > floors[row]:
                held = push(
                    their_scores[row], their_numbers[row], their_sizes[row], whole, numbers[q]
                )
                their_sizes[row] = held
                if held == their_scores.shape[1]:
                    floors[row] = their_scores[row, 0]
