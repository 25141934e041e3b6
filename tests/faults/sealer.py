"""Writes and seals without an end, until it is killed; run as a process of its own."""

import secrets
import sys
from itertools import count

import django


def run() -> None:
    # Imported late: the settings have to be read before any model
    from django.db import transaction
    from django.utils import timezone
    from tests.ledger.fixtures import Counted

    from kehui.ledger.services import record, seal

    for number in count():
        with transaction.atomic():
            record(*(Counted(number=number) for _ in range(7)), actor=None, at=timezone.now())
        if seal(at=timezone.now(), seed=secrets.token_bytes(32)):
            sys.stdout.write("sealed\n")
            sys.stdout.flush()


if __name__ == "__main__":
    django.setup()
    run()
