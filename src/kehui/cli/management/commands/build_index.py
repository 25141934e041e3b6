import time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kehui.matching import services

EVERY_SECONDS = 1.0


class Command(BaseCommand):
    help = (
        "重建匹配索引：补齐缺的文本向量，写好新的快照再换上；中断后再运行会接着做。"
        "\nRebuild the matching index; it can be interrupted and goes on when run again."
    )

    def handle(self, **_: Any) -> None:
        self.told_at = began = time.perf_counter()
        try:
            made = 0
            while count := services.embed_items():
                made += count
                self._tell(f"已补向量 {made} 条")
            built = services.build_index(
                at=timezone.now(), progress=lambda seen: self._tell(f"已写入 {seen} 条")
            )
        except KeyboardInterrupt:
            self.stderr.write("\n已停下。原来的索引仍在用；已补的向量都在，再运行一次就接着做。")
            raise
        spent = time.perf_counter() - began
        self.stdout.write(
            self.style.SUCCESS(
                f"索引已换上：科技所能 {built.offers} 条，科技所需 {built.needs} 条，"
                f"人才 {built.persons} 位，"
                f"编码器 {built.encoder}，用时 {spent:.1f} 秒。"
            )
        )

    def _tell(self, words: str) -> None:
        now = time.perf_counter()
        if now - self.told_at >= EVERY_SECONDS:
            self.told_at = now
            self.stdout.write(words)
