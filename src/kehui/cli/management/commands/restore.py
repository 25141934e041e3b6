import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from kehui.cli.checks import key_checks
from kehui.ledger.services import rebase
from kehui.server import backup
from kehui.server.paths import database_url
from kehui.server.refusals import BackupBroken

UNFINISHED = "restore.unfinished"


class Command(BaseCommand):
    help = "把备份恢复到空的数据库；数据库不空时拒绝，文件损坏时拒绝。"
    requires_system_checks: list[str] = []
    migrates_first = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="kehui backup 写出的文件")

    def handle(self, *, file: Path, **_: Any) -> None:
        url, media = database_url(), Path(settings.MEDIA_ROOT)
        backup.refuse_unless_empty(url, media)
        unpacked = Path(settings.DATA_DIR) / "restore.partial"
        shutil.rmtree(unpacked, ignore_errors=True)
        unpacked.mkdir(mode=0o700)
        try:
            self.stdout.write("正在核对校验和")
            manifest = backup.unpack(file, unpacked)
            refuse_newer(manifest)
            self.stdout.write("正在恢复数据库")
            mark = Path(settings.DATA_DIR) / UNFINISHED
            mark.touch()
            backup.restore(unpacked, url=url, media=media, say=self.stdout.write)
        finally:
            shutil.rmtree(unpacked, ignore_errors=True)
        finish(mark)
        self.stdout.write(
            f"✓ 已恢复 {manifest['made_at']} 的备份：账本 {manifest['ledger']['entries']} 条"
        )
        for each in key_checks():
            if refusal := each.missing():  # restored all the same: the files can follow
                self.stdout.write(f"! {refusal} [{refusal.code}]")


def refuse_newer(manifest: dict[str, Any]) -> None:
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {})
    strange = {(app, name) for app, name in manifest["migrations"]} - known
    if strange:
        raise BackupBroken(
            f"备份来自更新的版本（{'、'.join('.'.join(each) for each in sorted(strange)[:3])}）。"
            "请先升级科汇再恢复。",
            "The backup was made by a newer release. Upgrade first.",
        )


def finish(mark: Path) -> None:
    """Bring the restored database up to this release, and its ledger into this server's count.

    Transaction numbers start low again in a new server; without the rebase, new facts would sort
    before old ones and no reader would see them. `kehui up` finishes what was interrupted here.
    """
    connections.close_all()
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    rebase()
    mark.unlink(missing_ok=True)
