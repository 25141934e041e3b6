import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.forms import model_to_dict
from django.utils import timezone

from kehui.cli import reports
from kehui.matching import services


class Command(BaseCommand):
    help = (
        "核算曝光：让各家需求的前列不被少数工作室占满；打印基尼系数和折算率的曲线。每晚自动做一次。"
        "\nShare the front places of needs' lists now, and print Gini and the curve."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        reports.add_json(parser)

    def handle(self, **options: Any) -> None:
        run = services.share_exposure(at=timezone.now())
        if options["json"]:
            figures = {**model_to_dict(run), "at": run.at.isoformat()}
            self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=1))
            return
        self.stdout.write(
            f"需求 {run.lists} 条，工作室 {run.studios} 间（县级或新开张 {run.sheltered}）"
        )
        self.stdout.write(f"基尼系数      {run.gini_before:.3f} → {run.gini_after:.3f}")
        self.stdout.write(f"保住的契合度  {run.relevance:.2%}")
        self.stdout.write(
            f"保底曝光      {run.sheltered_before:.1%} → {run.sheltered_after:.1%}"
            f"（目标 {run.floor:.0%}，{'已达到' if run.is_floor_reached else '未达到'}）"
        )
        for each in run.curve:
            mark = "  现行" if each["trade"] == run.trade else ""
            line = f"基尼 {each['gini']:.3f}  契合 {each['relevance']:.2%}"
            self.stdout.write(f"折算率 {each['trade']:<5g} {line}{mark}")
