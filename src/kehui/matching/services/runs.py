"""Ask the engine about items: promise a run, keep the promise, remember the answers."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from kehui.ledger.services import record
from kehui.market.models import Item, Need, Offer, Side, State
from kehui.matching import adapter
from kehui.matching.facts import ItemMatched
from kehui.matching.models import MatchRun, Suggestion
from kehui.matching.selectors import suggestions
from kehui.matching.services import embedding, index, lists

PARTIAL: Final = "partial"  # the trigger of a run that asks for what a former one missed
KEPT: Final = 20  # suggestions kept for one item and direction
MOST_ATTEMPTS: Final = 5
MATCHED_STATES: Final = (State.SUBMITTED, State.ON_HOLD, State.PUBLISHED)


@transaction.atomic
def request_match(*, item: int, revision: int, trigger: str, at: datetime) -> MatchRun | None:
    """Promise to match the item. A promise that already waits serves this one too.

    Whoever keeps the waiting one at this very moment is waited for: it may have read the item
    before it was changed, so this promise becomes a new one. An item that is no more (a draft
    that was thrown away) needs none.
    """
    # Not its key: whoever keeps a promise writes rows that point to the item
    if Item.objects.select_for_update(no_key=True).filter(pk=item).first() is None:
        return None
    pending = MatchRun.objects.select_for_update(of=("self",)).filter(
        item=item, state=MatchRun.State.PENDING
    )
    waiting = pending.first()
    if waiting is not None:
        waiting.revision = max(revision, waiting.revision)
        waiting.save(update_fields=["revision"])
        return waiting
    return MatchRun.objects.create(
        item_id=item, revision=revision, trigger=trigger, requested_at=at
    )


def keep_promises(*, at: datetime, limit: int = 50) -> int:
    """Run what is pending, the oldest first, each in its own transaction; return how many.

    A run that fails is tried again after 2, 4, 8 and 16 seconds; then it says why and waits for
    an operator.
    """
    if not suggestions.due_runs(at).exists():
        return 0
    index.ensure_index(at=at)
    kept = 0
    while kept < limit:
        _embed_next(at=at)
        if not _keep_one(at=at):
            break
        kept += 1
    return kept


def _embed_next(*, at: datetime) -> None:
    """Ask a plugged encoder for the vector of the item whose turn it is.

    Before the run's own transaction: an open one holds back every reader of the ledger.
    """
    if adapter.plugged_name() is None:
        return
    run = suggestions.due_runs(at).first()
    # What fails here for another reason fails in the run as well, which says so and is set aside
    with suppress(Exception):
        if run is not None and run.item.state in MATCHED_STATES:
            embedding.embed_ahead(lists.whole(run.item), at=at)


def _keep_one(*, at: datetime) -> bool:
    with transaction.atomic():
        run = suggestions.due_runs(at).select_for_update(skip_locked=True, of=("self",)).first()
        if run is None:
            return False
        try:
            with transaction.atomic(), adapter.covering() as coverage:
                found = match_item(item=lists.whole(run.item), at=at)
        except Exception as error:  # noqa: BLE001 - one poisoned item must not stop the others
            _set_aside(run, error, at=at)
            return True
        run.found = len(found)
        run.engine = adapter.version()
        run.missed_share = coverage.missed_share
        if run.missed_share:
            _set_aside(run, PartOfIndexMissing(f"{run.missed_share:.4f}"), at=at)
            return True
        run.state = MatchRun.State.DONE
        run.finished_at = at
        run.save()
    return True


class PartOfIndexMissing(Exception):  # noqa: N818 - an answer with a hole, to be asked again
    """Shards of the index did not answer; this share of the listings was not looked at."""


def _set_aside(run: MatchRun, error: Exception, *, at: datetime) -> None:
    run.attempts += 1
    run.error = f"{type(error).__name__}: {error}"[:300]
    run.requested_at = at + timedelta(seconds=2**run.attempts)
    if run.attempts >= MOST_ATTEMPTS:
        run.state = MatchRun.State.FAILED
        run.finished_at = at
    run.save()


@transaction.atomic
def match_item(*, item: Offer | Need, at: datetime) -> list[Suggestion]:
    """Find the item's best counterparts, argue each pair, and keep the result.

    Pairs that people answered, or that the other direction found, stay and are argued anew:
    nothing that the item does not say any more is quoted. Others go, unless a part of the index
    did not answer: then nothing goes, and the item is promised another run.
    """
    direction = "from_need" if item.side == Side.NEED else "from_offer"
    kept: list[Suggestion] = []
    missed_share = 0.0
    if item.state in MATCHED_STATES:
        if embedding.uses_built_in():
            embedding.embed([item])
        with adapter.covering() as coverage:
            found = adapter.suggest(item, k=KEPT, at=at)
        missed_share = coverage.missed_share
        kept = lists.keep(item, found, at=at, **{direction: True})
    _note_missed(item, missed_share, at=at)
    remaining = lists.let_go(item, direction, [each.pk for each in kept], is_whole=not missed_share)
    if item.state in MATCHED_STATES:
        lists.keep(item, adapter.argue(item, remaining, at=at), at=at)
    record(
        ItemMatched(
            item=item.pk, revision=item.revision, found=len(kept), engine=adapter.version()
        ),
        actor=None,
        at=at,
    )
    lists.tell(item, kept, at=at)
    return kept


def forget_runs() -> None:
    """Remove every promise and its history, so that the ledger can be read anew."""
    MatchRun.objects.all().delete()


def rematch_all(
    *,
    at: datetime,
    after: int = 0,
    side: str | None = None,
    limit: int = 100,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Match the next published items after this number; return the last number, 0 at the end.

    With a side, only its items.

    Each item commits by itself, so an interrupted night goes on where it stopped.
    """
    last = 0
    items = Item.objects.filter(state=State.PUBLISHED, pk__gt=after).order_by("pk")
    if side:
        items = items.filter(side=side)
    for item in items[:limit]:
        mine = lists.whole(item)
        embedding.embed_ahead(mine, at=at)
        match_item(item=mine, at=at)
        last = item.pk
        if progress:
            progress(last)
    return last


def _note_missed(item: Offer | Need, missed_share: float, *, at: datetime) -> None:
    """Say of the item which share was not looked at and promise to look again, or take it back."""
    runs = MatchRun.objects.filter(item=item)
    if not missed_share:
        runs.filter(missed_share__gt=0).update(missed_share=0)
        return
    request_match(item=item.pk, revision=item.revision, trigger=PARTIAL, at=at)
    runs.filter(state=MatchRun.State.PENDING).update(missed_share=missed_share)
