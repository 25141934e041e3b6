import secrets
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from kehui.cli import audit_verifier
from kehui.core.errors import Refused
from kehui.ledger.services import export_log, seal


class Command(BaseCommand):
    help = "核对审计日志：封存、导出，再用独立的核对程序检查；有改动时以状态 1 结束。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--outside", type=Path, action="append", default=[], help="库外保存的检查点文件，可多个"
        )
        parser.add_argument("--key", action="append", default=[], help="日志的公钥（另行保管的）")

    def handle(self, *, outside: list[Path], key: list[str], **_: Any) -> None:
        for file in outside:
            if not file.is_file():
                raise CommandError(f"没有 {file} 这个文件。")
        try:
            while seal(at=now(), seed=secrets.token_bytes(32)):
                pass
        except Refused as refusal:  # what is wrong is found below
            self.stderr.write(f"✗ {refusal} [{refusal.code}]")
        with tempfile.TemporaryDirectory(prefix="kehui-audit-") as folder:
            export_log(Path(folder))
            try:
                report = audit_verifier.verify(Path(folder), outside, key)
            except ValueError as error:
                raise CommandError(f"公钥读不懂：{error}") from error
        if audit_verifier.told(report, self.stdout.write):
            raise CommandError("审计日志未通过核对。")
