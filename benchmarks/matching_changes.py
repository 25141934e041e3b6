"""Bring everybody's lists up to date after a day of changes: CPU of one process.

    python benchmarks/matching_changes.py --snapshot FOLDER [--changed 4000] [--k 20]

Bar: 4,000 changes among 400,000 listings in 30 s. FOLDER is built by `matching_build.py --keep`.
The lists before the changes would be those of a full match, which takes 20 minutes. Here they are
made up: every listing gets the scores of one of `--sampled` listings of its side that were asked,
and random partners. What may enter a list is decided by those scores, and how many partners leave
it by how many changed, so the work is that of the real ones. A share of the lists asked again is
compared with `match`. Prints JSON.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from matching_corpus import NearVectors, StoredOnly, listings

from kehui.engines.matching import (
    NEED,
    OFFER,
    Half,
    Index,
    Listing,
    MatchRule,
    PartnerLists,
    Side,
    Snapshot,
    changed_lists,
    deep,
    match,
    partners,
)

SEED = 11
CHECKED = 10


def made_up(index: Index, side: Side, rule: MatchRule, sampled: int) -> PartnerLists:
    """Return lists for a whole side: scores of a sample, partners by chance."""
    draw = np.random.default_rng(SEED)
    half = Half.of(index, side)
    others = Half.of(index, OFFER if side == NEED else NEED)
    standing = half.standing()
    some = np.sort(draw.choice(standing, min(sampled, len(standing)), replace=False))
    asked = partners(index, side, some, deep(rule))
    numbers = draw.choice(others.ids[others.standing()], (len(standing), deep(rule).k))
    scores = asked.scores[draw.integers(0, len(some), len(standing))]
    return PartnerLists(half.ids[standing], numbers, scores)


def rewritten(snapshot: Snapshot, changed: int) -> Iterator[Listing]:
    """Give listings of the snapshot with other texts, spread over all of it."""
    size = sum(len(each.ids) for each in snapshot.tables.values())
    step = max(1, size // changed)
    for each in listings(size, seed=SEED):
        if each.id % step == 0:
            yield each


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshot", type=Path, required=True)
    parser.add_argument("--changed", type=int, default=4000)
    parser.add_argument("--sampled", type=int, default=512)
    parser.add_argument("--k", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    snapshot, rule, load = Snapshot.open(given.snapshot), MatchRule(k=given.k), os.getloadavg()[0]
    fixed = Index(snapshot, encoder=StoredOnly())
    before = {side: made_up(fixed, side, rule, given.sampled) for side in (NEED, OFFER)}
    delta = list(rewritten(snapshot, given.changed))
    few = Index(snapshot, delta[:30], encoder=StoredOnly(), vectors=NearVectors())
    changed_lists(few, before, rule)  # compiles
    vectors = {
        each.id: NearVectors.get(made, each.id) for made in [NearVectors()] for each in delta
    }
    started = time.process_time()
    index = Index(snapshot, delta, encoder=StoredOnly(), vectors=vectors)
    ready = time.process_time() - started
    found = changed_lists(index, before, rule, threads=given.threads)
    spent = time.process_time() - started
    own = {int(number): row for row, number in enumerate(found[NEED].ids)}
    needs = [each for each in delta if each.id in own][:CHECKED]
    equal = sum(
        [(each.id, each.exact) for each in match(index, need, k=rule.k, vector=vectors[need.id])]
        == [
            (int(number), float(score))
            for number, score in zip(
                found[NEED].partners[own[need.id]], found[NEED].scores[own[need.id]], strict=True
            )
        ]
        for need in needs
    )
    told = {
        "listings": sum(len(each.ids) for each in snapshot.tables.values()),
        "changed": len(delta),
        "k": rule.k,
        "load_before": round(load, 1),
        "cpu_s_delta": round(ready, 1),
        "cpu_s_changed": round(spent, 1),
        "lists_changed": sum(len(each.ids) for each in found.values()),
        "equal_to_match": f"{equal} of {len(needs)}",
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
