"""The one source of chance below the doors.

Keys and nonces must never repeat, and a seed that a caller gives could. So this is not an argument:
see docs/decisions/0018.
"""

import os


def draw(count: int) -> bytes:
    """Return so many bytes that nobody can foretell."""
    return os.urandom(count)
