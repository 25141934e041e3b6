import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any, Final

from django.core.management.base import BaseCommand

from kehui.cli import reports
from kehui.matching import services

GRADES: Final = {
    0: "未答复或不合适",
    1: "眼下不合适",
    2: "合适或约谈",
    3: "对方答复",
    4: "洽谈",
    5: "签约",
}
WAYS: Final = {"naive": "不校正名次", "ips": "按名次校正", "snips": "按名次校正并归一"}


class Command(BaseCommand):
    help = (
        "用大家的答复衡量匹配的次序，并校正名次的影响：公开规则，和在用的排序模型。"
        "\nJudge the order of matches by people's answers, corrected for the places shown."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        reports.add_json(parser)

    def handle(self, **options: Any) -> None:
        report = services.evaluate_feedback()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report), ensure_ascii=False, indent=1))
            return
        order = report.ranker or "公开规则的分数"
        self.stdout.write(f"引擎 {report.engine}，按{order}排序")
        self.stdout.write(f"判断 {report.pairs} 对，需求 {report.needs} 条")
        self.stdout.write(f"别的引擎打的分不计：{report.left_out} 对")
        for grade, count in report.grades.items():
            self.stdout.write(f"  {grade} {GRADES[grade]}：{count} 对")
        for each in report.places:
            self.stdout.write(f"  第 {each.position} 位：{each.pairs} 对，回应 {each.replies} 对")
        for name, ways in report.orders.items():
            self.stdout.write(f"次序 {'公开规则' if name == 'rule' else name}")
            for way, found in ways.items():
                self.stdout.write(f"  {WAYS[way]}：{shown(found)}")
        for tenth in report.calibration:
            told, came, pairs = tenth["foretold"], tenth["came"], tenth["pairs"]
            self.stdout.write(f"  预计回应 {told:.3f}，实际 {came:.3f}（{pairs} 对）")


def shown(found: dict[str, Any]) -> str:
    """Write a value with its interval, or that there is none."""
    if found["value"] is None:
        return "还没有数据"
    if found["low"] is None:
        return f"{found['value']:.4f}"
    return f"{found['value']:.4f}（95% 区间 {found['low']:.4f} 至 {found['high']:.4f}）"
