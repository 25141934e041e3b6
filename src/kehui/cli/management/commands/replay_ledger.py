from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kehui.core.errors import Refused
from kehui.ledger.services import replay
from kehui.reactions import READERS


class Command(BaseCommand):
    help = "清空一个读取者写下的内容，再从头读一遍账本；中断后由后台接着读。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reader", help="读取者的名称")
        parser.add_argument("--batch", type=int, default=500, help="每个事务读多少条")

    def handle(self, *, reader: str, batch: int, **_: Any) -> None:
        known = {each.name: each for each in READERS}
        if reader not in known:
            raise CommandError(f"没有名为 {reader} 的读取者；可选：{'、'.join(known)}")
        if batch < 1:
            raise CommandError("--batch 至少为 1。")
        try:
            total = replay(
                known[reader],
                limit=batch,
                progress=lambda read: self.stdout.write(f"已读 {read} 条"),
            )
        except Refused as refusal:
            raise CommandError(f"{refusal} [{refusal.code}]") from refusal
        self.stdout.write(self.style.SUCCESS(f"{reader} 已重放 {total} 条。"))
