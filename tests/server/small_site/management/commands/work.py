import signal
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Wait for SIGTERM, as a worker without work would."

    def handle(self, **_: Any) -> None:
        signal.signal(signal.SIGTERM, lambda *_: self.stdout.write("worker ends"))
        self.stdout.write("worker waits")
        signal.pause()
