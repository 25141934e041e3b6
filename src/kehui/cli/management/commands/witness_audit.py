from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kehui.ledger.services import keep_checkpoint


class Command(BaseCommand):
    help = "把最新的检查点附加到文件里；文件放在本机管理员够不着的地方，才能发现回滚。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="例如 /mnt/审计/检查点.txt")

    def handle(self, *, file: Path, **_: Any) -> None:
        if not file.parent.is_dir():
            raise CommandError(f"没有 {file.parent} 这个文件夹。")
        size = keep_checkpoint(file=file)
        if not size:
            raise CommandError("还没有检查点；后台每分钟封存一次。")
        self.stdout.write(f"✓ {file}：检查点 {size} 条")
