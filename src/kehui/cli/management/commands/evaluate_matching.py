import math
import time
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kehui.cli import reports
from kehui.matching.adapter import ProviderFailed
from kehui.matching.services.judging import evaluate_matching

EVERY = 20  # needs between two lines of progress


class Command(BaseCommand):
    help = (
        "用人工标注衡量匹配质量：目录里的 needs.jsonl、offers.jsonl、pairs.csv；不需要数据库。"
        "\nMeasure matching against labels in a folder; needs no database."
    )
    requires_system_checks: list[str] = []
    needs_database = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        reports.add_folder(parser, "标注所在的目录 · folder with the labels")

    def handle(self, *, folder: Path, **options: Any) -> None:
        began = time.perf_counter()
        counter = reports.counter(self.stderr, "已比较 {done}/{total} 条需求", every=EVERY)
        try:
            judged = evaluate_matching(folder, progress=counter)
        except ProviderFailed as failure:
            raise CommandError(f"✗ {failure}") from failure
        seconds = round(time.perf_counter() - began, 2)
        figures = {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in asdict(judged).items()
        }
        lines = [
            f"需求 {judged.needs} 条（至少有一个 3 级以上候选）",
            f"nDCG@10      {judged.ndcg_at_10:.4f}（随机序 {judged.ndcg_at_10_random:.4f}）",
            f"4 级召回@10  {judged.recall_level4_at_10:.4f}",
            f"编码器       {judged.encoder}",
            f"用时         {seconds} 秒",
        ]
        told = {**figures, "seconds": seconds}
        reports.report(self.stdout, told, lines, as_json=options["json"])
