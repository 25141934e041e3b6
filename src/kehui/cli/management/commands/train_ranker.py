from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.utils import timezone

from kehui.cli import reports
from kehui.matching import services
from kehui.matching.services.rankings import Training

LACKING: Final = {
    "PAIRS": "判断过的供需对还不够（{pairs} 对）",
    "NEEDS": "有判断的需求还不够（{needs} 条）",
    "REPLIES": "得到回应的还不够（{replies} 对）",
    "NDCG": "在没见过的需求上，没有证明比公开规则的次序更好",
    "LOG_LOSS": "次序更好，但给出的可能性不如公开规则的准",
}


class Command(BaseCommand):
    help = (
        "从答复里学匹配的次序：只有在没见过的需求上证明更好才启用；--rollback 退回前一个。"
        "\nLearn the order of matches from answers; installed only when proved to be better."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        reports.add_training(parser)

    def handle(self, *, rollback: bool, dry_run: bool, **options: Any) -> None:
        if rollback:
            change = services.roll_back_ranker(at=timezone.now())
            told: dict[str, Any] = {"ranker": change.ranker, "before": change.before}
            words = [f"已撤下 {change.before}，现在按 {change.ranker or '公开规则的分数'} 排序。"]
            changes = True
        else:
            training = services.train_ranker(install=not dry_run, at=timezone.now())
            told, words, changes = asdict(training), said(training), training.is_installed
        if changes:
            told["reordered"] = self._reorder()
            words.append(f"已按新的次序重排 {told['reordered']} 条匹配。")
        reports.report(self.stdout, told, words, as_json=options["json"])

    def _reorder(self) -> int:
        total = 0
        while done := services.reorder_suggestions():
            total += done
            self.stderr.write(f"已重排 {total} 条")
        return total


def said(training: Training) -> list[str]:
    """Put what was measured into lines for people."""
    proof = training.proof
    counts = f"判断 {proof['pairs']} 对，需求 {proof['needs']} 条，得到回应 {proof['replies']} 对"
    lines = [f"{counts}（{training.engine}）"]
    if proof["gain"] is not None:
        between = f"{proof['gain_low']:+.4f} 至 {proof['gain_high']:+.4f}"
        losses = f"{proof['log_loss_rule']:.4f}，学到的 {proof['log_loss_ranker']:.4f}"
        lines += [
            f"nDCG@10   公开规则 {proof['ndcg_rule']:.4f}，学到的 {proof['ndcg_ranker']:.4f}",
            f"提高      {proof['gain']:+.4f}，95% 区间 {between}",
            f"对数损失  公开规则 {losses}",
            f"校准误差  {proof['calibration_error']:.4f}",
        ]
    if proof["why"]:
        return [*lines, f"没有启用：{LACKING[proof['why']].format(**proof)}。[{proof['why']}]"]
    if training.is_installed:
        return [*lines, f"已启用 {training.version}；前一个是 {training.before or '公开规则'}。"]
    return [*lines, f"可以启用 {training.version}，这次没有换。"]
