"""What happened, as plain values: the base of every fact, and its canonical form."""

import hashlib
import json
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
        """Return the values as JSON knows them."""
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
    """Return the RFC 6962 hash of a leaf, so that a Merkle tree can start from the first row.

    The row's own number and transaction stay outside: a restored database
    hands them out anew, and the history must still verify.
    """
    leaf = canonical(
        {
            "actor": actor,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "kind": kind,
            "payload": payload,
            "version": version,
        }
    )
    return hashlib.sha256(b"\x00" + leaf.encode()).digest()


def _plain(value: object) -> Any:
    match value:
        case None | bool() | int() | str() if not isinstance(value, Enum):
            return value
        case Enum():
            return _plain(value.value)
        case datetime():
            if value.tzinfo is None:
                raise ValueError(f"{value} has no time zone")
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case tuple() | list():
            return [_plain(each) for each in value]
        case dict() if all(isinstance(name, str) for name in value):
            return {name: _plain(each) for name, each in value.items()}
    raise TypeError(f"a fact cannot hold {value!r}")


def _restored(hint: Any, value: Any) -> Any:
    """Turn a JSON value back into the type that the fact declares."""
    choices = [each for each in get_args(hint) if each is not NoneType]
    if value is None or hint is Any:
        return value
    if get_origin(hint) is tuple:
        each = choices[0] if choices else Any
        kinds = [each] * len(value) if Ellipsis in choices else choices
        return tuple(_restored(kind, item) for kind, item in zip(kinds, value, strict=True))
    if get_origin(hint) is list:
        return [_restored(choices[0], item) for item in value]
    if get_origin(hint) is dict:
        return {name: _restored(choices[1], item) for name, item in value.items()}
    if len(choices) == 1:  # something | None
        return _restored(choices[0], value)
    if isinstance(hint, type) and issubclass(hint, date):  # datetime is a date too
        return hint.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, (UUID, Enum)):
        return hint(value)
    return value
