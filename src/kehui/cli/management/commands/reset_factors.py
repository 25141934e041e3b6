from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from kehui.people import services
from kehui.people.models import Account


class Command(BaseCommand):
    help = "本人丢了手机和备用码时，撤掉这个账号的两步验证，并让它的所有设备退出；本人会收到消息。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="用户名")
        parser.add_argument("--yes", action="store_true", help="已当面或按单位规定核对过本人")

    def handle(self, *, username: str, yes: bool, **_: Any) -> None:
        if not yes:
            raise CommandError("请先核对是本人，再加 --yes 执行：撤掉之后只凭密码就能登录。")
        found = Account.objects.filter(username=Account.normalize_username(username)).first()
        if found is None:
            raise CommandError(f"没有用户名是 {username} 的账号。")
        count = services.reset_factors(account=found, at=now())
        self.stdout.write(f"✓ 撤掉了 {count} 种，所有设备已退出。请本人登录后马上重新设置。")
