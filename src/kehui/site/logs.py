"""Log lines: one record is one line, whatever somebody put into an address or a name."""

import json
import logging
import re
import time
from datetime import UTC, datetime
from typing import Any, Final

# Ends of lines, orders to a terminal, and what turns a text around
_UNPLAIN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def plain(text: str) -> str:
    """Return the text with such signs written out: a backslash, u, four digits."""
    return _UNPLAIN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


class LineFormatter(logging.Formatter):
    """Write a record as one line; what a program says of its own failure follows, indented.

    The instant is that of UTC and says so: no hour of it comes twice.
    """

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name of logging
        return plain(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        lines = super().formatException(ei).split("\n")
        return "\n".join(f"    | {plain(line)}" for line in lines)

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        return "\n".join(f"    | {plain(line)}" for line in stack_info.split("\n"))


class JsonFormatter(logging.Formatter):
    """Write a record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return plain(json.dumps(line, ensure_ascii=False))
