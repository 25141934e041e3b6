"""Match everything with everything: CPU, memory, and whether it is exact.

    python benchmarks/matching_batch.py --snapshot FOLDER [--needs 2048] [--k 20]

Bar: 400,000 listings with each other on two cores in 15 minutes.
A full run is measured by its first `--needs` needs (0: all of them) after a warm-up of 256, and
told for all; the offers' lists are settled for a part of them. The lists are compared with
`match`. Prints JSON. FOLDER is built by matching_build.py --keep; without a vector for each listing
the figures of one question flatter, those of the full run do not.
"""

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np
from matching_corpus import StoredOnly

from kehui.engines.matching import Half, Index, MatchRule, Rematch, Snapshot, deep, partners
from kehui.engines.matching.match import answers
from kehui.engines.matching.question import Question

CHECKED = 20


def private_mb() -> float:
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(fields["RssAnon"].split()[0]) / 1024


def seconds_of(run: Rematch, needs: int, at_a_time: int) -> tuple[int, float]:
    """Return how many needs were asked for, and the seconds of processor time."""
    before, started = run.done, time.process_time()
    for done in run.steps(at_a_time):
        if needs and done - before >= needs:
            break
    return run.done - before, time.process_time() - started


def settled_share(run: Rematch, offers: int) -> float:
    """Return the seconds that all offers' lists would take, told from some of them."""
    everyone = run.which["offer"]
    run.which["offer"] = everyone[:offers]
    started = time.process_time()
    run.lists()
    spent = time.process_time() - started
    run.which["offer"] = everyone
    return spent * len(everyone) / max(1, min(offers, len(everyone)))


def equal(
    index: Index, numbers: "np.ndarray[tuple[int], np.dtype[np.int64]]", rule: MatchRule
) -> int:
    """Return for how many needs the list is that of a single question."""
    run = Rematch(index, rule)
    found = partners(index, "need", numbers, rule)
    same = 0
    for place, number in enumerate(numbers.tolist()):
        question: Question = run.pairings.question(number)
        alone = answers(
            index, question, k=rule.k, today=rule.today, weights=rule.weights, tier=rule.tier
        )
        line = list(zip(found.partners[place].tolist(), found.scores[place].tolist(), strict=True))
        same += line[: len(alone)] == [(each.id, each.exact) for each in alone]
    return same


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshot", type=Path, required=True)
    parser.add_argument("--needs", type=int, default=2048)
    parser.add_argument("--k", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    index = Index(Snapshot.open(given.snapshot), encoder=StoredOnly())
    rule, load = MatchRule(k=given.k), os.getloadavg()[0]
    run = Rematch(index, deep(rule), threads=given.threads)
    started = time.process_time()
    total = len(run.pairings.which)
    ready = time.process_time() - started
    seconds_of(run, 256, 256)  # compiles, and fills the heaps
    asked, spent = seconds_of(run, given.needs, 256)
    memory = private_mb()
    offers = min(40_000, len(run.which["offer"]))
    settling = settled_share(run, offers)
    needs, everyone = Half.of(index, "need").standing(), Half.of(index, "offer").standing()
    full = ready + spent / asked * total + settling
    told = {
        "offers": len(everyone),
        "needs": total,
        "load_before": round(load, 1),
        "needs_asked": asked,
        "cpu_ms_a_need": round(1000 * spent / asked, 2),
        "cpu_s_settling": round(settling, 1),
        "cpu_s_full": round(full),
        "minutes_on_two_idle_cores": round(full / 120, 1),
        "private_mb": round(memory),
        "equal_to_match": f"{equal(index, needs[:: len(needs) // CHECKED], rule)} of "
        f"{len(needs[:: len(needs) // CHECKED])}",
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
