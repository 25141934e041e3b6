"""What the clock starts. A task calls one service, over and over until nothing is left."""

import logging
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

from django.db import Error
from django.utils import timezone
from procrastinate.contrib.django import app

from kehui.deals import services as deals
from kehui.hooks import services as hooks
from kehui.ledger import services as ledger
from kehui.market import services as market
from kehui.market.services import doubles, searches
from kehui.matching import services as matching
from kehui.notices import services as notices
from kehui.operations import services as operations
from kehui.people import services as people
from kehui.people.services import splitting

logger = logging.getLogger("kehui.jobs")

Given = ParamSpec("Given")

STALLED_AFTER = timedelta(minutes=5)
RECEIPTS_LIVE = timedelta(days=90)
TRIES_LIVE = timedelta(days=2)  # the longest window is a day
ARRIVALS_LIVE = timedelta(days=365)
DELIVERIES_LIVE = timedelta(days=30)
SHOWINGS_LIVE = timedelta(days=2 * 365)  # longer than any answer is waited for


def noted(task: Callable[Given, int]) -> Callable[Given, int]:
    """Keep why a run failed, for the page of jobs; the queue keeps only that it did."""

    @wraps(task)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> int:
        try:
            return task(*args, **kwargs)
        except Exception as error:
            try:
                name = f"{task.__module__}.{task.__qualname__}"
                operations.note_failure(task=name, error=error, at=timezone.now())
            except Error:
                logger.warning("why %s failed could not be kept", task.__qualname__)
            raise

    return run


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="expire_items")
@noted
def expire_items(timestamp: int) -> int:
    """End what is past its last day."""
    return _until_done(lambda: market.expire_items(at=timezone.now()))


@app.periodic(cron="30 8 * * *")
@app.task(queueing_lock="ask_contacts")
@noted
def ask_contacts(timestamp: int) -> int:
    """Ask contacts whether they are still there."""
    return _until_done(lambda: market.ask_contacts(at=timezone.now()))


@app.periodic(cron="10 8 * * *")
@app.task(queueing_lock="warn_of_expiry")
@noted
def warn_of_expiry(timestamp: int) -> int:
    """Note which tokens end soon, so that their owners are told."""
    return _until_done(lambda: people.warn_of_expiry(at=timezone.now()))


@app.periodic(cron="10 8 * * 1-5")
@app.task(queueing_lock="escalate_complaints")
@noted
def escalate_complaints(timestamp: int) -> int:
    """Pass on complaints that nobody answered by their day."""
    return _until_done(lambda: operations.escalate_overdue(at=timezone.now()))


@app.periodic(cron="40 0 * * *")
@app.task(queueing_lock="note_silence")
@noted
def note_silence(timestamp: int) -> int:
    """Note which promised answers did not come, and which matches nobody spoke of in time."""
    at = timezone.now()
    return _until_done(lambda: matching.note_broken_promises(at=at)) + _until_done(
        lambda: matching.note_silence(at=at)
    )


@app.periodic(cron="5 * * * *")
@app.task(queueing_lock="end_deals")
@noted
def end_deals(timestamp: int) -> int:
    """End deals and quotes whose time is over; let decisions take effect that nobody appealed."""
    at = timezone.now()
    return _until_done(lambda: deals.end_overdue(at=at)) + _until_done(
        lambda: deals.carry_out_decisions(at=at)
    )


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="send_hooks", lock="send_hooks")
@noted
def send_hooks(timestamp: int) -> int:
    """Send what hooks have to tell, until nothing is due."""
    chance = secrets.SystemRandom().random
    return _until_done(lambda: hooks.send_due(clock=timezone.now, chance=chance))


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="send_alerts")
@noted
def send_alerts(timestamp: int) -> int:
    """Tell people of new items in their saved searches."""
    return searches.send_alerts(at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="refresh_index")
@noted
def refresh_index(timestamp: int) -> int:
    """Build a new snapshot when enough has changed since the last one, or the night has come."""
    return matching.refresh_index(at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="embed_items")
@noted
def embed_items(timestamp: int) -> int:
    """Let a plugged encoder go on where it stopped; when it is down, the next round tries again."""
    made = 0
    while not (step := matching.embed_next(at=timezone.now())).is_done and not step.error:
        made += step.made
    return made


@app.periodic(cron="0 2 * * *")
@app.task(queueing_lock="rematch_all", lock="match_together")
@noted
def rematch_all(timestamp: int) -> int:
    """Match everything published together, then share the front places of the lists."""
    changed = _match_together(only_changes=False)
    matching.share_exposure(at=timezone.now())
    return changed


@app.periodic(cron="5-59/10 2-23 * * *")
@app.task(queueing_lock="match_changes", lock="match_together")
@noted
def match_changes(timestamp: int) -> int:
    """Bring the lists up to date that changed items enter or leave; before the night's, none."""
    return _match_together(only_changes=True)


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="find_doubles")
@noted
def find_doubles(timestamp: int) -> int:
    """Find which open items repeat each other."""
    return doubles.find_doubles().repeats


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="forget_old")
@noted
def forget_old(timestamp: int) -> int:
    """Delete what only served to answer a retry, to slow a guesser down or to judge an order."""
    at = timezone.now()
    return (
        ledger.forget_receipts(before=at - RECEIPTS_LIVE)
        + people.forget_tries(before=at - TRIES_LIVE)
        + people.forget_codes(before=at - TRIES_LIVE)
        + people.forget_arrivals(before=at - ARRIVALS_LIVE)
        + notices.forget_letters(before=at - TRIES_LIVE)
        + hooks.forget_deliveries(before=at - DELIVERIES_LIVE)
        + matching.forget_showings(before=timezone.localdate(at) - SHOWINGS_LIVE)
    )


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="gather_late")
@noted
def gather_late(timestamp: int) -> int:
    """Bring along what acts wrote for entries that were merged meanwhile."""
    return splitting.gather_late(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="seal_log")
@noted
def seal_log(timestamp: int) -> int:
    """Seal what was recorded into the audit log, and ask its witnesses."""
    sealed = _until_done(lambda: ledger.seal(at=timezone.now(), seed=secrets.token_bytes(32)))
    ledger.ask_witnesses(at=timezone.now())
    return sealed


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="retry_stalled")
async def retry_stalled(timestamp: int) -> int:
    """Give the jobs of a killed worker to a living one."""
    stalled = list(
        await app.job_manager.get_stalled_jobs(
            seconds_since_heartbeat=STALLED_AFTER.total_seconds()
        )
    )
    for job in stalled:
        await app.job_manager.retry_job(job)
    return len(stalled)


def _until_done(step: Callable[[], int]) -> int:
    total = 0
    while done := step():
        total += done
    return total


def _match_together(*, only_changes: bool) -> int:
    """Return how many lists were changed; 0 while an operator's command is at it."""
    at = timezone.now()
    matching.refresh_index(at=at)
    try:
        tally = matching.match_together(at=at, only_changes=only_changes, progress=_logged)
    except matching.MatchingUnderway:
        return 0
    return tally.changed


def _logged(stage: str, done: int, total: int) -> None:
    logger.info("match together: %s %d of %d", stage, done, total)
