"""What `kehui up` runs before the web: safe to repeat, cheap when nothing changed."""

import hashlib
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kehui.cli.checks import key_checks
from kehui.cli.management.commands.restore import UNFINISHED, finish

STAMP = ".collected"


class Command(BaseCommand):
    help = "更新数据库结构并收集静态文件；没有变化时立即结束。"
    requires_system_checks: list[str] = []
    migrates_first = False

    def handle(self, **_: Any) -> None:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            self.stdout.write(f"正在更新数据库结构：{len(plan)} 步")
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        mark = Path(settings.DATA_DIR) / UNFINISHED
        if mark.exists():
            self.stdout.write("上次的恢复没有做完，现在接着做完")
            finish(mark)
        for each in key_checks():
            if refusal := each.missing():
                raise CommandError(f"✗ {refusal} [{refusal.code}]")
        stamp = Path(settings.STATIC_ROOT) / STAMP
        found = fingerprint()
        if not stamp.exists() or stamp.read_text("ascii") != found:
            self.stdout.write("正在收集静态文件")
            call_command(
                "collectstatic",
                interactive=False,
                verbosity=0,
                clear=True,
                # never routed outside DEBUG, and most of what there is to compress
                ignore_patterns=[] if settings.DEBUG else ["admin", "redoc*"],
            )
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(found, "ascii")


def fingerprint() -> str:
    """Return a hash of the name, size and time of every static file, and of Django's version."""
    seen = hashlib.sha256(django.__version__.encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda each: each[0]):
            status = Path(storage.path(name)).stat()
            seen.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return seen.hexdigest()
