"""One stream of lines from many parts: for eyes on a terminal, as JSON for machines."""

import json
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import IO, TextIO

COLORS = {"科汇": 36, "数据库": 34, "网站": 32, "后台": 35, "准备": 33}
WIDTH = 6  # of the longest part's name in terminal cells
KEPT_LINES = 30


class Output:
    """Writes whole lines, one at a time, whoever calls."""

    def __init__(self, stream: TextIO | None = None, *, as_json: bool | None = None) -> None:
        self.stream = stream or sys.stderr
        self.as_json = os.environ.get("KEHUI_LOG") == "json" if as_json is None else as_json
        self.in_color = self.stream.isatty() and "NO_COLOR" not in os.environ
        self.lock = threading.Lock()

    def say(self, part: str, message: str, *, level: str = "info") -> None:
        line = self._json(part, message, level) if self.as_json else self._text(part, message)
        with self.lock:
            try:
                self.stream.write(line + "\n")
                self.stream.flush()
            except (BrokenPipeError, ValueError):
                pass  # nobody reads any more; the work goes on

    def _text(self, part: str, message: str) -> str:
        pad = " " * max(0, WIDTH - 2 * len(part))
        name = f"\x1b[{COLORS.get(part, 37)}m{part}\x1b[0m" if self.in_color else part
        return f"{name}{pad} │ {message}"

    def _json(self, part: str, message: str, level: str) -> str:
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "part": part,
            "level": level,
            "message": message,
        }
        if message.startswith("{"):
            try:
                said = json.loads(message)  # a child that already speaks JSON keeps its fields
            except ValueError:
                said = None
            if isinstance(said, dict):
                line |= said
        return json.dumps(line, ensure_ascii=False)


class Pump:
    """Passes on what a child writes, line by line, and remembers the last lines."""

    def __init__(self, source: IO[bytes], hear: Callable[[str], None]) -> None:
        self.last: deque[str] = deque(maxlen=KEPT_LINES)
        self.source = source
        self.hear = hear
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        with self.source:
            for raw in self.source:
                if line := raw.decode("utf-8", "replace").rstrip():
                    self.last.append(line)
                    self.hear(line)
