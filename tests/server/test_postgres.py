"""The real server, started and killed for real."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psycopg
import pytest

from kehui.server import external, ground, leftovers, proc
from kehui.server.output import Output
from kehui.server.paths import Folder
from kehui.server.postgres import Postgres
from kehui.server.refusals import (
    AlreadyRunning,
    DiskFull,
    FolderNotWritable,
    FolderOfAnother,
    PortTaken,
    PostgresFailed,
    WrongVersion,
)

is_root = os.geteuid() == 0
NOBODY = 65534


@pytest.fixture
def said() -> StringIO:
    return StringIO()


@pytest.fixture
def output(said: StringIO) -> Output:
    return Output(said, as_json=False)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path / "数据 夹")
    ground.check_folder(folder)
    return folder


@pytest.fixture
def postgres(folder: Folder, output: Output) -> Iterator[Postgres]:
    started = Postgres(folder, output)
    started.spawn()
    started.wait_ready()
    yield started
    started.stop()


def answer(folder: Folder, question: str) -> object:
    with psycopg.connect(folder.database_url) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def test_it_runs_on_a_private_socket_in_a_path_with_a_space_and_chinese(
    postgres: Postgres, folder: Folder
) -> None:
    assert answer(folder, "SELECT current_setting('listen_addresses')") == ""
    assert answer(folder, "SELECT current_setting('data_checksums')") == "on"
    assert folder.socket_dir.stat().st_mode & 0o777 == 0o700
    assert postgres.process is not None
    assert proc.working_in(folder.cluster).count(postgres.process.pid) == 1


def test_a_path_too_long_for_a_socket_falls_back_to_a_short_private_folder(
    tmp_path: Path, output: Output, said: StringIO
) -> None:
    folder = Folder(tmp_path / ("很长的名字" * 8))
    ground.check_folder(folder)
    server = Postgres(folder, output)
    try:
        server.spawn()
        server.wait_ready()
        assert answer(folder, "SELECT 1") == 1
        assert str(folder.socket_dir) in said.getvalue()
    finally:
        server.stop()
    assert not folder.socket_dir.exists()


@pytest.mark.skipif(not is_root, reason="only root has two ways")
@pytest.mark.parametrize("way", ["namespace", f"account:{NOBODY}"])
def test_root_has_two_ways_and_may_change_between_them(
    folder: Folder, output: Output, way: str
) -> None:
    other = {"namespace": f"account:{NOBODY}"}.get(way, "namespace")
    folder.root.parent.chmod(0o700)  # closed to everyone else, as /root is
    for each in (way, other):
        server = Postgres(folder, output, way=each)
        server.spawn()
        server.wait_ready()
        assert answer(folder, "SELECT 1") == 1
        server.stop()
    assert folder.root.parent.stat().st_mode & 0o777 == 0o700
    assert folder.root.stat().st_mode & 0o777 == 0o700


def test_after_kill_nine_of_every_process_the_next_start_recovers_at_once(
    folder: Folder, output: Output
) -> None:
    first = Postgres(folder, output)
    first.spawn()
    first.wait_ready()
    with psycopg.connect(folder.database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (number int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    proc.end(proc.working_in(folder.cluster), signal.SIGKILL)

    second = Postgres(folder, output)  # the first one's number is still there, as a zombie
    second.spawn()
    second.wait_ready()

    assert answer(folder, "SELECT number FROM kept") == 7
    second.stop()
    first.stop()


def test_a_long_recovery_is_waited_for_and_told(
    folder: Folder, output: Output, said: StringIO
) -> None:
    lazy = {"checkpoint_timeout": "1h", "max_wal_size": "8GB"}
    first = Postgres(folder, output, lazy)
    first.spawn()
    first.wait_ready()
    with psycopg.connect(folder.database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 2000000) AS number")
    proc.end(proc.working_in(folder.cluster), signal.SIGKILL)

    second = Postgres(folder, output, lazy)
    second.spawn()
    recovering = threading.Thread(target=hold_recovery, args=(folder, 4.0))
    recovering.start()
    second.wait_ready()
    recovering.join()

    assert "正在恢复上次中断的数据" in said.getvalue()
    assert answer(folder, "SELECT count(*) FROM kept") == 2_000_000
    second.stop()
    first.stop()


def hold_recovery(folder: Folder, seconds: float) -> None:
    """Stop the process that replays the log for some seconds, as a slow disk would."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for pid in proc.working_in(folder.cluster):
            title = (proc.PROC / str(pid) / "cmdline").read_bytes()
            if title.startswith(b"postgres: startup"):
                os.kill(pid, signal.SIGSTOP)
                time.sleep(seconds)
                os.kill(pid, signal.SIGCONT)
                return
        time.sleep(0.01)
    raise AssertionError("no recovery was seen")


def test_an_orphan_that_still_runs_is_ended_first(
    folder: Folder, output: Output, said: StringIO
) -> None:
    orphan = Postgres(folder, output)
    orphan.spawn()
    orphan.wait_ready()

    second = Postgres(folder, output)
    second.spawn()
    second.wait_ready()

    assert orphan.process is not None
    assert orphan.process.wait(1) == 0
    assert "仍在运行" in said.getvalue()
    second.stop()
    orphan.stop()


def test_a_lock_file_that_names_a_stranger_does_not_stop_the_start(
    folder: Folder, output: Output
) -> None:
    before = Postgres(folder, output)
    before.prepare()
    stranger = subprocess.Popen(["sleep", "60"])
    (folder.cluster / "postmaster.pid").write_text(f"{stranger.pid}\n{folder.cluster}\n1\n5432\n")

    server = Postgres(folder, output)
    server.spawn()
    server.wait_ready()

    assert stranger.poll() is None
    server.stop()
    stranger.kill()
    stranger.wait()


def test_the_server_ends_when_its_supervisor_is_killed(folder: Folder) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\n"
        "from kehui.server.output import Output\nfrom kehui.server.paths import Folder\n"
        "from kehui.server.postgres import Postgres\n"
        "server = Postgres(Folder(Path(sys.argv[1])), Output())\n"
        "server.spawn()\nserver.wait_ready()\nprint(server.process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(folder.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as supervisor:
        assert supervisor.stdout is not None
        pid = int(supervisor.stdout.readline())
        supervisor.kill()

    assert proc.wait_gone([pid], seconds=10) == []


def test_a_broken_cluster_is_refused_with_postgres_own_words(
    folder: Folder, output: Output
) -> None:
    server = Postgres(folder, output)
    server.prepare()
    (folder.cluster / "global" / "pg_control").write_bytes(b"")

    server.spawn()
    with pytest.raises(PostgresFailed, match="pg_control"):
        server.wait_ready()
    server.stop()


def test_another_major_version_is_refused(folder: Folder, output: Output) -> None:
    folder.cluster.mkdir()
    (folder.cluster / "PG_VERSION").write_text("16\n")

    with pytest.raises(WrongVersion, match="PostgreSQL 16"):
        Postgres(folder, output).spawn()


def test_an_external_database_must_be_new_enough(
    postgres: Postgres, folder: Folder, output: Output, said: StringIO
) -> None:
    assert postgres.process is not None

    external.check(folder.database_url, output)
    assert said.getvalue().count("注意") == 0
    external.check(folder.database_url, output, needed=17)
    assert "PostgreSQL 18 比测试过的 17 新" in said.getvalue()
    with pytest.raises(WrongVersion, match="外部数据库是 PostgreSQL 18，需要 19"):
        external.check(folder.database_url, output, needed=19)


def test_an_interrupted_first_start_is_begun_again(folder: Folder, output: Output) -> None:
    (folder.root / "postgres.partial" / "base").mkdir(parents=True)

    server = Postgres(folder, output)
    server.spawn()
    server.wait_ready()
    server.stop()

    assert not (folder.root / "postgres.partial").exists()


def test_a_second_lock_on_the_folder_is_refused_with_the_holders_name(folder: Folder) -> None:
    first, second = ground.FolderLock(folder), ground.FolderLock(folder)
    first.take("kehui up")

    with pytest.raises(AlreadyRunning, match=f"kehui up（pid {os.getpid()}）"):
        second.take("kehui up")

    first.release()
    second.take("kehui up")
    second.release()


@pytest.mark.parametrize(
    ("free", "is_refused", "is_warned"),
    [(199, True, False), (200, False, True), (2047, False, True), (2048, False, False)],
)
def test_a_full_disk_is_refused_and_a_nearly_full_one_warned_of(
    folder: Folder, output: Output, said: StringIO, free: int, *, is_refused: bool, is_warned: bool
) -> None:
    if is_refused:
        with pytest.raises(DiskFull):
            ground.check_disk(folder, output, free_bytes=free * ground.MEGABYTE)
    else:
        ground.check_disk(folder, output, free_bytes=free * ground.MEGABYTE)

    assert ("磁盘只剩" in said.getvalue()) == is_warned


def test_a_taken_port_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken):
            ground.check_port("127.0.0.1", port)
    ground.check_port("127.0.0.1", port)


@pytest.mark.skipif(not is_root, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused(folder: Folder) -> None:
    os.chown(folder.root, NOBODY, NOBODY)

    with pytest.raises(FolderOfAnother, match=f"属于用户 {NOBODY}"):
        ground.check_folder(folder)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(FolderNotWritable):
        ground.check_folder(Folder(tmp_path / "file" / "data"))


def test_marked_children_of_a_dead_supervisor_are_ended(folder: Folder, output: Output) -> None:
    environment = {**os.environ, leftovers.MARK: str(folder.root)}
    orphan = subprocess.Popen(["sleep", "60"], env=environment)
    other = subprocess.Popen(["sleep", "60"])

    leftovers.clear_children(folder, output)

    assert orphan.wait(5) == -signal.SIGTERM
    assert other.poll() is None
    other.kill()
    other.wait()
