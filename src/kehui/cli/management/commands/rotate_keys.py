from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from kehui.hooks.services import reseal_hooks
from kehui.people import services


class Command(BaseCommand):
    help = (
        "换一把新的主密钥，并用它重新加密所有个人信息；可以中断，再用 --resume 接着做。"
        "\nAdd a master key and seal all personal data anew; may be interrupted and resumed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--resume", action="store_true", help="不再加新密钥，只接着做 · add no further key"
        )
        parser.add_argument(
            "--batch", type=int, default=200, help="每个事务几个人 · persons a step"
        )

    def handle(self, *, resume: bool, batch: int, **_: Any) -> None:
        if batch < 1:
            raise CommandError("--batch 至少为 1。")
        if not resume:
            master = services.add_master_key(at=now())
            self.stdout.write(f"新的主密钥 {master}。请现在就备份密钥文件夹。")
        done, unreadable, after = 0, list[int](), 0
        while (chunk := services.reseal(at=now(), after=after, limit=batch)).last is not None:
            after, done = chunk.last, done + chunk.resealed
            unreadable += chunk.unreadable
            self.stdout.write(f"已重新加密 {done} 人")
        factors, hooks = services.reseal_factors(), reseal_hooks()
        if unreadable:
            said = "、".join(map(str, unreadable))
            raise CommandError(
                f"{len(unreadable)} 个人的信息读不出来，没有改动（人员编号 {said}）。"
                "见 docs/operations/keys.md。"
            )
        self.stdout.write(
            f"✓ 全部 {done} 人已改用现在的密钥，另有登录验证 {factors} 项、回调密钥 {hooks} 项。"
        )
