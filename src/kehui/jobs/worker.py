"""The worker process: jobs from the queue, and the ledger's readers as soon as a fact is there."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable

import psycopg
from django.db import Error, close_old_connections, connection, connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

CHANNEL, LETTERS = "kehui_ledger", "kehui_letters"
POLL_SECONDS = 2.0  # when a notice is lost, and for facts held back by an older transaction
LONGEST_PAUSE_SECONDS = 30.0
GRACE_SECONDS = 20.0

logger = logging.getLogger("kehui.worker")


class LedgerListener(threading.Thread):
    """Drains the ledger whenever a fact is committed, and every two seconds in any case.

    Or drains whatever else is told of on a channel, and says so in `words`.

    A reader that fails is tried again later and later; nothing else waits for it, and its cursor
    has not moved.
    """

    def __init__(
        self,
        drain: Callable[[], int],
        *,
        channel: str = CHANNEL,
        words: str = "facts read and promises kept",
    ) -> None:
        super().__init__(name=channel, daemon=True)
        self.drain = drain
        self.channel = channel
        self.words = words
        self.is_ending = threading.Event()

    def run(self) -> None:
        pause = POLL_SECONDS
        while not self.is_ending.is_set():
            try:
                self._listen()
                pause = POLL_SECONDS
            except (psycopg.Error, Error) as error:
                logger.warning("the database is away (%s); trying again", type(error).__name__)
            except Exception:
                logger.exception("%s failed; trying again in %.0f s", self.channel, pause)
            connections.close_all()
            self.is_ending.wait(pause)
            pause = min(LONGEST_PAUSE_SECONDS, pause * 2)
        connections.close_all()

    def _listen(self) -> None:
        parameters = connection.get_connection_params()
        parameters.pop("cursor_factory", None)
        parameters.pop("context", None)
        with psycopg.connect(**parameters, autocommit=True) as listening:
            listening.execute(f"LISTEN {self.channel}")
            while not self.is_ending.is_set():
                close_old_connections()
                began = time.perf_counter()
                if read := self.drain():
                    spent = time.perf_counter() - began
                    logger.info("%d %s in %.2f s", read, self.words, spent)
                for _ in listening.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass

    def stop(self) -> None:
        self.is_ending.set()
        self.join(POLL_SECONDS + GRACE_SECONDS)


def work(drain: Callable[[], int], send: Callable[[], int], *, concurrency: int) -> None:
    """Work until SIGTERM or Ctrl-C; a running job gets some seconds to finish."""
    listeners = (
        LedgerListener(drain),
        LedgerListener(send, channel=LETTERS, words="letters carried or put off"),
    )
    for each in listeners:
        each.start()
    try:
        if not isinstance(app.connector, DjangoConnector):
            raise TypeError(f"{app.connector} is not the database of this site")
        with app.replace_connector(app.connector.get_worker_connector()):
            asyncio.run(_take_jobs(concurrency))
    finally:
        for each in listeners:
            each.stop()


async def _take_jobs(concurrency: int) -> None:
    async with app.open_async():
        await app.run_worker_async(
            concurrency=concurrency,
            shutdown_graceful_timeout=GRACE_SECONDS,
            install_signal_handlers=True,
        )
