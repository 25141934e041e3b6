"""Notes, checkpoints and keys read as they are written, and nothing else is read."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehui.engines.merkle import (
    COSIGNED,
    Checkpoint,
    Note,
    Signature,
    VerifierKey,
    cosigned_text,
    sha256,
)

ROOT = sha256(b"root")
MADE = Checkpoint("kehui-510000/7f3a09c1", 20852163, ROOT, 20852100, 1763697600)
SIGNED = Signature(MADE.origin, b"\x01\x02\x03\x04", b"signature")
# The note of the specification (C2SP signed-note)
POEM = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMou"
    "FSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)


def test_the_note_of_the_specification_is_read_and_written() -> None:
    note = Note.parse(POEM)
    assert note.text.endswith("ed è subito sera.\n")
    (signature,) = note.signatures
    assert (signature.name, len(signature.key), len(signature.value)) == (
        "quasimodo.example/salvatore",
        4,
        64,
    )
    assert str(note) == POEM


@given(st.integers(0, 10**17), st.integers(0, 10**17), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_written(size: int, after: int, root: bytes) -> None:
    made = Checkpoint("kehui", size, root, after, size)
    note = Note(made.text(), (SIGNED, SIGNED))
    assert Note.parse(str(note)) == note
    assert Checkpoint.parse(note.text) == made


def test_a_checkpoint_is_plain_text() -> None:
    assert MADE.text() == (
        "kehui-510000/7f3a09c1\n20852163\n"
        f"{base64.b64encode(ROOT).decode()}\nafter 20852100\ntime 1763697600\n"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("20852163", "020852163"),
        ("20852163", "-1"),
        ("20852163", "１"),
        ("after", "before"),
        ("time 1763697600\n", ""),
        ("time 1763697600\n", "time 1763697600\nmore\n"),
        ("kehui-", "kehui "),
        ("\n20852163", "\n\n20852163"),
        (base64.b64encode(ROOT).decode(), base64.b64encode(ROOT[1:]).decode()),
        (base64.b64encode(ROOT).decode(), "????"),
    ],
)
def test_another_text_is_no_checkpoint(old: str, new: str) -> None:
    with pytest.raises(ValueError, match="no checkpoint"):
        Checkpoint.parse(MADE.text().replace(old, new, 1))


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        f"\n\n{SIGNED}",
        f"text\n\n{SIGNED}".rstrip("\n"),
        f"text\n\n{SIGNED}" + str(SIGNED) * 64,
    ],
)
def test_another_text_is_no_note(note: str) -> None:
    with pytest.raises(ValueError, match="no signed note"):
        Note.parse(note)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "- a AQIDBAU=",
        "—  AQIDBAU=",
        "— a b AQIDBAU=",
        "— a+b AQIDBAU=",
        "— a AQIDBA==",
        "— a ?",
    ],
)
def test_another_line_is_no_signature(line: str) -> None:
    with pytest.raises(ValueError, match="no signature"):
        Signature.parse(line)


def test_a_key_is_a_line_and_finds_its_signature() -> None:
    key = VerifierKey("kehui", bytes(range(32)))
    assert VerifierKey.parse(str(key)) == key
    witness = replace(key, kind=COSIGNED)
    assert VerifierKey.parse(str(witness)) == witness
    assert key.id != witness.id

    own, others = Signature("kehui", key.id, b"1"), Signature("kehui", witness.id, b"2")
    note = Note("text\n", (others, own))
    assert key.signature(note) == own
    assert replace(key, name="other").signature(note) is None


def test_a_known_key_has_a_known_number() -> None:
    """The example of Go's sumdb/note, which defined the form."""
    line = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert str(VerifierKey.parse(line)) == line


@pytest.mark.parametrize(
    "line",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq",
        str(VerifierKey("kehui", bytes(32), kind=2)),
    ],
)
def test_another_line_is_no_key(line: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        VerifierKey.parse(line)


def test_a_witness_signs_its_time_and_the_text() -> None:
    assert cosigned_text("log\n1\n", 1679315147) == b"cosignature/v1\ntime 1679315147\nlog\n1\n"
