import json
from argparse import ArgumentParser
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kehui.matching.selectors.judgements import judgements


class Command(BaseCommand):
    help = (
        "导出判断：每条需求一行 JSON，带等级、名次、特征和引擎版本；只有编号，没有文字和人。"
        "\nExport judgements, a line of JSON a need: grades, places, columns; numbers only."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="写到哪个文件，不能已存在 · a new file")

    def handle(self, *, file: Path, **_: Any) -> None:
        needs = pairs = 0
        try:
            with file.open("x", encoding="utf-8") as lines:
                for need, group in groupby(judgements(), key=lambda each: each.need):
                    rows = [vars(each) for each in group]
                    lines.write(json.dumps({"need": need, "pairs": rows}, ensure_ascii=False))
                    lines.write("\n")
                    needs, pairs = needs + 1, pairs + len(rows)
        except OSError as error:
            raise CommandError(f"✗ 写不了 {file.name}：{error.strerror}。") from error
        self.stdout.write(f"已导出 {needs} 条需求的 {pairs} 对判断。")
