"""Readers see each fact once, in order, whatever other transactions do meanwhile."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from django.db import connection, transaction
from tests.ledger.fixtures import NOON, Counted, Ignored
from tests.ledger.reading import read_all
from tests.parallel import meanwhile

from kehui.core.models import Region
from kehui.core.services import add_park
from kehui.ledger.models import Cursor, Entry, Reader
from kehui.ledger.selectors import held_back_seconds, unread
from kehui.ledger.services import NotReplayable, catch_up, record, replay

pytestmark = pytest.mark.django_db(transaction=True)


class Notebook:
    """A reader whose own rows are regions called by the numbers that it saw.

    Rows, not a Python list: what matters is that they live and die with the cursor.
    """

    def __init__(self, name: str = "notebook") -> None:
        self.reader = Reader(name, {Counted.kind: self.on_counted}, reset=self.reset)
        self.fails_at: int | None = None

    def on_counted(self, entry: Entry) -> None:
        number = Counted.of(entry).number
        if number == self.fails_at:
            raise LookupError(number)
        add_park(parent="510100", name=str(number), counties=["510107"])

    def reset(self) -> None:
        Region.objects.filter(level=Region.Level.PARK).delete()

    @property
    def numbers(self) -> list[int]:
        parks = Region.objects.filter(level=Region.Level.PARK)
        serial = {
            int(code.rpartition("-")[2]): int(name)
            for code, name in parks.values_list("code", "name")
        }
        return [serial[each] for each in sorted(serial)]


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


def write(*numbers: int) -> None:
    with transaction.atomic():
        record(*(Counted(number=number) for number in numbers), actor=None, at=NOON)


@contextmanager
def slow_writer(number: int) -> Iterator[Callable[[], None]]:
    """Write a fact in another transaction that stays open until the given function is called."""
    written, may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            record(Counted(number=number), actor=None, at=NOON)
            written.set()
            assert may_commit.wait(10)

    with meanwhile(write_slowly) as done:
        assert written.wait(10)

        def commit() -> None:
            may_commit.set()
            done.result(timeout=10)

        try:
            yield commit
        finally:
            may_commit.set()


def test_a_slow_writer_is_waited_for_and_not_lost(notebook: Notebook) -> None:
    with slow_writer(1) as commit:
        write(2)

        assert catch_up(notebook.reader) == 0  # 2 is there, but 1 may still come before it
        assert unread(notebook.reader) == 0

        commit()
        assert unread(notebook.reader) == 2
        assert catch_up(notebook.reader) == 2
    assert notebook.numbers == [1, 2]


def test_how_long_readers_are_held_back_is_known() -> None:
    assert held_back_seconds() == 0
    with slow_writer(1):
        first = held_back_seconds()
        second = held_back_seconds()
    assert 0 < first < second < 60


def test_what_came_before_the_slow_writer_is_read_at_once(notebook: Notebook) -> None:
    write(1)
    with slow_writer(2) as commit:
        write(3)
        assert catch_up(notebook.reader) == 1
        commit()
    assert catch_up(notebook.reader) == 2
    assert notebook.numbers == [1, 2, 3]


def test_a_writer_that_gave_up_is_not_waited_for(notebook: Notebook) -> None:
    with transaction.atomic():
        record(Counted(number=1), actor=None, at=NOON)
        transaction.set_rollback(True)
    write(2)
    assert catch_up(notebook.reader) == 1
    assert notebook.numbers == [2]


def test_nothing_is_read_of_the_transaction_that_reads(notebook: Notebook) -> None:
    with transaction.atomic():
        write(1)
        assert catch_up(notebook.reader) == 0
    assert catch_up(notebook.reader) == 1


def test_other_kinds_are_passed_by(notebook: Notebook) -> None:
    with transaction.atomic():
        record(Ignored(number=1), Counted(number=2), Ignored(number=3), actor=None, at=NOON)
    assert catch_up(notebook.reader) == 1
    assert notebook.numbers == [2]


@pytest.mark.parametrize("has_read_before", [False, True])
def test_two_catching_up_at_once_show_each_fact_once(
    notebook: Notebook, *, has_read_before: bool
) -> None:
    if has_read_before:  # the second waits for the cursor's row, not for its creation
        assert catch_up(notebook.reader) == 0
    write(1, 2, 3)
    with ExitStack() as stack:
        with transaction.atomic():
            assert catch_up(notebook.reader) == 3
            second = stack.enter_context(meanwhile(catch_up, notebook.reader))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        assert second.result(timeout=5) == 0
    assert notebook.numbers == [1, 2, 3]


def test_when_a_handler_fails_the_batch_and_the_cursor_stay_where_they_were(
    notebook: Notebook,
) -> None:
    write(1, 2, 3)
    assert catch_up(notebook.reader, limit=1) == 1
    notebook.fails_at = 3

    with pytest.raises(LookupError) as raised:
        catch_up(notebook.reader)

    third = Entry.objects.get(payload='{"number":3}').pk
    assert raised.value.__notes__ == [f"reader notebook at ledger entry {third} (test.counted)"]
    assert notebook.numbers == [1]
    notebook.fails_at = None
    assert catch_up(notebook.reader) == 2
    assert notebook.numbers == [1, 2, 3]


def test_a_reader_is_replayed_from_the_first_fact(notebook: Notebook) -> None:
    write(1, 2, 3)
    catch_up(notebook.reader)
    add_park(parent="510100", name="99", counties=["510107"])  # a figure that somebody typed in
    seen: list[int] = []

    assert replay(notebook.reader, limit=2, progress=seen.append) == 3

    assert seen == [2, 3]
    assert notebook.numbers == [1, 2, 3]
    assert replay(notebook.reader) == 3  # and without anybody watching
    assert notebook.numbers == [1, 2, 3]


def test_an_interrupted_replay_goes_on_with_catch_up(notebook: Notebook) -> None:
    write(1, 2, 3)
    catch_up(notebook.reader)

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replay(notebook.reader, limit=1, progress=interrupt)

    assert notebook.numbers == [1]
    assert catch_up(notebook.reader) == 2
    assert notebook.numbers == [1, 2, 3]


def test_a_reader_that_cannot_empty_its_rows_is_not_replayed(notebook: Notebook) -> None:
    with pytest.raises(NotReplayable, match="notebook"):
        replay(Reader("notebook", notebook.reader.handlers))
    assert not Cursor.objects.exists()


def test_a_fact_needs_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="in the transaction of its change"):
        record(Counted(number=1), actor=None, at=NOON)


def test_a_listener_hears_of_a_commit_and_of_nothing_else() -> None:
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    target = {name: parameters[name] for name in names if parameters.get(name)}
    with psycopg.connect(**target, autocommit=True) as listener:
        listener.execute("LISTEN kehui_ledger")
        with transaction.atomic():
            record(Counted(number=1), actor=None, at=NOON)
            assert list(listener.notifies(timeout=0.2)) == []
            record(Counted(number=2), actor=None, at=NOON)
        heard = list(listener.notifies(timeout=2, stop_after=1))
        assert [(each.channel, each.payload) for each in heard] == [("kehui_ledger", "")]
        assert list(listener.notifies(timeout=0.2)) == []


def test_the_test_helper_shows_what_is_not_settled(notebook: Notebook) -> None:
    with transaction.atomic():
        write(1, 2)
        assert read_all(notebook.reader) == 2
        assert notebook.numbers == [1, 2]
