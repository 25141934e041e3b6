"""Become fit to run PostgreSQL, then become PostgreSQL.

Run as a file, with `-I -S`, between the supervisor and the program: `exec` keeps the process id,
so the program is the supervisor's direct child.

    launch.py [--probe] PARENT WAY FOLDER PROGRAM [ARGUMENT…]

PostgreSQL refuses to run as root. WAY says how an administrator's process stops being one,
without any new account and without a changed permission outside our folder:

- `plain`      not root: nothing to do.
- `namespace`  a user namespace in which root is called by another account's number. Outside, it
               is still root without capabilities, so files need no new owner.
- `account`    become an existing account without rights (its number follows, as `account:65534`),
               keeping the single capability to pass folders such as /root that are closed to it.
"""

import ctypes
import os
import pwd
import signal
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522

libc = ctypes.CDLL(None, use_errno=True)


def check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def enter_namespace() -> None:
    # initdb asks the name of its user, so the number must be one that has a name
    number = next(each.pw_uid for each in reversed(pwd.getpwall()) if each.pw_uid)
    group = os.getegid()  # asked before: inside, nothing has a name yet
    check(libc.unshare(CLONE_NEWUSER))
    Path("/proc/self/setgroups").write_text("deny", "ascii")
    Path("/proc/self/uid_map").write_text(f"{number} 0 1", "ascii")
    Path("/proc/self/gid_map").write_text(f"{number} {group} 1", "ascii")


def become(number: int) -> None:
    check(libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
    os.setgroups([])
    os.setresgid(number, number, number)
    os.setresuid(number, number, number)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    bit = 1 << CAP_DAC_OVERRIDE
    check(libc.capset(header, (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)))
    check(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0))


def die_with(parent: int) -> None:
    """Shut PostgreSQL down (its fast shutdown) when the supervisor is killed."""
    check(libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0))
    if os.getppid() != parent:  # it died before we asked
        sys.exit(1)


def probe(folder: str, program: str) -> None:
    """Fail unless the folder can be written and the program read and run from here."""
    path = Path(folder) / f".probe-{os.getpid()}"
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    path.unlink()
    os.close(os.open(program, os.O_RDONLY))


def main(arguments: list[str]) -> None:
    only_probe = arguments[0] == "--probe"
    parent, way, folder, program, *rest = arguments[1:] if only_probe else arguments
    kind, _, number = way.partition(":")
    if kind == "namespace":
        enter_namespace()
    elif kind == "account":
        become(int(number))
    if only_probe:
        probe(folder, program)
        rest = ["--version"]
    else:
        die_with(int(parent))
    os.execv(program, [program, *rest])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
