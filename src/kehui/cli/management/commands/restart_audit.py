import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from kehui.ledger.services import restart_log


class Command(BaseCommand):
    help = "恢复了较早的备份之后，让审计日志换新密钥继续；此事记入日志，丢失的检查点仍会被发现。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="确认丢失的部分找不回来")

    def handle(self, *, yes: bool, **_: Any) -> None:
        if not yes:
            raise CommandError("旧密钥将停用。确认丢失的部分找不回来后，加 --yes 再执行。")
        restart_log(actor=None, at=now(), seed=secrets.token_bytes(32))
        self.stdout.write("✓ 旧密钥已停用，下一次封存启用新密钥。请把新公钥告诉审计与见证方。")
