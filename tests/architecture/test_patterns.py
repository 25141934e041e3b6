"""No pattern of the source takes long, whatever text a stranger sends (ReDoS)."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.architecture import patterns


def test_every_pattern_gets_through_a_hundred_thousand_signs(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-W", "ignore", patterns.__file__],
        env=os.environ | {"KEHUI_DATA": str(tmp_path)},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )

    found = json.loads(told.stdout)

    assert found["slow"] == []
    assert found["count"] >= found["compiled"] > 60  # none was overlooked


def test_a_pattern_that_takes_long_is_found() -> None:
    program = (
        "import re, signal\n"
        "from tests.architecture import patterns\n"
        "signal.signal(signal.SIGVTALRM, patterns.stop)\n"
        "patterns.SECONDS = 0.5\n"
        "for form in ('(a+)+$', '[a-z]+@', r'\\s*x', r'\\d{5}'):\n"
        "    print(patterns.slow(re.compile(form), 'search', patterns.SIZE + 2))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8"
    )

    assert [bool(line) for line in told.stdout.splitlines()] == [True, True, True, False]
