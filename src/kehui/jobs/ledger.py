"""Let the readers of the ledger catch up."""

from django.utils import timezone

from kehui.ledger.services import catch_up
from kehui.matching.services import keep_promises
from kehui.reactions import READERS


def drain() -> int:
    """Let every reader read all there is now; return how many facts were read.

    A reader's own writes may be facts for a reader before it in the list, so go round until a
    whole round finds nothing.
    """
    total = 0
    while read := sum(catch_up(reader) for reader in READERS):
        total += read
        keep_promises(at=timezone.now())
    keep_promises(at=timezone.now())
    return total
