import shutil
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
# Of what FACT says, as the ledger hashes it
HASH = (
    r"""sha256('\x00'::bytea || convert_to('{"actor":null,"""
    """"at":"2026-03-02T09:00:00.000000+00:00","kind":"test.happened","""
    """"payload":"{}","version":1}', 'UTF8'))"""
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


def verified(folder: Path, outside: Path, *words: str) -> tuple[int, str]:
    done = kehui(folder, "audit", "verify", "--outside", str(outside), *words)
    return done.returncode, done.stdout


def test_the_audit_log_comes_back_and_what_was_lost_since_is_reported(tmp_path: Path) -> None:
    old, same, new = tmp_path / "old", tmp_path / "same", tmp_path / "new"
    outside, file = tmp_path / "outside.txt", tmp_path / "backup.tar"
    with embedded.database(Folder(old), what="test"):
        assert kehui(old, "migrate", "--verbosity", "0").returncode == 0
        with psycopg.connect(Folder(old).database_url, autocommit=True) as connection:
            for _ in range(2):
                connection.execute(FACT.replace("sha256('x')", HASH))
            assert kehui(old, "audit", "verify").returncode == 0
            assert kehui(old, "audit", "witness", str(outside)).returncode == 0
            assert kehui(old, "backup", str(file)).returncode == 0
            assert verified(old, outside)[0] == 0
            before = outside.read_text()
            connection.execute(FACT.replace("sha256('x')", HASH))
            assert kehui(old, "audit", "verify").returncode == 0
            assert kehui(old, "audit", "witness", str(outside)).returncode == 0
    # another machine with the key's folder, as it was at the backup, and one with it as it is now
    (tmp_path / "before.txt").write_text(before)
    for folder in (same, new):
        assert kehui(folder, "restore", str(file)).returncode == 0
        shutil.copytree(old / "audit", folder / "audit")
    (same / "audit" / "head").write_text(before.rstrip("\n") + "\n")

    with embedded.database(Folder(same), what="test"):
        assert verified(same, tmp_path / "before.txt")[0] == 0
        assert "[ROLLED_BACK]" in verified(same, outside)[1]
    with embedded.database(Folder(new), what="test"):
        status, said = verified(new, outside)
        assert (status, "[LOG_CONTRADICTED]" in said, "[ROLLED_BACK]" in said) == (1, True, True)
        assert kehui(new, "audit", "restart", "--yes").returncode == 0
        assert verified(new, tmp_path / "before.txt")[0] == 0


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
