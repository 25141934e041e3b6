"""Match everything together: one pass for both directions, then the rows; or changes alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.db import connection
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.matching import adapter
from kehui.matching.selectors import listings
from kehui.matching.services import chunks, index, runs

AT_A_TIME: Final = 200  # lists looked at together
MOST_STARTS: Final = 3
Stage = Literal["asked", "brought"]
Progress = Callable[[Stage, int, int], None]


class MatchingUnderway(Refused):
    code = "MATCHING_UNDERWAY"
    message = _("另一个全量匹配正在进行，请等它做完再试。")
    message_en = "Another match of everything is under way. Please try again when it is done."
    status = 409


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What matching together came to.

    Attributes:
        asked: needs asked for in this run; 0 when a pass of this snapshot was finished before.
        looked_at: items whose list was looked at.
        changed: those whose rows were not as they had to be.
        is_done: False when one snapshot after another came into force meanwhile.
    """

    asked: int
    looked_at: int
    changed: int
    is_done: bool


def match_together(
    *,
    at: datetime,
    only_changes: bool = False,
    progress: Progress | None = None,
    at_a_time: int = AT_A_TIME,
) -> Tally:
    """Give every published item the list that `match_item` would give it, all in one pass.

    The pass is saved now and then, and each item's rows commit by themselves: a run that is killed
    is taken up where it was saved, and what stands already is left alone. A pass belongs to one
    snapshot, whose word counts its scores rest on. When another one comes into force in between,
    everything starts over with that one: to finish on its own would leave lists that are not
    those of anybody who asks now, and that no change could be added to. After three starts it
    leaves the rest to the next run.

    With `only_changes` the lists that changes of items have touched since the last run, both
    theirs and those they enter or leave; all of them when there was no run of this snapshot, this
    day and this dictionary.

    Args:
        progress: gets the stage, how much of it is done, and of how much: needs asked for, then
            lists looked at.

    Raises:
        MatchingUnderway: another process is at it.
    """
    count = _Count(progress)
    with _alone():
        index.ensure_index(at=at)
        for _start in range(MOST_STARTS):
            run = adapter.Pass(k=runs.KEPT, at=at)
            if not _ask(run, count):
                continue
            partners = run.partners(all_of_them=not only_changes)
            if _bring(run, partners, count, at_a_time=at_a_time, at=at):
                return count.tally(is_done=True)
    return count.tally(is_done=False)


class _Count:
    """What was done so far, told to whoever listens."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.asked = self.looked_at = self.changed = 0

    def tell(self, stage: Stage, done: int, total: int) -> None:
        if self.progress:
            self.progress(stage, done, total)

    def tally(self, *, is_done: bool) -> Tally:
        return Tally(
            asked=self.asked, looked_at=self.looked_at, changed=self.changed, is_done=is_done
        )


def _ask(run: adapter.Pass, count: _Count) -> bool:
    """Take the steps of a pass that are missing; say whether its snapshot is still in force."""
    for step in run.steps():
        count.asked += step.asked
        count.tell("asked", step.done, step.total)
        if not run.is_in_force():
            return False
    return run.is_in_force()


def _bring(
    run: adapter.Pass, partners: adapter.Partners, count: _Count, *, at_a_time: int, at: datetime
) -> bool:
    """Make the rows stand by the lists that are due; say whether they are in force to the end."""
    # Who is published and in no list, for the index does not hold it yet, asks by itself
    due = listings.published_numbers() if partners.due is None else partners.due
    for begin in range(0, len(due), at_a_time):
        numbers = due[begin : begin + at_a_time]
        count.changed += chunks.bring(numbers, partners, at=at)
        count.looked_at += len(numbers)
        count.tell("brought", begin + len(numbers), len(due))
        if not run.is_in_force():
            return False
    run.brought(partners)
    return True


@contextmanager
def _alone() -> Iterator[None]:
    """Keep others out: of two at once, one would save its pass over the other's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended('match together', 0))")
        if not cursor.fetchone()[0]:
            raise MatchingUnderway
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended('match together', 0))")
