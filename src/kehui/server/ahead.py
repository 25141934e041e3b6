"""Have the loops of matching compiled while something else is being done."""

import subprocess
import sys
from threading import Thread

CODE = """
from kehui.engines.doubles import ahead as of_doubles
from kehui.engines.matching import ahead as of_matching
of_doubles.compile_loops()
of_matching.compile_loops()
"""
COMMAND = (sys.executable, "-P", "-c", CODE)


def compile_ahead() -> Thread:
    """Compile in a process of its own, and wait for that in a thread nobody waits for.

    Whoever needs a loop before it is ready compiles it again; so nothing depends on the outcome.
    """
    thread = Thread(target=subprocess.run, args=(COMMAND,), kwargs={"check": False}, daemon=True)
    thread.start()
    return thread
