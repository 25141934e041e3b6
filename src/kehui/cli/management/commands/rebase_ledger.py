from typing import Any

from django.core.management.base import BaseCommand

from kehui.ledger.services import rebase


class Command(BaseCommand):
    help = "恢复备份之后重排账本的事务号；顺序与各读取者的进度不变。"

    def handle(self, **_: Any) -> None:
        self.stdout.write(self.style.SUCCESS(f"已重排 {rebase()} 条。"))
