"""Property: any batch size and any interleaving give the reader the same state."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ledger.fixtures import NOON, Counted, Ignored

from kehui.ledger.facts import canonical, leaf_hash
from kehui.ledger.models import Cursor, Entry, Reader
from kehui.ledger.services import catch_up

WRITERS = 3
INSERT = (
    "INSERT INTO ledger_entry (kind, version, payload, hash, actor, at) "
    "VALUES (%s, 1, %s, %s, NULL, %s)"
)


def insert(writer: psycopg.Connection[tuple[object, ...]], fact: Counted | Ignored) -> None:
    """Write as `record` does, over a connection that this thread holds open beside Django's."""
    payload = canonical(fact.payload())
    digest = leaf_hash(kind=fact.kind, version=1, actor=None, at=NOON, payload=payload)
    writer.execute(INSERT, (fact.kind, payload, digest, NOON))


@contextmanager
def writers() -> Iterator[list[psycopg.Connection[tuple[object, ...]]]]:
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    target = {name: parameters[name] for name in names if parameters.get(name)}
    with ExitStack() as stack:
        yield [stack.enter_context(psycopg.connect(**target)) for _ in range(WRITERS)]


# What each step does: a writer writes, commits or gives up, or the reader reads some.
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["count", "ignore"]), st.integers(0, WRITERS - 1)),
        st.tuples(st.sampled_from(["commit", "rollback"]), st.integers(0, WRITERS - 1)),
        st.tuples(st.just("read"), st.integers(1, 3)),
    ),
    max_size=30,
)


@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps)
def test_each_committed_fact_is_seen_once_and_in_order(steps: list[tuple[str, int]]) -> None:
    seen: list[int] = []
    reader = Reader("seer", {Counted.kind: lambda entry: seen.append(entry.pk)})
    Cursor.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE ledger_entry CASCADE")

    with writers() as open_writers:
        for number, (action, who) in enumerate(steps):
            match action:
                case "count":
                    insert(open_writers[who], Counted(number=number))
                case "ignore":
                    insert(open_writers[who], Ignored(number=number))
                case "commit":
                    open_writers[who].commit()
                case "rollback":
                    open_writers[who].rollback()
                case _:
                    catch_up(reader, limit=who)
        for writer in open_writers:
            writer.commit()
    while catch_up(reader, limit=2):
        pass

    committed = Entry.objects.filter(kind=Counted.kind).in_order()
    assert seen == list(committed.values_list("pk", flat=True))
