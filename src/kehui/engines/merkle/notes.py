"""Signed notes and checkpoints as text (C2SP signed-note, tlog-checkpoint, tlog-cosignature).

    kehui-510000/7f3a09c1        the log
    20852163                     how many leaves
    CsUYapGGPo4dkMgIAUqom/…      the root over them
    after 20852100               the checkpoint signed before this one
    time 1763697600              when, in seconds since 1970

    — kehui-510000/7f3a09c1 Az3grlgtzPIC…

Who signs and who verifies is the caller's affair: nothing here knows a curve.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final, Self

from kehui.engines.merkle.hashing import sha256

SIGNED: Final = 1  # Ed25519 over the text
COSIGNED: Final = 4  # Ed25519 by a witness, over its time and the text
NAME: Final = re.compile(r"[^\s+]+")
NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,17}")
MOST_SIGNATURES: Final = 64


@dataclass(frozen=True)
class Signature:
    """One line under a note: whose, by which key, and the bytes."""

    name: str
    key: bytes  # the first four of a hash, see VerifierKey.id
    value: bytes

    def __str__(self) -> str:
        return f"— {self.name} {_base64(self.key + self.value)}\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a line without its end.

        Raises:
            ValueError: it is no signature.
        """
        told = re.fullmatch(rf"— ({NAME.pattern}) (\S+)", line)
        found = _bytes(told[2]) if told else b""
        if not told or len(found) < 5:
            raise ValueError(f"no signature: {line!r}")
        return cls(told[1], found[:4], found[4:])


@dataclass(frozen=True)
class Note:
    """A text that ends with a line's end, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def parse(cls, note: str) -> Self:
        """Read a note.

        Raises:
            ValueError: it is none.
        """
        text, blank, below = note.rpartition("\n\n")
        lines = below.split("\n")
        if not (text and blank) or lines.pop() or not 1 <= len(lines) <= MOST_SIGNATURES:
            raise ValueError("no signed note")
        return cls(text + "\n", tuple(map(Signature.parse, lines)))


@dataclass(frozen=True)
class Checkpoint:
    """What is signed: so many leaves of this log have this root."""

    origin: str
    size: int
    root: bytes
    after: int  # leaves at the checkpoint before; 0 for the first
    time: int  # seconds since 1970

    def text(self) -> str:
        return (
            f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"
            f"after {self.after}\ntime {self.time}\n"
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of one of our checkpoints.

        Raises:
            ValueError: it is none.
        """
        found = re.fullmatch(
            rf"(\S+)\n({NUMBER.pattern})\n(\S+)\n"
            rf"after ({NUMBER.pattern})\ntime ({NUMBER.pattern})\n",
            text,
        )
        root = _bytes(found[3]) if found else b""
        if not found or len(root) != 32:
            raise ValueError("no checkpoint of ours")
        return cls(found[1], int(found[2]), root, int(found[4]), int(found[5]))


@dataclass(frozen=True)
class VerifierKey:
    """A public key and its name, as one line of text that people can compare (C2SP vkey)."""

    name: str
    public: bytes
    kind: int = SIGNED

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public)[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read such a line.

        Raises:
            ValueError: it is none, or does not fit together.
        """
        name, plus, rest = line.partition("+")
        told, also, key = rest.partition("+")
        found = _bytes(key)
        if not (plus and also) or not NAME.fullmatch(name) or len(found) != 33:
            raise ValueError(f"no key: {line!r}")
        parsed = cls(name, found[1:], found[0])
        if parsed.id.hex() != told or parsed.kind not in (SIGNED, COSIGNED):
            raise ValueError(f"no key: {line!r}")
        return parsed

    def signature(self, note: Note) -> Signature | None:
        """Return the signature under the note that says to be of this key."""
        named = (self.name, self.id)
        return next((each for each in note.signatures if (each.name, each.key) == named), None)


def cosigned_text(text: str, time: int) -> bytes:
    """Return what a witness signs at that time (seconds since 1970)."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    """Read base64; of what is none, nothing."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
