"""`kehui up` as people run it: a process, a terminal's signals, other processes in its way."""

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server.running import Up, free_port, kehui

from kehui.server import leftovers, proc
from kehui.server.child import Backoff
from kehui.server.paths import Folder
from kehui.server.up import is_ready


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with Up(tmp_path_factory.mktemp("数据 夹") / "kehui").wait_ready() as running:
        running.wait_until(lambda: "已就绪" in running.said())
        yield running


def parts_of(server: Up) -> list[int]:
    return proc.marked(leftovers.MARK, str(server.folder))


def test_it_says_its_address_once_it_answers(server: Up) -> None:
    assert f"已就绪：http://127.0.0.1:{server.port}/" in server.said()


def test_a_second_server_on_the_folder_is_refused(server: Up) -> None:
    done = kehui(server.folder, "up", KEHUI_PORT=str(free_port()))

    assert (done.returncode, "[ALREADY_RUNNING]" in done.stdout) == (11, True), done.stdout


def test_a_command_uses_the_server_that_runs(server: Up) -> None:
    done = kehui(server.folder, "ledger", "verify")

    assert (done.returncode, done.stdout) == (0, "账本完好：0 条。\n")


def test_a_killed_part_is_started_again_and_said_so(server: Up) -> None:
    before = parts_of(server)
    proc.end(before, signal.SIGKILL)
    server.wait_until(lambda: server.said().count("意外结束（SIGKILL）") >= 2)

    server.wait_ready()

    assert not set(before) & set(parts_of(server))


def test_a_killed_database_is_started_again_and_the_site_recovers(server: Up) -> None:
    proc.end(proc.working_in(Folder(server.folder).cluster), signal.SIGKILL)
    server.wait_until(lambda: "已恢复运行" in server.said())

    assert kehui(server.folder, "verify", "ledger").returncode == 0
    server.wait_ready()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_every_part(tmp_path: Path, sign: signal.Signals) -> None:
    server = Up(tmp_path / "data").wait_ready()
    parts = [*parts_of(server), *proc.working_in(Folder(server.folder).cluster)]

    server.process.send_signal(sign)

    assert server.process.wait(60) == 0
    assert proc.wait_gone(parts, seconds=1) == []
    assert "已全部停止" in server.said()
    with Up(server.folder).wait_ready() as again:
        assert "not properly shut down" not in again.said()


def test_parts_that_outlived_a_killed_supervisor_are_replaced(tmp_path: Path) -> None:
    server = Up(tmp_path / "data").wait_ready()
    server.process.kill()
    server.process.wait()

    with Up(server.folder, server.port) as after:
        after.wait_until(lambda: "已就绪" in after.said())
        assert "结束上次遗留的进程" in after.said()


def test_a_taken_port_is_said_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = kehui(tmp_path / "data", "up", KEHUI_PORT=port)

    assert (done.returncode, "[PORT_TAKEN]" in done.stdout) == (12, True), done.stdout
    assert not Folder(tmp_path / "data").cluster.exists()


def test_a_port_that_is_no_number_is_refused(tmp_path: Path) -> None:
    done = kehui(tmp_path / "data", "up", KEHUI_PORT="八千")

    assert (done.returncode, "[BAD_SETTING]" in done.stdout) == (23, True)


@pytest.mark.parametrize("words", [("up",), ("migrate",), ("verify", "ledger")])
def test_an_unreachable_external_database_is_refused_without_showing_the_password(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    url = f"postgresql://me:very-secret@127.0.0.1:{free_port()}/kehui"
    done = kehui(tmp_path, *words, KEHUI_DATABASE_URL=url, KEHUI_PORT=str(free_port()))

    assert (done.returncode, "[DATABASE_UNREACHABLE]" in done.stdout) == (17, True), done.stdout
    assert "very-secret" not in done.stdout


def test_the_server_of_another_folder_serves_as_an_external_one(server: Up, tmp_path: Path) -> None:
    url = Folder(server.folder).database_url
    with Up(tmp_path / "other", KEHUI_DATABASE_URL=url).wait_ready() as other:
        assert not Folder(tmp_path / "other").cluster.exists()
        assert is_ready("127.0.0.1", other.port)


def test_lines_are_json_when_machines_read_them(tmp_path: Path) -> None:
    with Up(tmp_path / "data", KEHUI_LOG="json") as server:
        server.wait_until(lambda: "已就绪" in server.said())
        server.stop()
        lines = [json.loads(line) for line in server.said().splitlines()]

    assert all({"at", "part", "level", "message"} <= set(line) for line in lines)


def test_a_command_can_become_the_server_and_leave_it_a_note(tmp_path: Path) -> None:
    with Up(tmp_path / "data", words=("grow",)) as server:
        server.wait_until(lambda: "再一行" in server.said(), seconds=60)
        assert is_ready("127.0.0.1", server.port)
        assert "仍在运行" not in server.said()


def test_unknown_words_list_what_there_is(tmp_path: Path) -> None:
    done = kehui(tmp_path, "dance", "tango")

    assert done.returncode == 2
    assert done.stdout.startswith("没有“dance tango”这个命令。可用的命令：up、")


def test_help_lists_every_command_with_a_sentence(tmp_path: Path) -> None:
    done = kehui(tmp_path, "--help")

    listed = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    assert done.returncode == 0
    assert all(len(line.split("  ", 2)[-1].strip()) > 5 for line in listed)
    assert {"up", "backup", "restore", "doctor"} <= {line.split()[0] for line in listed}


def test_the_pause_before_a_restart_doubles_up_to_a_limit_and_forgets() -> None:
    backoff = Backoff()

    pauses = [backoff.pause_after(0.5) for _ in range(7)]

    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert backoff.pause_after(61) == 1


def test_the_doctor_finds_a_sound_machine_and_says_what_to_do_of_the_rest(server: Up) -> None:
    done = kehui(server.folder, "doctor", "--json")
    said = json.loads(done.stdout)

    verdicts = {each["code"]: each["verdict"] for each in said["findings"]}
    assert (said["is_sound"], done.returncode) == (True, 0)
    assert verdicts["checksums"] == verdicts["migrations"] == verdicts["ledger"] == "good"
    assert all(each["advice"] for each in said["findings"] if each["verdict"] != "good")


def test_the_doctor_does_not_make_a_database(tmp_path: Path) -> None:
    kehui(tmp_path, "doctor")

    assert not Folder(tmp_path).cluster.exists()
