"""Write the table of docs/privacy.md from the register of personal fields.

python tools/privacy.py           write it
python tools/privacy.py --check   fail when it is not current
"""

import os
import sys
from itertools import groupby
from pathlib import Path

import django

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "privacy.md"
BEGIN, END = "<!-- register -->", "<!-- end of the register -->"


def table() -> str:
    from kehui.privacy.register import register  # noqa: PLC0415 - Django is set up first

    lines = []
    for model, rows in groupby(register().personal, key=lambda each: each.model):
        lines += [
            f"### `{model}`",
            "",
            "| field | seen by | purpose 用途 | basis 依据 | retention 保存期 | erasure 注销后 |",
        ]
        lines.append("|---|---|---|---|---|---|")
        lines += [
            f"| `{each.name}` | {each.who_sees.chinese} | {each.purpose.chinese} "
            f"| {each.basis.chinese} | {each.retention.chinese} | {each.erasure.chinese} |"
            for each in rows
        ]
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehui.site.settings")
    django.setup()
    text = DOCUMENT.read_text("utf-8")
    head, _, rest = text.partition(BEGIN)
    wanted = f"{head}{BEGIN}\n\n{table()}\n{END}{rest.partition(END)[2]}"
    if "--check" in sys.argv[1:]:
        if text != wanted:
            sys.stderr.write("docs/privacy.md is not current: python tools/privacy.py\n")
        return int(text != wanted)
    DOCUMENT.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
