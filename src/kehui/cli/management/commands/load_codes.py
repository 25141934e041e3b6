from typing import Any

from django.core.management.base import BaseCommand

from kehui.core import disciplines, industries, regions
from kehui.core.services import load_regions


class Command(BaseCommand):
    help = "把行政区划写入数据库，并列出各代码表的版本与条数；可重复执行。"

    def handle(self, **_: Any) -> None:
        changed = load_regions()
        self.stdout.write(f"行政区划：{len(regions.places())} 条，其中更新 {changed} 条")
        self.stdout.write(f"行业（{industries.SCHEME}）：{len(industries.tree())} 条")
        self.stdout.write(f"学科（{disciplines.SCHEME}）：{len(disciplines.tree())} 条")
        self.stdout.write(self.style.SUCCESS("代码表已就绪。"))
