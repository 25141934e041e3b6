"""Let the readers of the ledger catch up."""

import logging

from django.utils import timezone

from kehui.ledger.models import Reader
from kehui.ledger.services import catch_up
from kehui.matching.services import keep_promises
from kehui.reactions import READERS

logger = logging.getLogger("kehui.jobs")


def drain() -> int:
    """Let every reader read all there is now and keep the promises they made.

    Returns how many facts were read and promises kept; 0 says that nothing is left for now. A
    reader's own writes may be facts for a reader before it in the list, so go round until a whole
    round finds nothing. A reader that fails stands still by itself: its cursor has not moved, and
    the others go on. Promises are kept one by one, so that a fresh fact never waits for a queue.
    """
    total = 0
    while done := sum(map(_read, READERS)) + keep_promises(at=timezone.now(), limit=1):
        total += done
    return total


def _read(reader: Reader) -> int:
    try:
        return catch_up(reader)
    except Exception:
        logger.exception("reader %s cannot go on; it is tried again", reader.name)
        return 0
