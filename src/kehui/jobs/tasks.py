"""What the clock starts. A task calls one service, over and over until nothing is left."""

import secrets
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from kehui.ledger import services as ledger
from kehui.market import services as market
from kehui.market.services import doubles, searches
from kehui.matching import services as matching
from kehui.people import services as people

STALLED_AFTER = timedelta(minutes=5)
RECEIPTS_LIVE = timedelta(days=90)
TRIES_LIVE = timedelta(days=1)
SHOWINGS_LIVE = timedelta(days=2 * 365)  # longer than any answer is waited for


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="expire_items")
def expire_items(timestamp: int) -> int:
    """End what is past its last day."""
    return _until_done(lambda: market.expire_items(at=timezone.now()))


@app.periodic(cron="30 8 * * *")
@app.task(queueing_lock="ask_contacts")
def ask_contacts(timestamp: int) -> int:
    """Ask contacts whether they are still there."""
    return _until_done(lambda: market.ask_contacts(at=timezone.now()))


@app.periodic(cron="40 0 * * *")
@app.task(queueing_lock="note_silence")
def note_silence(timestamp: int) -> int:
    """Note which promised answers did not come, and which matches nobody spoke of in time."""
    at = timezone.now()
    return _until_done(lambda: matching.note_broken_promises(at=at)) + _until_done(
        lambda: matching.note_silence(at=at)
    )


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="send_alerts")
def send_alerts(timestamp: int) -> int:
    """Tell people of new items in their saved searches."""
    return searches.send_alerts(at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="refresh_index")
def refresh_index(timestamp: int) -> int:
    """Build a new snapshot when enough has changed since the last one, or the night has come."""
    return matching.refresh_index(at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="embed_items")
def embed_items(timestamp: int) -> int:
    """Let a plugged encoder go on where it stopped; when it is down, the next round tries again."""
    made = 0
    while not (step := matching.embed_next(at=timezone.now())).is_done and not step.error:
        made += step.made
    return made


@app.periodic(cron="0 2 * * *")
@app.task(queueing_lock="rematch_all")
def rematch_all(timestamp: int) -> int:
    """Match every published item anew, then share the front places of the lists."""
    last = count = 0
    while last := matching.rematch_all(at=timezone.now(), after=last):
        count += 1
    matching.share_exposure(at=timezone.now())
    return count


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="find_doubles")
def find_doubles(timestamp: int) -> int:
    """Find which open items repeat each other."""
    return doubles.find_doubles().repeats


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="forget_old")
def forget_old(timestamp: int) -> int:
    """Delete what only served to answer a retry, to slow a guesser down or to judge an order."""
    at = timezone.now()
    return (
        ledger.forget_receipts(before=at - RECEIPTS_LIVE)
        + people.forget_tries(before=at - TRIES_LIVE)
        + matching.forget_showings(before=timezone.localdate(at) - SHOWINGS_LIVE)
    )


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="seal_log")
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
