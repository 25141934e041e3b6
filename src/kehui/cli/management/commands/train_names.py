import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kehui.market.services.namings import roll_back_names
from kehui.matching.services.namings import NamesTrained, train_names


class Command(BaseCommand):
    help = (
        "从本平台自己的文字里学缩写和别名：匹配不比现在差才启用；--rollback 退回。"
        "\nLearn abbreviations and other names from this platform's own texts; installed only when "
        "matching is not worse."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rollback", action="store_true", help="撤下在用的，换回前一版 · go back one"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="只学和衡量，不启用 · measure only"
        )
        parser.add_argument("--json", action="store_true", help="输出 JSON · print JSON")

    def handle(self, *, rollback: bool, dry_run: bool, **options: Any) -> None:
        if rollback:
            change = roll_back_names(at=timezone.now())
            told: dict[str, Any] = {"edition": change.edition, "before": change.before}
            words = [f"已撤下 {change.before}，以后用 {change.edition or '领域词典'}。"]
        else:
            trained = train_names(install=not dry_run, at=timezone.now())
            told, words = asdict(trained), said(trained)
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
            return
        for each in words:
            self.stdout.write(each)


def said(trained: NamesTrained) -> list[str]:
    """Put what was learned and measured into lines for people."""
    waiting = trained.found - trained.in_force
    lines = [
        f"读了 {trained.texts} 条，留出 {trained.held_back} 条，{trained.touched} 条用到新叫法。",
        f"学到 {trained.in_force} 对可以直接用的，{waiting} 对等人确认或已被否决。",
        f"凭标题找回正文（MRR@10）：现在 {trained.before:.4f}，用新的 {trained.after:.4f}",
    ]
    if trained.is_installed:
        return [*lines, f"已启用 {trained.edition}，搜索和匹配马上认得。"]
    if trained.is_known:
        return [*lines, f"和在用的 {trained.edition} 一样，没有换。"]
    if trained.after < trained.before:
        return [*lines, "没有启用：比现在的差。[NOT_BETTER]"]
    return [*lines, f"可以启用 {trained.edition}，这次没有换。"]
