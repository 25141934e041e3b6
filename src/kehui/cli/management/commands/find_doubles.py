import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kehui.market.models import Item
from kehui.market.selectors.repeats import Cluster, largest_clusters
from kehui.market.services.doubles import find_doubles

SHOWN = 5


class Command(BaseCommand):
    help = (
        "列出互相重复的信息，重复最多的在前；每夜算一次，--now 马上重算。"
        "\nShow open items that repeat each other, as the last night found them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", action="store_true", help="先重算一遍 · compare all first")
        parser.add_argument("--limit", type=int, default=20, help="最多列出几组 · clusters shown")
        parser.add_argument("--json", action="store_true", help="每组一行 JSON · one object a line")

    def handle(self, *, now: bool, limit: int, **options: Any) -> None:
        if now:
            self._find()
        clusters = largest_clusters(limit=max(0, limit))
        for cluster in clusters:
            if options["json"]:
                self.stdout.write(json.dumps(as_data(cluster), ensure_ascii=False))
            else:
                self._show(cluster)
        if not clusters:
            self.stderr.write("没有发现互相重复的信息。")

    def _find(self) -> None:
        began = time.perf_counter()
        tally = find_doubles()
        spent = time.perf_counter() - began
        self.stderr.write(
            f"比较了 {tally.items} 条：{tally.repeats} 条重复别的，套话 {tally.stock} 句，"
            f"更新特征 {tally.rekeyed} 条，用时 {spent:.1f} 秒。"
        )

    def _show(self, cluster: Cluster) -> None:
        count = len(cluster.repeats) + 1
        self.stdout.write(f"{count} 条 · {cluster.holders} 家 · {named(cluster.first)}")
        for repeat in cluster.repeats[:SHOWN]:
            way = repeat.get_way_display()
            self.stdout.write(f"    {repeat.share:.0%} {way} · {named(repeat.item)}")
        if len(cluster.repeats) > SHOWN:
            self.stdout.write(f"    ……还有 {len(cluster.repeats) - SHOWN} 条")


def named(item: Item) -> str:
    return f"编号 {item.pk} “{item.title}”"


def as_data(cluster: Cluster) -> dict[str, Any]:
    return {
        "first": cluster.first.pk,
        "title": cluster.first.title,
        "side": cluster.first.side,
        "holders": cluster.holders,
        "repeats": [
            {"item": each.item_id, "way": each.way, "share": each.share} for each in cluster.repeats
        ],
    }
