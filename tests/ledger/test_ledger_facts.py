"""What a fact may hold, how it is written, and that its hash never moves."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.fixtures import NOON, Counted, Everything, everything

from kehui.ledger.facts import Fact, canonical, leaf_hash
from kehui.ledger.models import Entry


def entry_of(fact: Fact, **changes: Any) -> Entry:
    values = {"kind": fact.kind, "version": fact.version, "payload": canonical(fact.payload())}
    return Entry(**(values | changes))


def test_a_fact_is_read_back_as_it_was_written() -> None:
    assert Everything.of(entry_of(everything())) == everything()


def test_an_earlier_version_is_upgraded() -> None:
    old = Everything.of(entry_of(everything(), version=1))
    assert old.text == everything().text + "（旧）"


def test_an_unknown_version_is_an_error() -> None:
    with pytest.raises(ValueError, match="version 9"):
        Counted.of(entry_of(Counted(number=1), version=9))
    with pytest.raises(ValueError, match="version 3"):
        Everything.of(entry_of(everything(), version=3))


def test_a_fact_is_not_read_as_another() -> None:
    with pytest.raises(ValueError, match=r"test\.everything cannot be read as test\.counted"):
        Counted.of(entry_of(everything()))


@dataclass(frozen=True, kw_only=True)
class Loose(Fact):
    kind: ClassVar[str] = "test.loose"

    value: Any


@pytest.mark.parametrize("value", [1.5, b"bytes", {1: 2}, {"deep": (1, 0.1)}, object()])
def test_a_fact_cannot_hold_what_two_machines_may_write_differently(value: object) -> None:
    with pytest.raises(TypeError):
        Loose(value=value).payload()


def test_an_instant_needs_its_zone() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        Loose(value=datetime.fromisoformat("2026-11-21T12:00")).payload()


def test_the_canonical_form_is_this() -> None:
    assert (
        canonical({"b": [1, None, True], "a": '科汇\n"'}) == '{"a":"科汇\\n\\"","b":[1,null,true]}'
    )


def test_the_hash_of_this_fact_never_changes() -> None:
    """The bytes are written out: a change here breaks every ledger in the world."""
    stored = leaf_hash(kind="test.counted", version=1, actor=7, at=NOON, payload='{"number":1}')
    leaf = (
        b'\x00{"actor":7,"at":"2026-11-21T04:00:00.123456+00:00","kind":"test.counted",'
        b'"payload":"{\\"number\\":1}","version":1}'
    )
    assert stored == hashlib.sha256(leaf).digest()
    assert stored.hex() == "c40aabd297f3a7881c12539db8141ae3d2a412f94b467fbca2d2816366a32bb9"


def test_the_hash_depends_on_the_instant_and_not_on_its_zone() -> None:
    shanghai = NOON.astimezone(timezone(timedelta(hours=8)))
    values: dict[str, Any] = {"kind": "k", "version": 1, "actor": None, "payload": "{}"}
    assert leaf_hash(**values, at=NOON) == leaf_hash(**values, at=shanghai)


@given(
    st.tuples(st.text(), st.integers(1, 99), st.none() | st.integers(), st.datetimes(), st.text()),
    st.tuples(st.text(), st.integers(1, 99), st.none() | st.integers(), st.datetimes(), st.text()),
)
def test_two_leaves_have_the_same_hash_only_when_they_are_the_same(
    one: tuple[Any, ...], other: tuple[Any, ...]
) -> None:
    first, second = (
        leaf_hash(kind=kind, version=version, actor=actor, at=at.replace(tzinfo=UTC), payload=body)
        for kind, version, actor, at, body in (one, other)
    )
    assert (first == second) == (one == other)
