import json
import time
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kehui.core import money, regions
from kehui.core.errors import Refused
from kehui.market.models import Offer
from kehui.matching.selectors import sentences
from kehui.matching.services.files import FileMatch, FileMatches, match_file

SIGNS: Final = {"yes": "✓", "part": "◐", "no": "✗", "unknown": "?"}
MOST: Final = 100


class Command(BaseCommand):
    help = (
        "给文件里的一条需求找匹配：与数据库里已发布的科技所能相比，逐条说明理由；什么也不存。"
        "\nMatch a need in a JSON file against the published offers; nothing is stored."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="JSON 文件：title、body，可加市场的其他字段 · a need as JSON"
        )
        parser.add_argument(
            "-k", type=count, default=10, help="要几条，1 至 100，默认 10 · how many"
        )
        parser.add_argument("--json", action="store_true", help="输出 JSON · print JSON")

    def handle(self, *, file: Path, k: int, **options: Any) -> None:
        began = time.perf_counter()
        try:
            found = match_file(file, k=k, at=timezone.now())
        except Refused as refusal:
            raise CommandError(f"✗ {refusal} [{refusal.code}]") from refusal
        seconds = round(time.perf_counter() - began, 3)
        if found.ignored:
            self.stderr.write(f"没有用到的字段：{'、'.join(found.ignored)}")
        if found.missed_share:
            self.stderr.write(
                f"! 有 {found.missed_share:.0%} 的科技所能没有查到：存放它们的机器没有应答。"
            )
        if options["json"]:
            text = json.dumps(as_data(found, seconds=seconds), ensure_ascii=False, indent=1)
            self.stdout.write(text)
            return
        self.stdout.write(f"“{found.title}”的匹配：{len(found.matches)} 条，用时 {seconds} 秒")
        for place, match in enumerate(found.matches, start=1):
            self._say(place, match)
        if not found.matches:
            self.stdout.write("没有找到。库里还没有已发布的科技所能，或都不合硬性条件。")

    def _say(self, place: int, match: FileMatch) -> None:
        found, offer = match.found, match.offer
        facts = [f"编号 {offer.pk}", regions.name_of(offer.region_id), price_of(offer)]
        facts += [f"TRL {offer.trl}"] if offer.trl else []
        self.stdout.write(f"\n{place}. {found.score} 分  {offer.title}")
        self.stdout.write(f"   {' · '.join(facts)}")
        parts = (f"{each.label} {each.got}/{each.max}" for each in sentences.factors(found.parts))
        self.stdout.write(f"   {'，'.join(parts)}")
        for each in sentences.argument(found.explanation, found.parts):
            self.stdout.write(f"   {SIGNS[each.verdict]} {each.title}：{each.text}")
        if missing := found.explanation["missing"]:
            self.stdout.write(f"   － 对方没有写到：{'、'.join(missing)}")


def count(text: str) -> int:
    """Read how many are wanted."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise ArgumentTypeError(f"应是 1 至 {MOST} 的整数")
    return int(text)


def price_of(offer: Offer) -> str:
    if offer.price_fen is not None:
        return money.show(offer.price_fen)
    return "面议"


def as_data(found: FileMatches, *, seconds: float) -> dict[str, Any]:
    """Return everything the sentences are made of, and the sentences."""
    return {
        "title": found.title,
        "engine": found.engine,
        "seconds": seconds,
        "missed_share": found.missed_share,
        "matches": [
            {
                "offer": each.offer.pk,
                "uid": str(each.offer.uid),
                "title": each.offer.title,
                "score": each.found.score,
                "parts": each.found.parts,
                "sentences": [
                    {"verdict": one.verdict, "title": one.title, "text": one.text}
                    for one in sentences.argument(each.found.explanation, each.found.parts)
                ],
                **each.found.explanation,
            }
            for each in found.matches
        ],
    }
