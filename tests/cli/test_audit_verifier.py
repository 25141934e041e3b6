"""The verifier's own parts: Ed25519 by the vectors of RFC 8032, and exports that are broken."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kehui.cli import audit_verifier
from kehui.cli.audit_verifier import L, is_signed
from kehui.engines.merkle import Checkpoint, Frontier, Note, Signature, VerifierKey, leaf_hash
from kehui.ledger.facts import canonical

# Public key, message, signature: RFC 8032, section 7.1, tests 1 to 3
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_vectors_of_the_rfc(key: str, message: str, signature: str) -> None:
    public, text, value = map(bytes.fromhex, (key, message, signature))
    assert is_signed(public, text, value)

    assert not is_signed(public, text + b"x", value)
    assert not is_signed(public, text, value[:-1])
    assert not is_signed(public, text, value + b"\0")
    assert not is_signed(public[::-1], text, value)
    assert not is_signed(public, text, bytes([value[0] ^ 1]) + value[1:])
    # the same signature written another way
    larger = int.from_bytes(value[32:], "little") + L
    assert not is_signed(public, text, value[:32] + larger.to_bytes(32, "little"))


def test_keys_that_are_no_points_are_no_keys() -> None:
    value = bytes.fromhex(VECTORS[0][2])
    for public in (b"\xff" * 32, b"\x02" + bytes(31), b"\x01" + bytes(30) + b"\x80", b"short"):
        assert not is_signed(public, b"", value)


def test_it_agrees_with_the_library_that_signs() -> None:
    dice = random.Random(20261121)
    for _ in range(12):
        private = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))
        text = dice.randbytes(dice.randrange(200))
        value = private.sign(text)
        public = private.public_key().public_bytes_raw()
        assert is_signed(public, text, value)
        assert not is_signed(public, text, value[:40] + bytes([value[40] ^ 4]) + value[41:])


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = VerifierKey("log", KEY.public_key().public_bytes_raw())


def row(position: int, **more: object) -> dict[str, object]:
    content: dict[str, object] = {
        "actor": None,
        "at": "2026-11-21T04:00:00.000000+00:00",
        "kind": "test.counted",
        "payload": "{}",
        "version": 1,
    }
    made = leaf_hash(canonical(content).encode()).hex()
    beside = {"recorded_at": content["at"], "transaction": 5, "id": position + 1}
    return {"position": position, "hash": made, **beside, **content, **more}


def sealed(*rows: dict[str, object], size: int | None = None, **more: int) -> str:
    tree = Frontier()
    for each in rows:
        told = {name: each[name] for name in audit_verifier.TOLD}
        tree.append(leaf_hash(canonical(told).encode()))
    count = tree.size if size is None else size
    made = Checkpoint("log", count, tree.root(), more.get("after", 0), more.get("time", 9))
    return str(Note(made.text(), (signature(made.text()),)))


def signature(text: str) -> Signature:
    return Signature(PUBLIC.name, PUBLIC.id, KEY.sign(text.encode()))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    rows = [row(0), row(1)]
    write(tmp_path, rows, sealed(*rows))
    return tmp_path


def write(folder: Path, rows: list[dict[str, object]], *notes: str) -> None:
    (folder / "leaves.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in rows))
    (folder / "unsealed.jsonl").write_text("")
    (folder / "checkpoints.txt").write_text("".join(f"{each}\n" for each in notes))
    about = {"format": 1, "keys": [str(PUBLIC)], "witnesses": []}
    (folder / "export.json").write_text(json.dumps(about))


def codes(folder: Path, *keys: str) -> list[str]:
    return [code for code, _ in audit_verifier.verify(folder, keys=keys).findings]


def test_a_sound_export_passes_as_a_file_that_needs_nothing(export: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", audit_verifier.__file__, str(export)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONUTF8": "1"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "✓ 没有改动：封存 2 条，待封存 0 条，库内检查点 1 个，库外 0 个\n"


def test_what_is_found_is_told_with_its_code_and_status(export: Path) -> None:
    write(export, [row(0)] * 60, sealed(row(0)))
    said: list[str] = []
    assert audit_verifier.told(audit_verifier.verify(export), said.append) == 1
    assert said[0] == "✗ 条目 1：次序不对，或是事后插入 [ORDER_FALSE]"
    assert said[-2].startswith("……另有 ")
    assert said[-1].startswith("✗ 有改动：封存 60 条")
    assert len(said) == 52


def test_lines_that_cannot_be_read_are_found(export: Path) -> None:
    text = (export / "leaves.jsonl").read_text()
    for broken in ("{\n", "[1]\n", "{}\n", '{"transaction": 7, "id": 7, "position": 2}\n'):
        (export / "leaves.jsonl").write_text(text + broken)
        assert "LINE_BROKEN" in codes(export), broken


def test_an_unknown_format_is_found(export: Path) -> None:
    about = json.loads((export / "export.json").read_text())
    (export / "export.json").write_text(json.dumps(about | {"format": 2}))
    assert codes(export) == ["FORMAT_UNKNOWN"]


@pytest.mark.parametrize("cut", [1, 2, 3, 40, 150])
def test_a_checkpoint_cut_off_is_found(export: Path, cut: int) -> None:
    text = (export / "checkpoints.txt").read_text()
    (export / "checkpoints.txt").write_text(text[:-cut])
    assert codes(export) != []


def test_another_dash_is_no_signature(export: Path) -> None:
    text = (export / "checkpoints.txt").read_text()
    (export / "checkpoints.txt").write_text(text.replace("—", "-"))
    assert "CHECKPOINT_BROKEN" in codes(export)


def test_a_key_told_elsewhere_is_believed_more_than_the_export(export: Path) -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    other = VerifierKey("log", stranger.public_key().public_bytes_raw())
    assert codes(export, str(PUBLIC)) == []
    assert codes(export, str(other)) == ["SIGNATURE_MISSING"]
    for broken in ("log", "log+00000000+AAAA", str(PUBLIC).replace("log+", "lag+")):
        with pytest.raises(ValueError, match=r"key|unpack|padding"):
            codes(export, broken)


def test_checkpoints_follow_each_other(export: Path) -> None:
    rows = [row(0), row(1)]
    write(export, rows, sealed(row(0)), sealed(*rows))
    assert codes(export) == ["CHAIN_BROKEN"]
    write(export, rows, sealed(row(0), time=10), sealed(*rows, after=1))
    assert codes(export) == ["TIME_BACKWARDS"]
    write(export, rows, sealed(row(0)), sealed(*rows, after=1))
    assert codes(export) == []
    write(export, rows, sealed(row(0)))
    assert codes(export) == ["UNCOVERED"]
    write(export, rows[:1], sealed(*rows))
    assert codes(export) == ["UNCOVERED", "ROLLED_BACK"]
    write(export, [])
    assert codes(export) == []


def test_an_access_has_its_fact_and_a_fact_its_access(export: Path) -> None:
    access = {"actor": None, "at": row(0)["at"], "thing": "person", "number": 1, "fields": "name",
              "reason": "x", "salt": "00"}  # fmt: skip
    made = row(0, access=access)
    write(export, [made], sealed(made))
    assert codes(export) == ["ACCESS_UNMATCHED"]
