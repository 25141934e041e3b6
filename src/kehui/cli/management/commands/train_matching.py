from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kehui.cli import reports
from kehui.matching import services
from kehui.matching.services.static_models import StaticTrained


class Command(BaseCommand):
    help = (
        "用本平台自己的标题和正文训练编码器：在留出的文本上不比现在差才启用；--rollback 退回。"
        "\nTrain the encoder on this platform's own texts; installed only when it is not worse."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        reports.add_training(parser)

    def handle(self, *, rollback: bool, dry_run: bool, **options: Any) -> None:
        if rollback:
            change = services.roll_back_encoder(at=timezone.now())
            told: dict[str, Any] = {"encoder": change.encoder, "before": change.before}
            words = [f"已撤下 {change.before}，以后用 {change.encoder}。"]
        else:
            trained = services.train_encoder(
                install=not dry_run,
                at=timezone.now(),
                progress=reports.counter(self.stderr, "已学 {done}/{total} 遍", every=1),
            )
            told, words = asdict(trained), said(trained)
        reports.report(self.stdout, told, words, as_json=options["json"])


def said(trained: StaticTrained) -> list[str]:
    """Put what was measured into lines for people."""
    lines = [
        f"学了 {trained.texts} 条标题和正文，留出 {trained.held_back} 条衡量。",
        f"凭标题找回正文（MRR@10）：现在 {trained.before:.4f}，新模型 {trained.after:.4f}",
    ]
    if trained.is_installed:
        return [*lines, f"已启用 {trained.encoder}；向量由后台逐条重做，做完之前照旧。"]
    if trained.after < trained.before:
        return [*lines, f"没有启用：比现在的差。仍用 {trained.encoder}。[NOT_BETTER]"]
    return [*lines, f"可以启用，这次没有换。仍用 {trained.encoder}。"]
