"""An immutable folder of arrays, mapped read-only; a half-written or damaged one is refused."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import file_digest
from pathlib import Path
from typing import Any, Self

import numpy as np

from kehui.engines.matching.listing import Side
from kehui.engines.matching.represent import Statistics
from kehui.engines.matching.table import ARRAYS, Table

FORMAT = 3
SIDES: tuple[Side, Side] = ("offer", "need")


class SnapshotUnreadable(Exception):  # noqa: N818
    """The folder is no snapshot of this format, is incomplete, or its bytes have changed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot says of itself.

    `vectors` counts the listings with a vector, `unembedded` those without; `files` maps each
    file to its SHA-256.
    """

    format: int
    encoder_id: str
    encoder_version: str
    dimension: int
    offers: int
    needs: int
    terms: int
    postings: int
    vectors: int
    unembedded: int
    files: Mapping[str, str] = field(default_factory=dict)


def file_hash(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


class Snapshot:
    """A snapshot open for reading: two tables and the manifest."""

    def __init__(self, folder: Path, manifest: Manifest, tables: dict[Side, Table]) -> None:
        self.folder = folder
        self.manifest = manifest
        self.tables = tables
        self.statistics: dict[Side, Statistics] = {
            side: table.statistics() for side, table in tables.items()
        }

    @classmethod
    def open(cls, folder: Path | str, *, verify: bool = False) -> Self:
        """Map the folder read-only.

        Args:
            folder: as written by `build_snapshot`.
            verify: also compare the hash of every file (reads everything once).

        Raises:
            SnapshotUnreadable: missing, half-written, of another format, or damaged.
        """
        folder = Path(folder)
        try:
            manifest = Manifest(**json.loads((folder / "manifest.json").read_text("utf-8")))
            if manifest.format != FORMAT:
                raise SnapshotUnreadable(f"format {manifest.format}, expected {FORMAT}")
            _check(folder, manifest, verify=verify)
            tables = {side: _load(folder, side) for side in SIDES}
            for each in tables.values():
                each.kept["folder"] = folder
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise SnapshotUnreadable(f"{folder}: {error}") from error
        return cls(folder, manifest, tables)


def _check(folder: Path, manifest: Manifest, *, verify: bool) -> None:
    for name, digest in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise SnapshotUnreadable(f"{folder}: {name} is missing")
        # The small files steer everything: they are checked always.
        if (verify or path.suffix == ".json") and file_hash(path) != digest:
            raise SnapshotUnreadable(f"{folder}: {name} has changed")


def _load(folder: Path, side: Side) -> Table:
    arrays: dict[str, Any] = {}
    for name in ARRAYS:
        path = folder / f"{side}.{name}.npy"
        # An empty file cannot be mapped.
        mapped = np.load(path, mmap_mode="r") if path.stat().st_size > 256 else np.load(path)
        array = mapped.view(np.ndarray)
        array.flags.writeable = False
        arrays[name] = array
    words = json.loads((folder / f"{side}.words.json").read_text("utf-8"))
    return Table(side, arrays, words)


def write_table(folder: Path, table: Table) -> None:
    """Write one side's arrays and words."""
    for name in ARRAYS:
        np.save(folder / f"{table.side}.{name}.npy", table.arrays[name])
    (folder / f"{table.side}.words.json").write_text(
        json.dumps(table.words, ensure_ascii=False), "utf-8"
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, the last file of a snapshot."""
    (folder / "manifest.json").write_text(
        json.dumps(asdict(manifest), ensure_ascii=False, indent=1), "utf-8"
    )
