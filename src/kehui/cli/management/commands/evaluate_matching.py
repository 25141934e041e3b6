import json
import math
import time
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kehui.core.errors import Refused
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
        parser.add_argument("folder", type=Path, help="标注所在的目录 · folder with the labels")
        parser.add_argument("--json", action="store_true", help="输出 JSON · print JSON")

    def handle(self, *, folder: Path, **options: Any) -> None:
        began = time.perf_counter()
        try:
            judged = evaluate_matching(folder, progress=self._progress)
        except Refused as refusal:
            raise CommandError(f"✗ {refusal} [{refusal.code}]") from refusal
        except ProviderFailed as failure:
            raise CommandError(f"✗ {failure}") from failure
        seconds = round(time.perf_counter() - began, 2)
        if options["json"]:
            figures = {
                name: None if isinstance(value, float) and math.isnan(value) else value
                for name, value in asdict(judged).items()
            }
            text = json.dumps({**figures, "seconds": seconds}, ensure_ascii=False, indent=1)
            self.stdout.write(text)
            return
        self.stdout.write(f"需求 {judged.needs} 条（至少有一个 3 级以上候选）")
        self.stdout.write(
            f"nDCG@10      {judged.ndcg_at_10:.4f}（随机序 {judged.ndcg_at_10_random:.4f}）"
        )
        self.stdout.write(f"4 级召回@10  {judged.recall_level4_at_10:.4f}")
        self.stdout.write(f"编码器       {judged.encoder}")
        self.stdout.write(f"用时         {seconds} 秒")

    def _progress(self, done: int, total: int) -> None:
        if done % EVERY == 0 or done == total:
            self.stderr.write(f"已比较 {done}/{total} 条需求")
