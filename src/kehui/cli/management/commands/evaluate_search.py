from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from kehui.cli import reports
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
        reports.add_folder(parser, "文本所在的目录 · folder with the texts")

    def handle(self, *, folder: Path, **options: Any) -> None:
        counter = reports.counter(self.stderr, "已查 {done}/{total} 次", every=EVERY)
        known = evaluate_search(folder, progress=counter)
        lines = [f"文本 {known.texts} 条，编码器 {known.encoder}"]
        lines += [
            f"{NAMES[kind]}：MRR@10 {rank:.4f}" for kind, rank in known.reciprocal_rank.items()
        ]
        reports.report(self.stdout, asdict(known), lines, as_json=options["json"])
