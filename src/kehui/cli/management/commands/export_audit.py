import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kehui.cli import audit_verifier
from kehui.ledger.services import export_log

VERIFIER = "audit_verifier.py"


class Command(BaseCommand):
    help = "导出审计日志、检查点和公钥，连同只用标准库的核对程序，交给外部审计。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="导出到哪个文件夹")

    def handle(self, *, folder: Path, **_: Any) -> None:
        if folder.is_dir() and any(folder.iterdir()):
            raise CommandError(f"{folder} 不是空的。请另选一个文件夹。")
        done = export_log(folder)
        shutil.copyfile(audit_verifier.__file__, folder / VERIFIER)
        self.stdout.write(
            f"✓ {folder}：封存 {done.leaves} 条，待封存 {done.unsealed} 条，"
            f"检查点 {done.checkpoints} 个。核对：python {folder / VERIFIER} {folder}"
        )
