"""What was shown and what came of it, as graded labels: the rows a ranker is trained on."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from kehui.matching.models import Feedback, Interest, Outcome, Reason, Showing

NEEDS_AT_A_TIME: Final = 500
# The subject was right, the moment was not
FOR_NOW: Final = frozenset({Reason.R07, Reason.R09, Reason.R10, Reason.R12})
SILENT_OR_DECLINED, DECLINED_FOR_NOW, WANTED, ANSWERED, NEGOTIATED, SIGNED = range(6)

Pair = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class JudgedPair:
    """A pair that was shown and judged: its grade, and the features its first showing had.

    Grades: 0 silent or declined, 1 declined for the moment only (R07, R09, R10, R12), 2 said to
    fit or asked to talk, 3 answered, 4 negotiated, 5 signed. A refusal by either side goes before
    what the other one wants. `position` is the best place it was shown at.
    """

    need: int
    offer: int
    grade: int
    is_silent: bool
    position: int
    engine: str
    ranker: str
    features: dict[str, float]


@dataclass
class _History:
    """Everything known of one pair."""

    last_words: dict[str, tuple[str, str]] = field(default_factory=dict)  # answer, reason by side
    is_asked: bool = False
    is_answered: bool = False
    rungs: set[str] = field(default_factory=set)


def judgements(*, engine: str | None = None) -> Iterator[JudgedPair]:
    """Give every judged pair, grouped by need in the order of numbers; with an engine, only its.

    A pair that was shown and neither answered nor found silent yet is not judged: it is left out.
    """
    needs = Showing.objects.order_by("need").values_list("need", flat=True).distinct()
    waiting: list[int] = []
    for need in needs.iterator(NEEDS_AT_A_TIME):
        waiting.append(need)
        if len(waiting) == NEEDS_AT_A_TIME:
            yield from _judged(waiting, engine)
            waiting = []
    yield from _judged(waiting, engine)


def _judged(needs: list[int], engine: str | None) -> Iterator[JudgedPair]:
    histories = _histories(needs)
    for (need, offer), showings in _shown(needs, engine).items():
        first = showings[0]
        history = histories.get((need, offer), _History())
        grade = _grade(history)
        if grade is None:
            continue
        yield JudgedPair(
            need=need,
            offer=offer,
            grade=grade,
            is_silent=not history.last_words and grade == SILENT_OR_DECLINED,
            position=min(each.position for each in showings),
            engine=first.engine,
            ranker=first.ranker,
            features=first.features,
        )


def _shown(needs: list[int], engine: str | None) -> Mapping[Pair, list[Showing]]:
    rows = Showing.objects.filter(need__in=needs).order_by("need", "offer", "on", "pk")
    if engine is not None:
        rows = rows.filter(engine=engine)
    found: dict[Pair, list[Showing]] = defaultdict(list)
    for each in rows:
        found[each.need_id, each.offer_id].append(each)
    return found


def _histories(needs: list[int]) -> Mapping[Pair, _History]:
    found: dict[Pair, _History] = defaultdict(_History)
    words = Feedback.objects.filter(suggestion__need__in=needs).order_by("at", "pk")
    for need, offer, side, answer, reason in words.values_list(
        "suggestion__need", "suggestion__offer", "side", "answer", "reason"
    ):
        found[need, offer].last_words[side] = answer, reason
    questions = Interest.objects.filter(need__in=needs)
    for need, offer, answered_at in questions.values_list("need", "offer", "answered_at"):
        found[need, offer].is_asked = True
        found[need, offer].is_answered |= answered_at is not None
    outcomes = Outcome.objects.filter(need__in=needs)
    for need, offer, rung in outcomes.values_list("need", "offer", "rung"):
        found[need, offer].rungs.add(rung)
    return found


def _grade(history: _History) -> int | None:
    """Return the grade of a pair, None while it is open."""
    if Outcome.Rung.SIGNED in history.rungs:
        return SIGNED
    if Outcome.Rung.NEGOTIATED in history.rungs:
        return NEGOTIATED
    refusals = [reason for answer, reason in history.last_words.values() if answer == "declined"]
    if refusals:
        return DECLINED_FOR_NOW if FOR_NOW.issuperset(refusals) else SILENT_OR_DECLINED
    if history.is_answered:
        return ANSWERED
    if history.last_words or history.is_asked:
        return WANTED
    return SILENT_OR_DECLINED if history.rungs else None
