import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kehui.matching import services
from kehui.matching.services.static_models import StaticTrained


class Command(BaseCommand):
    help = (
        "用本平台自己的标题和正文训练编码器：在留出的文本上不比现在差才启用；--rollback 退回。"
        "\nTrain the encoder on this platform's own texts; installed only when it is not worse."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rollback", action="store_true", help="撤下在用的，换回前一个 · go back one"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="只训练和衡量，不启用 · measure only"
        )
        parser.add_argument("--json", action="store_true", help="输出 JSON · print JSON")

    def handle(self, *, rollback: bool, dry_run: bool, **options: Any) -> None:
        if rollback:
            change = services.roll_back_encoder(at=timezone.now())
            told: dict[str, Any] = {"encoder": change.encoder, "before": change.before}
            words = [f"已撤下 {change.before}，以后用 {change.encoder}。"]
        else:
            trained = services.train_encoder(
                install=not dry_run, at=timezone.now(), progress=self._epoch
            )
            told, words = asdict(trained), said(trained)
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
            return
        for each in words:
            self.stdout.write(each)

    def _epoch(self, done: int, total: int) -> None:
        self.stderr.write(f"已学 {done}/{total} 遍")


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
