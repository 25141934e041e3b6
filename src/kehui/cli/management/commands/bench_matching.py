import subprocess
import sys
from argparse import REMAINDER, ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

import kehui

SCRIPTS = "matching_*.py"
RUNS = 'if __name__ == "__main__":'  # the others are there to be imported


class Command(BaseCommand):
    help = (
        "与同类工具并排测匹配速度：运行源码目录 benchmarks/ 里的脚本，或只运行其中一个。"
        "\nMeasure the speed of matching beside peers: runs the scripts of benchmarks/."
    )
    requires_system_checks: list[str] = []
    needs_database = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "script",
            nargs="?",
            default="",
            help="脚本名，如 query；不写则全部 · one of them, or all",
        )
        parser.add_argument("arguments", nargs=REMAINDER, help="原样交给脚本 · passed on")

    def handle(self, *, script: str, arguments: list[str], **_: Any) -> None:
        folder = benchmarks()
        scripts = [
            each
            for each in sorted(folder.glob(SCRIPTS))
            if RUNS in each.read_text("utf-8")
            and each.stem.endswith(f"_{script}" if script else "")
        ]
        if not scripts:
            raise CommandError(
                f"✗ 这里没有测速脚本：{folder / SCRIPTS.replace('*', script or '*')}。"
                "脚本不随安装包分发；请在源码目录里运行，或 make bench。"
                "\n  The scripts are not installed; run this in a checkout, or make bench there."
            )
        for each in scripts:
            self.stdout.write(f"—— {each.name} ——")
            self.stdout.flush()
            done = subprocess.run([sys.executable, str(each), *arguments], check=False)  # noqa: S603
            if done.returncode:
                raise CommandError(
                    f"✗ {each.name} 没有跑完，状态 {done.returncode}。",
                    returncode=done.returncode,
                )


def benchmarks() -> Path:
    """Return where a checkout keeps its benchmarks: beside the sources this runs from."""
    return Path(kehui.__file__).resolve().parents[2] / "benchmarks"
