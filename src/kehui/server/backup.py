"""A backup is one tar file: the database as pg_dump writes it, the media, and a manifest.

The manifest comes last and holds the size and SHA-256 of everything before it, so a file that was
cut off anywhere is recognized. The secret key is not in it: a backup may lie in foreign hands.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import IO, Any

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

from kehui.server.programs import program
from kehui.server.refusals import BackupBroken, NotEmpty, PostgresFailed

FORMAT = 1
DUMP, MANIFEST, MEDIA = "database.dump", "manifest.json", "media"
PROGRESS_SECONDS = 2.0
CHUNK = 1024 * 1024

Say = Callable[[str], None]


def write(
    file: Path,
    *,
    url: str,
    media: Path,
    about: Callable[[psycopg.Connection[Any]], dict[str, Any]],
    say: Say,
) -> dict[str, Any]:
    """Write a backup of the database and the media, and return its manifest.

    The file appears under its name only when it is complete and on the disk.

    Args:
        file: where to write it; an older file of this name is replaced.
        url: the database.
        media: the folder of uploaded files; it may be missing.
        about: what to add to the manifest, asked in the very snapshot that is dumped.
        say: gets a line of progress every other second.
    """
    partial = file.with_name(f".{file.name}.partial")
    dump = file.with_name(f".{file.name}.dump")
    try:
        said = _dump(url, dump, about, say)
        files: list[dict[str, Any]] = []
        with tarfile.open(partial, "w", format=tarfile.PAX_FORMAT) as tar:
            _add(tar, dump, DUMP, files)
            for path in _files_in(media):
                name = str(PurePosixPath(MEDIA) / path.relative_to(media).as_posix())
                with suppress(FileNotFoundError):  # a draft thrown away since takes its files along
                    _add(tar, path, name, files)
            manifest = {"format": FORMAT, **said, "files": files}
            _add_manifest(tar, manifest)
        _to_disk(partial)
        partial.replace(file)
        _to_disk(file.parent)
    finally:
        dump.unlink(missing_ok=True)
        partial.unlink(missing_ok=True)
    return manifest


def _add_manifest(tar: tarfile.TarFile, manifest: dict[str, Any]) -> None:
    text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    member = tarfile.TarInfo(MANIFEST)
    member.size, member.mode = len(text), 0o600
    tar.addfile(member, io.BytesIO(text))


def _dump(
    url: str, target: Path, about: Callable[[psycopg.Connection[Any]], dict[str, Any]], say: Say
) -> dict[str, Any]:
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        snapshot = str(row[0]) if row else ""
        said = about(connection)
        arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            _run("pg_dump", arguments, url=url, say=say, stdout=stream, watched=target)
    return said


def environment_of(url: str) -> dict[str, str]:
    """Return the environment that gives libpq this address; a command line shows passwords."""
    said = conninfo_to_dict(url)
    names = {each.keyword.decode(): each.envvar for each in pq.Conninfo.get_defaults()}
    wanted = {names[key]: str(value) for key, value in said.items() if value is not None}
    return {**os.environ, **{name.decode(): value for name, value in wanted.items() if name}}


def _run(
    name: str,
    arguments: list[str],
    *,
    url: str,
    say: Say,
    stdout: IO[bytes] | int = subprocess.DEVNULL,
    watched: Path | None = None,
) -> None:
    """Run a program of PostgreSQL with progress, and end it with us."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [str(program(name)), "--no-password", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=errors,
            env=environment_of(url),
        )
        began = told = time.monotonic()
        try:
            while process.poll() is None:
                time.sleep(0.05)
                if time.monotonic() - told > PROGRESS_SECONDS:
                    told = time.monotonic()
                    size = f"，{watched.stat().st_size // CHUNK} MB" if watched else ""
                    say(f"已 {told - began:.0f} 秒{size}")
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        if process.returncode != 0:
            errors.seek(0)
            said = errors.read().decode("utf-8", "replace").strip()[-800:]
            raise PostgresFailed(f"{name} 失败：{said}", f"{name} failed; its words are above.")


def _files_in(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(path for path in folder.rglob("*") if path.is_file())


class _Hashing(io.RawIOBase):
    """Passes reads on and hashes what passes."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.source.read(size)
        self.hash.update(data)
        return data


def _add(tar: tarfile.TarFile, path: Path, name: str, files: list[dict[str, Any]]) -> None:
    with path.open("rb") as source:
        member = tarfile.TarInfo(name)
        status = os.fstat(source.fileno())
        member.size, member.mtime, member.mode = status.st_size, int(status.st_mtime), 0o600
        hashing = _Hashing(source)
        tar.addfile(member, hashing)
    files.append({"name": name, "bytes": member.size, "sha256": hashing.hash.hexdigest()})


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def broken(why: str) -> BackupBroken:
    return BackupBroken(
        f"这个备份文件不能用：{why}。数据库没有改动。",
        "The backup file is damaged or not a backup. Nothing was changed.",
    )


def unpack(file: Path, into: Path) -> dict[str, Any]:
    """Unpack a backup into a new folder and return its manifest, after checking every byte.

    Raises:
        BackupBroken: cut off, changed, or not a backup of ours.
    """
    found: dict[str, tuple[int, str]] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(file, "r:") as tar:
            for member in tar:
                name = PurePosixPath(member.name)
                if not member.isreg() or name.is_absolute() or ".." in name.parts:
                    raise broken(f"含有不该有的条目 {member.name}")
                source = tar.extractfile(member)
                if source is None:
                    raise broken(f"读不出 {member.name}")
                if member.name == MANIFEST:
                    manifest = json.loads(source.read())
                else:
                    found[member.name] = _copy(source, into / Path(*name.parts))
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise broken(str(error)) from error
    except OSError as error:
        if not file.is_file():
            raise BackupBroken(f"找不到文件 {file}。", f"There is no file {file}.") from error
        raise
    if manifest is None or manifest.get("format") != FORMAT:
        raise broken("没有清单，可能没有传完，或不是科汇的备份")
    if found != {each["name"]: (each["bytes"], each["sha256"]) for each in manifest["files"]}:
        raise broken("内容与清单的校验和不符")
    return manifest


def _copy(source: IO[bytes], target: Path) -> tuple[int, str]:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    seen = hashlib.sha256()
    size = 0
    with target.open("wb") as stream:
        while data := source.read(CHUNK):
            stream.write(data)
            seen.update(data)
            size += len(data)
    return size, seen.hexdigest()


def refuse_unless_empty(url: str, media: Path) -> None:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' "
            "AND n.nspname <> 'information_schema'"
        ).fetchone()
    if (row and row[0]) or any(_files_in(media)):
        raise NotEmpty(
            "数据库（或上传文件夹）不是空的，为免覆盖，不能恢复。"
            "请用 KEHUI_DATA_DIR 指定一个新的数据文件夹，或先建一个空库。",
            "The database or the media folder is not empty, and nothing will be overwritten. "
            "Set KEHUI_DATA_DIR to a new folder, or make an empty database.",
        )


def restore(unpacked: Path, *, url: str, media: Path, say: Say) -> None:
    """Put an unpacked backup into the empty database, all or nothing, and the media beside it."""
    arguments = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    dbname = str(conninfo_to_dict(url)["dbname"])
    arguments += [f"--dbname={dbname}", str(unpacked / DUMP)]
    _run("pg_restore", arguments, url=url, say=say)
    if (unpacked / MEDIA).is_dir():
        shutil.rmtree(media, ignore_errors=True)  # empty: it was looked at
        shutil.move(unpacked / MEDIA, media)
