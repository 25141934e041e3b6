import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kehui.market.models import Item, Side, State
from kehui.matching import services

AT_A_TIME = 20
STAGES = {"asked": "已比对需求", "brought": "已更新清单"}


class Command(BaseCommand):
    help = (
        "把已发布的条目重新匹配一遍；每条各自提交，中断后可用 --after 接着做。--full 两个方向一次"
        "算完，--changes 只更新受近来改动影响的清单；这两种中断后再运行就接着做。"
        "\nMatch what is published anew, each item by itself: an interrupted run can go on. With"
        " --full all together, with --changes what changes touched; run again, these go on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--side", choices=Side.values, help="只做所需（need）或所能（offer）")
        parser.add_argument("--after", type=int, default=0, help="从这个编号之后开始")
        together = parser.add_mutually_exclusive_group()
        together.add_argument("--full", action="store_true", help="全部一起算 · all together")
        together.add_argument(
            "--changes", action="store_true", help="只更新受改动影响的 · what changes touched"
        )

    def handle(self, *, side: str | None, after: int, full: bool, changes: bool, **_: Any) -> None:
        services.refresh_index(at=timezone.now())
        if not (full or changes):
            self._one_by_one(side, after)
            return
        if side or after:
            raise CommandError("--full 和 --changes 总是做全部，不能与 --side、--after 同用。")
        self._together(only_changes=changes)

    def _together(self, *, only_changes: bool) -> None:
        began = time.perf_counter()
        try:
            tally = services.match_together(
                at=timezone.now(), only_changes=only_changes, progress=self._tell
            )
        except KeyboardInterrupt:
            self.stderr.write("\n已停下。已做的都在，再运行一次就接着做。")
            raise
        if not tally.is_done:
            raise CommandError("匹配期间索引一再更换，没有做完；再运行一次就接着做。")
        spent = time.perf_counter() - began
        self.stdout.write(
            self.style.SUCCESS(
                f"已看 {tally.looked_at} 份清单，更新 {tally.changed} 份，用时 {spent:.1f} 秒。"
            )
        )

    def _tell(self, stage: services.Stage, done: int, total: int) -> None:
        self.stdout.write(f"{STAGES[stage]} {done}/{total} 条")

    def _one_by_one(self, side: str | None, after: int) -> None:
        waiting = Item.objects.filter(state=State.PUBLISHED, pk__gt=after)
        total = (waiting.filter(side=side) if side else waiting).count()
        began, done, last = time.perf_counter(), 0, after

        def count(number: int) -> None:
            nonlocal done, last
            done, last = done + 1, number

        try:
            while services.rematch_all(
                at=timezone.now(), after=last, side=side, limit=AT_A_TIME, progress=count
            ):
                self.stdout.write(f"已匹配 {done}/{total} 条")
        except KeyboardInterrupt:
            self.stderr.write(f"\n已停下。接着做：kehui match all --after {last}")
            raise
        spent = time.perf_counter() - began
        self.stdout.write(self.style.SUCCESS(f"已匹配 {done} 条，用时 {spent:.1f} 秒。"))
