"""Match everything with everything in one pass: each need's best offers, each offer's best needs.

A score is the same from both sides, so needs ask and offers note who asked. The lists are those
of `match` called for every listing by itself, to the last bit.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from kehui.engines.matching.asked import Heard, asked, heard
from kehui.engines.matching.index import Index
from kehui.engines.matching.listing import Side
from kehui.engines.matching.lists import Lists, settle
from kehui.engines.matching.match import SLACK
from kehui.engines.matching.question import Question
from kehui.engines.matching.settled import settled
from kehui.engines.matching.sweeping import NOBODY, Half, Heaps, Rule, merged, sweep

Numbers = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]
AT_A_TIME = 256  # questions
PAIRS = 500_000  # settled at once


class Pairings:
    """Numbered questions of one side against the shards of the other."""

    def __init__(self, index: Index, own: Half, other: Half, which: Numbers) -> None:
        self.index, self.own, self.other, self.which = index, own, other, which
        # The place of every number among the questions of its shard
        self.places = np.full(len(own.ids), NOBODY, np.int64)
        self._heard: list[list[Heard]] = []
        for start, shard in zip(own.starts, own.shards, strict=False):
            here = which[(which >= start) & (which < start + len(shard.table))]
            self.places[here] = np.arange(len(here))
            asking = asked(shard.table, here - start)
            self._heard.append([heard(asking, each.table) for each in other.shards])

    def chunks(self, size: int) -> Iterator[tuple[int, int, int]]:
        """Give shard, begin and end of so many questions at a time, in the order of `which`."""
        for number, each in enumerate(self._heard):
            total = len(each[0].asking)
            for begin in range(0, total, size):
                yield number, begin, min(total, begin + size)

    def numbers(self, shard: int, begin: int, end: int) -> Numbers:
        """Return the numbers of some questions of a shard."""
        rows = self._heard[shard][0].asking.rows[begin:end]
        return np.asarray(rows + self.own.starts[shard])

    def ask(
        self, shard: int, begin: int, end: int, theirs: list[Heaps], rule: Rule, threads: int
    ) -> Heaps:
        """Return the best of some questions; the rows note them in `theirs`, one a shard."""
        own = [Heaps.of(end - begin, rule.k + SLACK) for _ in range(threads)]
        numbers = self.numbers(shard, begin, end).astype(np.int32)
        for place, rows in enumerate(self.other.shards):
            each, called = self._heard[shard][place], int(self.other.starts[place])
            heaps = theirs[place]
            sweep(self.index, each, begin, end, rows, called, numbers, own, heaps, rule)
        return merged(own, rule.k + SLACK)

    def lists(self, theirs: list[Heaps], rule: Rule, threads: int) -> Lists:
        """Return the lists of all questions; the rows note them in `theirs`."""
        parts = [Heaps.of(0, rule.k + SLACK)]
        parts += [
            self.ask(shard, begin, end, theirs, rule, threads)
            for shard, begin, end in self.chunks(AT_A_TIME)
        ]
        joined = (
            np.concatenate([getattr(each, name) for each in parts]) for name in Heaps.__slots__
        )
        return settle(
            self.index, self.own, self.other, self.which, Heaps(*joined),
            lambda one, other: self.exact(one, other, rule), lambda _: self.question, rule,
        )  # fmt: skip

    def exact(self, asks: Numbers, answers: Numbers, rule: Rule) -> Doubles:
        """Return the exact scores of pairs of numbers."""
        scores, weights = np.empty(len(asks)), self.index.weighing(rule.weights)
        ask = np.searchsorted(self.own.starts, asks, side="right") - 1
        answer = np.searchsorted(self.other.starts, answers, side="right") - 1
        for one, line in enumerate(self._heard):
            for other, each in enumerate(line):
                at = np.flatnonzero((ask == one) & (answer == other))
                at = at[np.argsort(answers[at], kind="stable")]  # few rows a part
                for first in range(0, len(at), PAIRS):
                    part = at[first : first + PAIRS]
                    rows = answers[part] - self.other.starts[other]
                    places = self.places[asks[part]]
                    scores[part] = settled(each, self.index.concepts, places, rows, weights)
        return scores

    def question(self, number: int) -> Question:
        """Return one question, as `match` makes it of the listing's text."""
        shard = int(np.searchsorted(self.own.starts, number, side="right")) - 1
        return self._heard[shard][0].asking.question(int(self.places[number]))


def partners(index: Index, side: Side, which: Numbers, rule: Rule, *, threads: int = 1) -> Lists:
    """Return the lists of some numbers of a side: what `match` gives each, asked together."""
    own, other = Half.of(index, side), Half.of(index, "offer" if side == "need" else "need")
    nobody = [Heaps.of(len(each.table), 1, np.inf) for each in other.shards]
    return Pairings(index, own, other, which).lists(nobody, rule, threads)


class Rematch:
    """A full match of both sides that goes on where it stopped.

        run = Rematch(index)
        for done in run.steps(): ...
        lists = run.lists()

    `write` and `resume` keep what was done in a file, under a name of the caller's: the same
    index and rule must stand behind it.
    """

    def __init__(self, index: Index, rule: Rule | None = None, *, threads: int = 1) -> None:
        self.index, self.rule, self.threads = index, rule or Rule(), threads
        self.needs, self.offers = Half.of(index, "need"), Half.of(index, "offer")
        self.which: dict[Side, Numbers] = {
            "need": self.needs.standing(),
            "offer": self.offers.standing(),
        }
        self.done = 0
        room = self.rule.k + SLACK
        self.own = Heaps.of(len(self.which["need"]), room)
        self.theirs = [Heaps.of(len(each.table), room) for each in self.offers.shards]

    @cached_property
    def pairings(self) -> Pairings:
        return Pairings(self.index, self.needs, self.offers, self.which["need"])

    def steps(self, at_a_time: int = AT_A_TIME) -> Iterator[int]:
        """Ask for the needs that are not done, and give how many are done after each step."""
        last = 0
        for shard, begin, end in self.pairings.chunks(at_a_time):
            last += end - begin
            if last <= self.done:
                continue
            # A chunk in which a run of another step size stopped is asked from there on
            rest = max(begin, end - (last - self.done))
            heaps = self.pairings.ask(shard, rest, end, self.theirs, self.rule, self.threads)
            for name in ("scores", "numbers", "sizes"):
                getattr(self.own, name)[self.done : last] = getattr(heaps, name)
            self.done = last
            yield last

    def lists(self) -> dict[Side, Lists]:
        """Return the lists of both sides; every step must have been taken."""
        joined = (
            np.concatenate([getattr(each, name) for each in self.theirs])[self.which["offer"]]
            for name in Heaps.__slots__
        )
        return {"need": self._needs(), "offer": self._offers(Heaps(*joined))}

    def _needs(self) -> Lists:
        return settle(
            self.index, self.needs, self.offers, self.which["need"], self.own,
            lambda one, other: self.pairings.exact(one, other, self.rule),
            lambda _: self.pairings.question, self.rule,
        )  # fmt: skip

    def _offers(self, heaps: Heaps) -> Lists:
        return settle(
            self.index, self.offers, self.needs, self.which["offer"], heaps,
            lambda one, other: self.pairings.exact(other, one, self.rule),
            lambda some: Pairings(self.index, self.offers, self.needs, some).question, self.rule,
        )  # fmt: skip

    def write(self, file: Path, name: str) -> None:
        """Write what was done; a half-written file is never seen."""
        parts = {"name": np.array(name), "done": np.array(self.done)}
        for place, each in enumerate([self.own, *self.theirs]):
            parts |= {f"{place}.{part}": getattr(each, part) for part in Heaps.__slots__}
        new = file.with_suffix(".new")
        with new.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **parts)
        new.replace(file)

    def resume(self, file: Path, name: str) -> bool:
        """Take up what was saved under this name; say whether there was such a thing."""
        try:
            with file.open("rb") as stream, np.load(stream) as saved:
                if str(saved["name"]) != name:
                    return False
                done = int(saved["done"])
                own, *theirs = (
                    Heaps(*(saved[f"{place}.{part}"] for part in Heaps.__slots__))
                    for place in range(1 + len(self.theirs))
                )
        except (OSError, ValueError, KeyError, BadZipFile):
            return False
        self.done, self.own, self.theirs = done, own, theirs
        return True
