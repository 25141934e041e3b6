"""Time and peak memory of building a snapshot. Bar: 400,000 listings in 120 s and 3 GB.

    python benchmarks/matching_build.py [--size 10000] [--processes 2] [--keep FOLDER]

Vectors come from the caller, as in life: they are made when a listing is published.
"""

import argparse
import os
import resource
import tempfile
import threading
import time
from pathlib import Path

from matching_corpus import NearVectors, StoredOnly, from_file, listings

from kehui.engines.matching import build_snapshot


def resident_mb() -> float:
    """Return the resident memory of this process and its children, without shared file pages."""
    total = 0
    me = os.getpid()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            status = (entry / "status").read_text()
        except OSError:
            continue
        fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        if int(entry.name) == me or int(fields["PPid"]) == me:
            total += int(fields.get("RssAnon", "0 kB").split()[0])
    return total / 1024


class Peak(threading.Thread):
    """Watch the memory of the process and its children ten times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0.0
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.1):
            self.most = max(self.most, resident_mb())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    made = list(from_file(given.corpus)) if given.corpus else list(listings(given.size))
    before = resident_mb()
    peak = Peak()
    peak.start()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch) / "snapshot"
        started = time.perf_counter()
        manifest = build_snapshot(
            made,
            folder,
            encoder=StoredOnly(),
            vectors=NearVectors(),
            processes=given.processes,
        )
        seconds = time.perf_counter() - started
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    peak.done.set()
    peak.join()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = resource.getrusage(resource.RUSAGE_SELF)
    cpu = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    characters = sum(len(each.title) + len(each.body) for each in made) / max(1, len(made))
    print(
        f"listings {len(made):,}, {characters:.0f} characters each, {manifest.postings:,} postings"
    )
    print(f"wall {seconds:.1f} s with {given.processes} processes, CPU of the run {cpu:.1f} s")
    print(f"load {os.getloadavg()[0]:.1f}, folder {size:.0f} MB")
    print(f"peak {peak.most:.0f} MB, of which {before:.0f} MB are the listings of the caller")


if __name__ == "__main__":
    main()
