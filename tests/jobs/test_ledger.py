"""Facts reach their readers as soon as they are there, and a reader that fails stops nobody."""

import threading
import time
from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker
from tests.market.writing import publish_need

from kehui.jobs import ledger
from kehui.jobs.worker import POLL_SECONDS, LedgerListener
from kehui.ledger.models import Cursor, Entry, Reader
from kehui.market.facts import ItemPublished
from kehui.matching.models import MatchRun
from kehui.reactions import READERS

pytestmark = pytest.mark.django_db(transaction=True)


def broken(_entry: Entry) -> None:
    raise RuntimeError("a reader with a mistake")


def drain_everything() -> None:
    """Drain until the last fact is read: older transactions, of any test here, hold facts back."""
    deadline = time.monotonic() + 30
    last = Entry.objects.order_by("pk").values_list("pk", flat=True).last()
    while Cursor.objects.filter(reader="matching", entry__gte=last).count() == 0:
        assert time.monotonic() < deadline
        ledger.drain()
        threading.Event().wait(0.05)


def test_everything_is_read_and_every_promise_kept() -> None:
    need = publish_need()

    drain_everything()

    assert set(MatchRun.objects.values_list("item", "state")) == {(need.pk, MatchRun.State.DONE)}
    assert ledger.drain() == 0


def test_a_reader_that_fails_stands_still_by_itself(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad = Reader("bad", {ItemPublished.kind: broken})
    monkeypatch.setattr("kehui.jobs.ledger.READERS", (bad, *READERS))
    need = publish_need()

    drain_everything()

    assert MatchRun.objects.filter(item=need.pk, state=MatchRun.State.DONE).exists()
    assert Cursor.objects.filter(reader="bad", entry__gt=0).count() == 0
    assert "reader bad cannot go on" in caplog.text


@pytest.fixture
def listener(django_db_blocker: DjangoDbBlocker) -> Iterator[list[float]]:
    drained: list[float] = []

    def drain() -> int:
        drained.append(time.monotonic())
        return 0

    thread = LedgerListener(drain)
    with django_db_blocker.unblock():
        thread.start()
        yield drained
        thread.stop()
    assert not thread.is_alive()


def waits_for(drained: list[float], count: int) -> bool:
    """Wait for so many rounds; a listener that sleeps through them fails the test."""
    deadline = time.monotonic() + 10
    while len(drained) < count and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    return len(drained) >= count


def test_a_committed_fact_wakes_the_listener(listener: list[float]) -> None:
    assert waits_for(listener, 1)
    began = len(listener)

    publish_need()  # several facts, each with its notice

    assert waits_for(listener, began + 1)


def test_without_a_notice_it_looks_every_two_seconds(listener: list[float]) -> None:
    assert waits_for(listener, 2)
    assert listener[1] - listener[0] >= POLL_SECONDS * 0.9
