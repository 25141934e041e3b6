import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kehui.core.errors import Refused
from kehui.matching.services.finding import evaluate_search

EVERY = 500  # queries between two lines of progress
NAMES = {"title": "标题", "keywords": "全部关键词", "first_keyword": "首个关键词"}


class Command(BaseCommand):
    help = (
        "衡量搜索框：目录里的 docs.jsonl、queries.jsonl，每条只有一个正确答案；不需要数据库。"
        "\nMeasure the search box on known items; needs no database."
    )
    requires_system_checks: list[str] = []
    needs_database = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="文本所在的目录 · folder with the texts")
        parser.add_argument("--json", action="store_true", help="输出 JSON · print JSON")

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            known = evaluate_search(folder, progress=self._progress)
        except Refused as refusal:
            raise CommandError(f"✗ {refusal} [{refusal.code}]") from refusal
        if options["json"]:
            self.stdout.write(json.dumps(asdict(known), ensure_ascii=False, indent=1))
            return
        self.stdout.write(f"文本 {known.texts} 条，编码器 {known.encoder}")
        for kind, rank in known.reciprocal_rank.items():
            self.stdout.write(f"{NAMES[kind]}：MRR@10 {rank:.4f}")

    def _progress(self, done: int, total: int) -> None:
        if done % EVERY == 0 or done == total:
            self.stderr.write(f"已查 {done}/{total} 次")
