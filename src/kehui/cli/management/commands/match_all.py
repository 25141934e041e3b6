import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kehui.market.models import Item, Side, State
from kehui.matching import services

AT_A_TIME = 500


class Command(BaseCommand):
    help = (
        "把已发布的条目重新匹配一遍；每条各自提交，中断后可用 --after 接着做。"
        "\nMatch what is published anew, each item by itself: an interrupted run can go on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--side", choices=Side.values, help="只做所需（need）或所能（offer）")
        parser.add_argument("--after", type=int, default=0, help="从这个编号之后开始")

    def handle(self, *, side: str | None, after: int, **_: Any) -> None:
        waiting = Item.objects.filter(state=State.PUBLISHED, pk__gt=after)
        total = (waiting.filter(side=side) if side else waiting).count()
        services.refresh_index(at=timezone.now())
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
