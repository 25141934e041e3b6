"""Carry the letters that are due."""

from django.utils import timezone

from kehui.notices import services as notices


def send() -> int:
    """Carry one letter after another until none is due; return how many were dealt with.

    Not among the readers of the ledger: a slow carrier must not keep a fact waiting.
    """
    total = 0
    while notices.send_next(at=timezone.now()):
        total += 1
    return total
