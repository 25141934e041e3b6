from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from kehui.server import backup
from kehui.server.paths import database_url


class Command(BaseCommand):
    help = "把数据库和上传的文件备份成一个文件；服务可以照常运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="写到哪里，例如 kehui-2026-03-02.tar")

    def handle(self, *, file: Path, **_: Any) -> None:
        if not file.parent.is_dir():
            raise CommandError(f"没有 {file.parent} 这个文件夹。")
        manifest = backup.write(
            file.absolute(),
            url=database_url(),
            media=Path(settings.MEDIA_ROOT),
            about=about,
            say=self.stdout.write,
        )
        size = file.stat().st_size / 1_000_000
        self.stdout.write(
            f"✓ {file}：{size:.1f} MB，账本 {manifest['ledger']['entries']} 条，"
            f"上传文件 {len(manifest['files']) - 1} 个"
        )


def about(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """Say what the backup holds, read in the snapshot that it holds."""
    entries = connection.execute("SELECT count(*) FROM ledger_entry").fetchone()
    head = connection.execute(
        "SELECT encode(hash, 'hex') FROM ledger_entry ORDER BY transaction DESC, id DESC LIMIT 1"
    ).fetchone()
    steps = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    return {
        "made_at": now().isoformat(timespec="seconds"),
        "postgres": connection.info.server_version,
        "ledger": {"entries": entries[0] if entries else 0, "head": head[0] if head else ""},
        "migrations": [list(each) for each in steps],
    }
