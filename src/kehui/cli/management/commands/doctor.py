import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections
from django.utils.timezone import now

from kehui.cli.checks import Finding, database_findings, finding, machine_findings
from kehui.server import embedded, external
from kehui.server.output import Output
from kehui.server.paths import Folder, external_url
from kehui.server.refusals import CannotRun

SIGNS = {"good": "✓", "warning": "!", "bad": "✗"}
BAD_STATUS = 1


class Command(BaseCommand):
    help = "检查本机与数据：装了什么、版本、字体、磁盘、数据库、索引；每项给出结论与该做什么。"
    requires_system_checks: list[str] = []
    needs_database = False  # a database that does not start is a finding, not the end

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, **options: Any) -> None:
        folder = Folder(Path(settings.DATA_DIR))
        findings = machine_findings(folder)
        try:
            if url := external_url():
                external.check(url, Output())
                findings += database_findings(at=now())
            elif not folder.cluster.exists():
                advice = "kehui up 会自动建立。"
                findings += [finding("database", "数据库", "warning", "还没有建立", advice)]
            else:
                with embedded.database(folder, what="kehui doctor"):
                    findings += database_findings(at=now())
                    connections.close_all()
        except CannotRun as refusal:
            findings += [refused(refusal)]
        is_sound = all(each["verdict"] != "bad" for each in findings)
        if options["json"]:
            said = {"is_sound": is_sound, "findings": findings}
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=1))
        else:
            for each in findings:
                self.stdout.write(f"{SIGNS[each['verdict']]} {each['what']}：{each['found']}")
                if each["advice"]:
                    self.stdout.write(f"    → {each['advice']}")
            self.stdout.write("一切正常。" if is_sound else "有需要处理的问题，见上面的 ✗。")
        if not is_sound:
            raise SystemExit(BAD_STATUS)


def refused(refusal: CannotRun) -> Finding:
    return finding(refusal.code.lower(), "数据库", "bad", refusal.message)
