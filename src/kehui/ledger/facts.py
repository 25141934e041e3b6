"""What happened, as plain values: the base of every fact, and its canonical form."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType
from typing import Any, ClassVar, Protocol, Self, get_args, get_origin, get_type_hints
from uuid import UUID

Payload = dict[str, Any]


class Written(Protocol):
    """What a fact needs to see of the row that it was written to."""

    @property
    def kind(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def payload(self) -> str: ...


class Recorded(Written, Protocol):
    """What the audit log needs to see of a row."""

    @property
    def id(self) -> int: ...
    @property
    def actor(self) -> int | None: ...
    @property
    def at(self) -> datetime: ...
    @property
    def recorded_at(self) -> datetime: ...


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened, in the past tense, in ids and plain values.

    Values are int, str, bool, None, date, datetime, UUID, or tuples and
    dictionaries of them. No float: two machines may write the same float
    differently, and the hash would not be the same. Shares are parts per million.
    No personal data: a fact is kept for good.
    """

    kind: ClassVar[str]
    version: ClassVar[int] = 1

    def payload(self) -> Payload:
        """Return the values as JSON knows them.

        Raises:
            TypeError: a value is of another type than those above.
            ValueError: an instant has no time zone.
        """
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def of(cls, entry: Written) -> Self:
        """Read the fact back from the row it was written to.

        Raises:
            ValueError: the row holds another kind of fact, or a version that
                `upgraded` does not know.
        """
        if entry.kind != cls.kind:
            raise ValueError(f"a {entry.kind} cannot be read as {cls.kind}")
        values: Payload = json.loads(entry.payload)
        if entry.version != cls.version:
            values = cls.upgraded(values, entry.version)
        hints = get_type_hints(cls)
        return cls(**{name: _restored(hints[name], value) for name, value in values.items()})

    @classmethod
    def upgraded(cls, values: Payload, version: int) -> Payload:
        """Turn the payload of an earlier version into one of today; override when there is one."""
        raise ValueError(f"{cls.kind} of version {version} is unknown here ({len(values)} values)")


def canonical(value: object) -> str:
    """Write JSON in the one way that every machine writes it (RFC 8785, without floats)."""
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def leaf_hash(*, kind: str, version: int, actor: int | None, at: datetime, payload: str) -> bytes:
    """Return the hash of what a fact says, known before its row is written."""
    leaf = canonical(
        {
            "actor": actor,
            "at": _instant(at),
            "kind": kind,
            "payload": payload,
            "version": version,
        }
    )
    return hashlib.sha256(b"\x00" + leaf.encode()).digest()


def sealed_text(entry: Recorded) -> str:
    """Return what the audit log seals of a row: all of it but the number of its transaction.

    That alone a restored database counts anew; the place in the log keeps its order.
    """
    return canonical(
        {
            "actor": entry.actor,
            "at": _instant(entry.at),
            "id": entry.id,
            "kind": entry.kind,
            "payload": entry.payload,
            "recorded_at": _instant(entry.recorded_at),
            "version": entry.version,
        }
    )


def commitment(reason: str, salt: bytes) -> str:
    """Return the hash that stands for a reason in the ledger, in hexadecimal digits.

    Without the salt nobody can tell the reason by trying: when both are forgotten, it is gone.
    """
    return hashlib.sha256(salt + reason.encode()).hexdigest()


def _instant(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


# The order matters: a choice is a str too, and a datetime is a date.
_WRITERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (NoneType, lambda nothing: nothing),
    (Enum, lambda choice: _plain(choice.value)),
    (bool, bool),
    (int, int),
    (str, str),
    (datetime, _instant),
    (date, date.isoformat),
    (UUID, str),
    (tuple, lambda values: [_plain(each) for each in values]),
    (list, lambda values: [_plain(each) for each in values]),
    (dict, lambda values: {_name(name): _plain(each) for name, each in values.items()}),
)


def _plain(value: object) -> Any:
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    raise TypeError(f"a fact cannot hold {value!r}")


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"a fact names its values in text, not {name!r}")
    return name


def _restored(hint: Any, value: Any) -> Any:
    """Turn a JSON value back into the type that the fact declares."""
    parts = [part for part in get_args(hint) if part is not NoneType]
    if value is None or not (parts or isinstance(hint, type)):
        return value
    if not parts:
        return _restored_single(hint, value)
    if get_origin(hint) is tuple:
        kinds = parts[:1] * len(value) if Ellipsis in parts else parts
        return tuple(_restored(kind, each) for kind, each in zip(kinds, value, strict=True))
    if get_origin(hint) is list:
        return [_restored(parts[0], each) for each in value]
    if get_origin(hint) is dict:
        return {name: _restored(parts[1], each) for name, each in value.items()}
    return _restored(parts[0], value)  # something | None


def _restored_single(kind: type, value: Any) -> Any:
    if issubclass(kind, date):  # and datetime
        return kind.fromisoformat(value)
    if issubclass(kind, (UUID, Enum)):
        return kind(value)
    return tuple(value) if kind is tuple else value


@dataclass(frozen=True, kw_only=True)
class AccessLogged(Fact):
    """Somebody looked at something that is not for everybody; the actor is the entry's."""

    kind: ClassVar[str] = "access.logged"

    thing: str
    number: int
    fields: tuple[str, ...]
    reason: str  # its commitment


@dataclass(frozen=True, kw_only=True)
class AccessReasonForgotten(Fact):
    """The reason of an access was removed; what was looked at, when and by whom stays."""

    kind: ClassVar[str] = "access.reason_forgotten"

    access: int  # the entry


@dataclass(frozen=True, kw_only=True)
class LogRestarted(Fact):
    """The audit log goes on under a new key, because what was signed last is not here any more."""

    kind: ClassVar[str] = "log.restarted"

    lost_key: str
    lost_size: int
    lost_root: str
