from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from kehui.server.up import become_up


class Command(BaseCommand):
    help = "Use the database, then become the server, as `kehui demo --up` does."

    def handle(self, **_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        become_up("一行说明\n再一行")
