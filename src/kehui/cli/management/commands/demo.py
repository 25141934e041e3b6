import os
import secrets
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kehui.core.errors import Refused
from kehui.demo import services
from kehui.demo.accounts import ACCOUNTS
from kehui.demo.province import SIZES
from kehui.demo.services import deals
from kehui.matching.services import share_exposure
from kehui.server.ahead import compile_ahead
from kehui.server.up import become_up

DEFAULT_SEED = 51
MATCHING_SECONDS = 5  # the worker does the rest


class Command(BaseCommand):
    help = "生成一个演示省份：单位、人员、工作室、成果与需求，并完成匹配。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=sorted(SIZES), default="small", help="规模")
        parser.add_argument(
            "--seed", type=int, default=DEFAULT_SEED, help="随机种子，相同则结果相同"
        )
        parser.add_argument("--password", default="", help="演示账号的密码；不给则自动生成")
        parser.add_argument(
            "--seconds",
            type=float,
            default=MATCHING_SECONDS,
            help="匹配最多用多少秒，其余留给后台",
        )
        parser.add_argument("--up", action="store_true", help="完成后启动网站")

    def handle(
        self, *, size: str, seed: int, password: str, seconds: float, up: bool, **_: Any
    ) -> None:
        password = password or f"kehui-{secrets.token_hex(3)}"
        compile_ahead()
        stood = services.is_built()
        if stood:
            self.stdout.write("演示数据已经在库里，接着补齐索引和匹配（账号密码不变）。")
        else:
            self._build(size=size, seed=seed, password=password)
        at = timezone.now()
        services.build_index(at=at, progress=self._show)
        end = time.monotonic() + seconds
        services.match_needs(at=at, progress=self._show, enough=lambda: time.monotonic() >= end)
        deals.build_deals(at=at, progress=self._show)
        share_exposure(at=timezone.now())
        note = "" if stood else self._accounts(password)
        if up:
            os.environ.setdefault("KEHUI_STAFF_FACTORS", "optional")  # nobody scans a code to look
            os.environ.setdefault("KEHUI_DEVICE_KEYS", "optional")
            become_up(note)
        self.stdout.write(note)

    def _build(self, *, size: str, seed: int, password: str) -> None:
        try:
            built = services.build_province(
                size=size, seed=seed, password=password, at=timezone.now(), progress=self._show
            )
        except Refused as refusal:
            raise CommandError(f"{refusal.message} [{refusal.code}]") from refusal
        self.stdout.write(
            f"已写入：单位 {built.organizations}，人员 {built.people}，团队 {built.teams}，"
            f"工作室 {built.studios}，成果与服务 {built.offers}，需求 {built.needs}，"
            f"账本 {built.facts} 条。"
        )

    def _show(self, what: str, done: int, total: int) -> None:
        if sys.stdout.isatty():
            self.stdout.write(f"\r{what} {done}/{total}   ", ending="\n" if done >= total else "")
            self.stdout.flush()
        elif done >= total:
            self.stdout.write(f"{what} {total}")

    @staticmethod
    def _accounts(password: str) -> str:
        lines = [f"演示账号（密码都是 {password}）："]
        lines += [f"  {each.username:<10} {each.role}" for each in ACCOUNTS]
        return "\n".join(lines)
