from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kehui.matching import adapter, services

STOPPED = "已做的都在，原来的索引仍在用；再运行一次就接着做。"


class Command(BaseCommand):
    help = (
        "用设置的编码器补齐文本向量，做完就换上；中断后再运行会接着做。"
        "\nMake the vectors of the encoder that is set, then put it in force; resumable."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at-a-time", type=int, default=20, help="每次提交多少条")

    def handle(self, *, at_a_time: int, **_: Any) -> None:
        if at_a_time < 1:
            raise CommandError("--at-a-time 至少为 1。")
        adapter.chosen_encoder()  # says in words what is wrong with the settings
        try:
            while services.embed_items():
                self._tell()
            self._embed(at_a_time)
        except KeyboardInterrupt:
            self.stderr.write(f"\n已停下。{STOPPED}")
            raise
        services.refresh_index(at=timezone.now())
        standing = services.encoder_standing()
        if standing.serving != standing.wanted:
            raise CommandError(
                f"还有 {standing.missing} 条没有向量，仍用 {standing.serving}。"
                "kehui doctor 说明原因。"
            )
        self.stdout.write(self.style.SUCCESS(f"正在使用编码器 {standing.serving}。"))

    def _embed(self, at_a_time: int) -> None:
        while not (step := services.embed_next(at=timezone.now(), limit=at_a_time)).is_done:
            if step.error:
                raise CommandError(f"✗ {step.error}。{STOPPED}")
            self._tell()

    def _tell(self) -> None:
        standing = services.encoder_standing()
        done = standing.published - standing.missing
        self.stdout.write(f"已有向量 {done}/{standing.published} 条")
