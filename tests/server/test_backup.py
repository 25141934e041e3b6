from pathlib import Path

import psycopg
import pytest
from tests.server.running import kehui

from kehui.server import backup, embedded
from kehui.server.paths import Folder

FACT = (
    "INSERT INTO ledger_entry (kind, version, payload, hash, at) "
    "VALUES ('test.happened', 1, '{}', sha256('x'), '2026-03-02T09:00:00Z')"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of three facts and one uploaded file."""
    folder = tmp_path_factory.mktemp("old")
    assert kehui(folder, "migrate", "--verbosity", "0").returncode == 0
    (folder / "media" / "附件").mkdir(parents=True)
    (folder / "media" / "附件" / "图 1.txt").write_text("钢水温度")
    with (
        embedded.database(Folder(folder), what="test"),
        psycopg.connect(Folder(folder).database_url, autocommit=True) as connection,
    ):
        for _ in range(3):
            connection.execute(FACT)
    file = folder / "备份.tar"
    done = kehui(folder, "backup", str(file))
    assert done.returncode == 0, done.stdout
    assert "账本 3 条，上传文件 1 个" in done.stdout
    assert sorted(each.name for each in folder.iterdir() if each.name.startswith(".")) == []
    return file


def count(folder: Path) -> int:
    with (
        embedded.database(Folder(folder), what="test"),
        psycopg.connect(Folder(folder).database_url) as connection,
    ):
        row = connection.execute('SELECT count(*) FROM ledger_entry WHERE "transaction" < 0')
        return int((row.fetchone() or [0])[0])


def test_a_backup_comes_back_whole_and_its_ledger_is_rebased(made: Path, tmp_path: Path) -> None:
    done = kehui(tmp_path / "new", "restore", str(made))

    assert done.returncode == 0, done.stdout
    assert count(tmp_path / "new") == 3
    assert (tmp_path / "new" / "media" / "附件" / "图 1.txt").read_text() == "钢水温度"
    assert not (tmp_path / "new" / "restore.unfinished").exists()


def test_a_database_that_is_not_empty_is_left_alone(made: Path) -> None:
    done = kehui(made.parent, "restore", str(made))

    assert (done.returncode, "[DATABASE_NOT_EMPTY]" in done.stdout) == (21, True)


@pytest.mark.parametrize("damage", ["cut", "changed", "text", "missing"])
def test_a_damaged_file_is_refused_and_changes_nothing(
    made: Path, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "damaged.tar"
    data = bytearray(made.read_bytes())
    match damage:
        case "cut":
            file.write_bytes(data[: len(data) // 2])
        case "changed":
            data[3000] ^= 0xFF
            file.write_bytes(data)
        case "text":
            file.write_text("not a tar file")

    done = kehui(tmp_path / "new", "restore", str(file))

    assert (done.returncode, "[BACKUP_BROKEN]" in done.stdout) == (22, True), done.stdout
    assert kehui(tmp_path / "new", "restore", str(made)).returncode == 0


def test_a_restore_cut_off_before_its_end_is_finished_by_the_next_start(
    made: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    assert kehui(new, "restore", str(made)).returncode == 0
    (new / "restore.unfinished").touch()

    done = kehui(new, "prepare")

    assert "接着做完" in done.stdout
    assert not (new / "restore.unfinished").exists()


def test_a_file_that_goes_while_the_backup_is_written_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays, goes = tmp_path / "media" / "stays", tmp_path / "media" / "goes"
    stays.parent.mkdir()
    for path in (stays, goes):
        path.write_text("钢水温度")

    def dump(_url: str, target: Path, *_rest: object) -> dict[str, object]:
        target.write_text("dump")
        return {}

    def seen(_folder: Path) -> list[Path]:
        goes.unlink()
        return [goes, stays]

    monkeypatch.setattr(backup, "_dump", dump)
    monkeypatch.setattr(backup, "_files_in", seen)
    file = tmp_path / "backup.tar"

    backup.write(file, url="", media=stays.parent, about=lambda _c: {}, say=lambda _text: None)

    manifest = backup.unpack(file, tmp_path / "unpacked")
    assert [each["name"] for each in manifest["files"]] == ["database.dump", "media/stays"]
