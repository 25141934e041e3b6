from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kehui.ledger.services import verify

MOST_SHOWN = 20


class Command(BaseCommand):
    help = "重新计算账本每一条目的哈希，并检查防改触发器；有问题时以状态 1 结束。"

    def handle(self, **_: Any) -> None:
        verdict = verify(progress=lambda seen: self.stdout.write(f"已核对 {seen} 条"))
        if verdict.damaged:
            shown = "、".join(str(entry) for entry in verdict.damaged[:MOST_SHOWN])
            self.stderr.write(f"内容与哈希不符的条目共 {len(verdict.damaged)} 条：{shown}")
        if not verdict.is_guarded:
            self.stderr.write("防改触发器 ledger_entry_stays 不在或已停用。请重新执行迁移。")
        if verdict.needs_rebase:
            self.stderr.write(
                "有条目的事务号超前：数据库是恢复出来的，但没有重排。请执行 kehui rebase ledger。"
            )
        if not verdict.is_sound:
            raise CommandError("账本未通过核对。")
        self.stdout.write(self.style.SUCCESS(f"账本完好：{verdict.entries} 条。"))
