"""Why the server cannot run, in words, with a code that never changes and an exit status.

Not kehui.core.errors: the server stands beside core and imports nothing of the platform.
"""

from typing import ClassVar


class CannotRun(Exception):  # noqa: N818 - an answer, not an error of the program
    """The server or a command cannot go on, and the two sentences say what to do."""

    code: ClassVar[str] = "CANNOT_RUN"
    exit_status: ClassVar[int] = 10

    def __init__(self, message: str, message_en: str) -> None:
        super().__init__(message)
        self.message = message
        self.message_en = message_en


class AlreadyRunning(CannotRun):
    code = "ALREADY_RUNNING"
    exit_status = 11


class PortTaken(CannotRun):
    code = "PORT_TAKEN"
    exit_status = 12


class FolderNotWritable(CannotRun):
    code = "FOLDER_NOT_WRITABLE"
    exit_status = 13


class FolderOfAnother(CannotRun):
    code = "FOLDER_OF_ANOTHER"
    exit_status = 14


class DiskFull(CannotRun):
    code = "DISK_FULL"
    exit_status = 15


class WrongVersion(CannotRun):
    code = "WRONG_POSTGRES_VERSION"
    exit_status = 16


class Unreachable(CannotRun):
    code = "DATABASE_UNREACHABLE"
    exit_status = 17


class NoWayAsRoot(CannotRun):
    code = "NO_WAY_AS_ROOT"
    exit_status = 18


class PostgresFailed(CannotRun):
    code = "POSTGRES_FAILED"
    exit_status = 19


class PreparationFailed(CannotRun):
    code = "PREPARATION_FAILED"
    exit_status = 20


class NotEmpty(CannotRun):
    code = "DATABASE_NOT_EMPTY"
    exit_status = 21


class BackupBroken(CannotRun):
    code = "BACKUP_BROKEN"
    exit_status = 22


class BadSetting(CannotRun):
    code = "BAD_SETTING"
    exit_status = 23
