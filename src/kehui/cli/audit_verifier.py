"""Verify an export of the audit log. One file, the standard library alone: read it, then trust it.

    python audit_verifier.py FOLDER [--outside FILE]... [--key KEY]...

FOLDER is what `kehui audit export FOLDER` wrote. FILE holds checkpoints kept where the operator of
the database cannot reach them. KEY is the log's public key, as it was told when the log began;
without one the keys of the export are believed. Status 1 when anything is wrong.

Format: docs/algorithms/audit.md. Tree: RFC 6962. Signatures: Ed25519 (RFC 8032) under C2SP notes.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

FORMAT = 1
SIGNED, COSIGNED = 1, 4
TOLD = ("actor", "at", "id", "kind", "payload", "recorded_at", "version")
MOST_SHOWN, MOST_KEPT = 50, 10_000

Point = tuple[int, int, int, int]
Name = tuple[str, bytes]
Keys = dict[Name, tuple[int, bytes]]

# Ed25519, verification only (RFC 8032, section 5.1.7) -------------------------------------------
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NOTHING = (0, 1, 1, 0)


def added(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point(data: bytes) -> Point | None:
    """Decode a point, or nothing when it is none or not written in the one right way."""
    y = int.from_bytes(data, "little") & ((1 << 255) - 1)
    if y >= P or len(data) != 32:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - x2) % P or (x == 0 and data[31] >> 7):
        return None
    if x & 1 != data[31] >> 7:
        x = P - x
    return (x, y, 1, x * y % P)


X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
Y = 4 * pow(5, P - 2, P) % P
BASE = (X, Y, 1, X * Y % P)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the Ed25519 signature (64 bytes) is of this key (32 bytes) over the message."""
    key, start = point(public), signature[:32]
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or len(signature) != 64 or scalar >= L:
        return False
    digest = hashlib.sha512(start + public + message).digest()
    factor = int.from_bytes(digest, "little") % L
    away = (P - key[0], key[1], 1, P - key[3])
    choice = (None, BASE, away, added(BASE, away))
    found = NOTHING
    for bit in range(252, -1, -1):  # scalar · base − factor · key, both at once
        found = added(found, found)
        pick = choice[(scalar >> bit & 1) | (factor >> bit & 1) << 1]
        if pick:
            found = added(found, pick)
    inverse = pow(found[2], P - 2, P)
    x, y = found[0] * inverse % P, found[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == start


# The tree (RFC 6962, section 2.1) ---------------------------------------------------------------
def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


class Tree:
    """The roots of the full subtrees of the leaves so far, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.nodes: list[bytes] = []

    def append(self, data: bytes) -> None:
        node, carry = sha256(b"\x00" + data), self.size
        while carry & 1:
            node, carry = sha256(b"\x01" + self.nodes.pop() + node), carry >> 1
        self.nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self.nodes:
            return sha256(b"")
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = sha256(b"\x01" + node + root)
        return root


# Keys and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ---------------------
def key_of(line: str) -> tuple[Name, tuple[int, bytes]]:
    """Read `name+id+base64`; return (name, id) and (kind, public key)."""
    name, told, data = line.strip().split("+", 2)
    key = base64.b64decode(data, validate=True)
    number = sha256(name.encode() + b"\n" + key)[:4]
    if number.hex() != told or len(key) != 33 or key[0] not in (SIGNED, COSIGNED):
        raise ValueError(f"no key: {line!r}")
    return (name, number), (key[0], key[1:])


BODY = re.compile(r"(\S+)\n(0|[1-9]\d*)\n(\S+)\nafter (0|[1-9]\d*)\ntime (0|[1-9]\d*)\n", re.ASCII)


class Checkpoint:
    """What was signed, and by whom."""

    def __init__(self, text: str, below: str) -> None:
        found = BODY.fullmatch(text)
        if not found:
            raise ValueError("no checkpoint")
        self.text, self.origin, self.size = text, found[1], int(found[2])
        self.root = base64.b64decode(found[3], validate=True)
        self.after, self.time = int(found[4]), int(found[5])
        self.signatures = []
        for line in below.splitlines():
            dash, name, value = line.split(" ")
            data = base64.b64decode(value, validate=True)
            if dash != "—":
                raise ValueError("no signature")
            self.signatures.append(((name, data[:4]), data[4:]))

    def faults(self, keys: Keys) -> Iterator[tuple[str, str]]:
        """Say which signatures of known keys are wrong, and whether the log's own is missing."""
        signed = False
        for named, value in self.signatures:
            kind, public = keys.get(named, (0, b""))
            text, time = self.text.encode(), b""
            if kind == COSIGNED:  # by a witness, who signs the time too
                time = value[:8]
                text = b"cosignature/v1\ntime %d\n%b" % (int.from_bytes(time, "big"), text)
            if kind and not is_signed(public, text, value[len(time) :]):
                yield "SIGNATURE_FALSE", f"{named[0]} 的签名不对"
            signed = signed or (kind == SIGNED and named[0] == self.origin)
        if not signed:
            yield "SIGNATURE_MISSING", "没有已知公钥的日志签名"


class Report:
    """What was found: codes for machines, sentences for people."""

    def __init__(self) -> None:
        self.findings: list[tuple[str, str]] = []
        self.leaves = self.unsealed = self.checkpoints = self.outside = 0

    def add(self, code: str, where: str, why: str) -> None:
        if len(self.findings) < MOST_KEPT:
            self.findings.append((code, f"{where}：{why}"))


def checkpoints_in(file: Path, report: Report) -> list[Checkpoint]:
    """Read checkpoints that stand one after the other, each followed by a blank line."""
    blocks, found = file.read_text("utf-8").split("\n\n"), []
    for number in range(1, len(blocks) // 2 + 1):
        text, below = blocks[2 * number - 2 : 2 * number]
        try:
            found.append(Checkpoint(text + "\n", below))
        except ValueError:
            report.add("CHECKPOINT_BROKEN", f"{file.name} 第 {number} 个检查点", "读不出")
    if len(blocks) % 2 == 0 or blocks[-1].strip():
        report.add("CHECKPOINT_BROKEN", file.name, "最后一个检查点不完整")
    return found


def canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def rows_in(file: Path, report: Report) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield dict(json.loads(line))
            except (TypeError, ValueError):
                report.add("LINE_BROKEN", f"{file.name} 第 {number} 行", "读不出")


def look_at(row: dict[str, Any], where: str, report: Report, forgotten: dict[int, str]) -> None:
    """Hold an entry to its own hash, and an access to what was sealed of it."""
    content = {name: row[name] for name in TOLD if name not in ("id", "recorded_at")}
    if row["hash"] != sha256(b"\x00" + canonical(content).encode()).hex():
        report.add("HASH_FALSE", where, "内容与自己的哈希不符")
    access, is_access = row.get("access"), row["kind"] == "access.logged"
    if is_access != (access is not None):
        report.add("ACCESS_UNMATCHED", where, "访问记录与账本条目不成对")
    elif access is not None:
        told = json.loads(row["payload"])
        same = (
            access["actor"] == row["actor"]
            and access["at"] == row["at"]
            and (access["thing"], access["number"]) == (told["thing"], told["number"])
            and access["fields"].split(" ") == told["fields"]
        )
        gone = not access["reason"] and not access["salt"]
        reason = bytes.fromhex(access["salt"]) + access["reason"].encode()
        if not same or not (gone or sha256(reason).hex() == told["reason"]):
            report.add("ACCESS_FALSE", where, "访问记录与封存的内容不符")
        if gone:
            forgotten.setdefault(row["id"], where)
    if row["kind"] == "access.reason_forgotten":
        forgotten[json.loads(row["payload"])["access"]] = ""


def walk(folder: Path, wanted: set[int], report: Report) -> dict[int, bytes]:
    """Build the tree again; return the roots at the wanted sizes."""
    tree, last = Tree(), (-(2**63), 0)
    roots: dict[int, bytes] = {}
    forgotten: dict[int, str] = {}
    for name in ("leaves.jsonl", "unsealed.jsonl"):
        for row in rows_in(folder / name, report):
            where = f"条目 {row.get('id')}"
            try:
                place = (row["transaction"], row["id"])
                if place <= last:
                    report.add("ORDER_FALSE", where, "次序不对，或是事后插入")
                last = place
                if name == "leaves.jsonl":
                    if row["position"] != tree.size:
                        report.add("POSITION_FALSE", where, f"应在第 {tree.size} 位")
                    if tree.size in wanted:
                        roots[tree.size] = tree.root()
                    tree.append(canonical({each: row[each] for each in TOLD}).encode())
                    report.leaves = tree.size
                else:
                    report.unsealed += 1
                look_at(row, where, report, forgotten)
            except (KeyError, TypeError, ValueError, AttributeError):
                report.add("LINE_BROKEN", where, "缺少内容或格式不对")
    roots[tree.size] = tree.root()
    for where in filter(None, forgotten.values()):
        report.add("ACCESS_EMPTIED", where, "理由被清空，日志里却没有这件事")
    return roots


def verify(folder: Path, outside: Iterable[Path] = (), keys: Iterable[str] = ()) -> Report:
    """Verify the export in the folder; return a Report. No findings means: as it was signed."""
    report = Report()
    about = json.loads((folder / "export.json").read_text("utf-8"))
    if about["format"] != FORMAT:
        report.add("FORMAT_UNKNOWN", "export.json", f"不认识的格式 {about['format']}")
    known = dict(map(key_of, [*(list(keys) or about["keys"]), *about["witnesses"]]))
    inside = checkpoints_in(folder / "checkpoints.txt", report)
    kept = [each for file in outside for each in checkpoints_in(file, report)]
    report.checkpoints, report.outside = len(inside), len(kept)
    roots = walk(folder, {each.size for each in inside + kept}, report)
    chain(inside, report)
    texts = {each.text for each in inside}
    for each in inside + kept:
        where = f"{'库内' if each.text in texts else '库外'}检查点 {each.size}"
        for code, why in each.faults(known):
            report.add(code, where, why)
        if each.size > report.leaves:
            report.add("ROLLED_BACK", where, f"日志只剩 {report.leaves} 条")
        elif roots[each.size] != each.root:
            report.add("ROOT_FALSE", where, "历史已不是当时的历史")
        elif each.text not in texts:
            report.add("CHECKPOINT_MISSING", where, "库内没有这个检查点")
    return report


def chain(inside: list[Checkpoint], report: Report) -> None:
    """Hold each checkpoint of the database to the one before it, and the last to the log."""
    after = time = 0
    for each in inside:
        where = f"库内检查点 {each.size}"
        if each.after != after or each.size <= after:
            report.add("CHAIN_BROKEN", where, f"应接在 {each.after} 之后，前一个却是 {after}")
        if each.time < time:
            report.add("TIME_BACKWARDS", where, "签名时间早于前一个")
        after, time = each.size, each.time
    if after != report.leaves:
        report.add("UNCOVERED", "日志", f"有 {report.leaves} 条，最后的检查点却是 {after} 条")


def told(report: Report, say: Callable[[str], Any] = print) -> int:
    """Say what was found, and return the status."""
    for code, sentence in report.findings[:MOST_SHOWN]:
        say(f"✗ {sentence} [{code}]")
    if len(report.findings) > MOST_SHOWN:
        say(f"……另有 {len(report.findings) - MOST_SHOWN} 处")
    say(
        f"{'✗ 有改动' if report.findings else '✓ 没有改动'}：封存 {report.leaves} 条，"
        f"待封存 {report.unsealed} 条，库内检查点 {report.checkpoints} 个，库外 {report.outside} 个"
    )
    return 1 if report.findings else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="核对审计日志的导出。")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--outside", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--key", action="append", default=[], metavar="KEY")
    chosen = parser.parse_args()
    sys.exit(told(verify(chosen.folder, chosen.outside, chosen.key)))
