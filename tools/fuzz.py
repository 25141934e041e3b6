"""Send many odd requests to every page and operation, and print what came back as JSON.

    python tools/fuzz.py 50000 [seed]

The tests send a few hundred (tests/rights/test_rights_fuzz.py); this is the same with more of them,
on a database of its own. It ends with 1 when a request broke or showed what is anothers.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
TESTS = "tests/rights/test_rights_fuzz.py"


def main(requests: str = "50000", seed: str = "1") -> int:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        told = {"FUZZ_REQUESTS": requests, "FUZZ_SEED": seed, "FUZZ_REPORT": str(report)}
        before = os.times()
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", TESTS],
            cwd=REPOSITORY,
            env=os.environ | told,
            stdout=sys.stderr,
            check=False,
        )
        after = os.times()
        parts = {
            each.suffix[1:]: json.loads(each.read_text("utf-8"))
            for each in sorted(Path(folder).iterdir())
        }
    total = {
        name: sum(part[name] for part in parts.values())
        for name in ("requests", "server_errors", "foreign")
    }
    spent = after.children_user + after.children_system
    spent -= before.children_user + before.children_system
    total |= {"cpu_seconds": round(spent), "seconds": round(time.monotonic() - began)}
    print(json.dumps({**total, "seed": int(seed), "parts": parts}, ensure_ascii=False, indent=1))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
