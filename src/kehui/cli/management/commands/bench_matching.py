import subprocess
import sys
from argparse import REMAINDER, ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

import kehui

SCRIPTS = "matching*.py"


class Command(BaseCommand):
    help = (
        "与同类工具并排测匹配速度：运行源码目录 benchmarks/ 里的脚本。"
        "\nMeasure the speed of matching beside peers: runs the scripts of benchmarks/."
    )
    requires_system_checks: list[str] = []
    needs_database = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("arguments", nargs=REMAINDER, help="原样交给脚本 · passed on")

    def handle(self, *, arguments: list[str], **_: Any) -> None:
        folder = benchmarks()
        scripts = sorted(folder.glob(SCRIPTS))
        if not scripts:
            raise CommandError(
                f"✗ 这里没有测速脚本：{folder}。"
                "脚本不随安装包分发；请在源码目录里运行，或 make bench。"
                "\n  The scripts are not installed; run this in a checkout, or make bench there."
            )
        for script in scripts:
            self.stdout.write(f"—— {script.name} ——")
            self.stdout.flush()
            done = subprocess.run([sys.executable, str(script), *arguments], check=False)  # noqa: S603
            if done.returncode:
                raise CommandError(
                    f"✗ {script.name} 没有跑完，状态 {done.returncode}。",
                    returncode=done.returncode,
                )


def benchmarks() -> Path:
    """Return where a checkout keeps its benchmarks: beside the sources this runs from."""
    return Path(kehui.__file__).resolve().parents[2] / "benchmarks"
