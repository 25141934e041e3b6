import json
import time
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kehui.cli import reports
from kehui.core import money, regions
from kehui.core.errors import Refused
from kehui.market.models import Offer
from kehui.matching.selectors import reasons, sentences
from kehui.matching.services.files import (
    FileExperts,
    FileMatch,
    FileMatches,
    experts_of_file,
    match_file,
)

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
        parser.add_argument(
            "--experts",
            action="store_true",
            help="找可以请教的人，而不是科技所能 · find people to ask instead of offers",
        )
        reports.add_json(parser)

    def handle(self, *, file: Path, k: int, experts: bool, **options: Any) -> None:
        began = time.perf_counter()
        found: FileMatches | FileExperts
        try:
            ask = experts_of_file if experts else match_file
            found = ask(file, k=k, at=timezone.now())
        except Refused as refusal:
            raise CommandError(f"✗ {refusal} [{refusal.code}]") from refusal
        seconds = round(time.perf_counter() - began, 3)
        if found.ignored:
            self.stderr.write(f"没有用到的字段：{'、'.join(found.ignored)}")
        if found.missed_share:
            self.stderr.write(
                f"! 有 {found.missed_share:.0%} 的信息没有查到：存放它们的机器没有应答。"
            )
        if options["json"]:
            data = (
                experts_as_data(found, seconds=seconds)
                if isinstance(found, FileExperts)
                else as_data(found, seconds=seconds)
            )
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=1))
        elif isinstance(found, FileExperts):
            self._say_experts(found, seconds)
        else:
            self._say_matches(found, seconds)

    def _say_experts(self, found: FileExperts, seconds: float) -> None:
        people = found.experts.found
        self.stdout.write(f"“{found.title}”可以请教的人：{len(people)} 位，用时 {seconds} 秒")
        for place, each in enumerate(people, start=1):
            studio = each.other
            self.stdout.write(f"\n{place}. {each.score} 分  {studio.owner.name}（{studio.name}）")
            self.stdout.write(f"   工作室编号 {studio.pk} · {regions.name_of(studio.region_id)}")
            for one in reasons.reasons(each.profile, each.named):
                self.stdout.write(f"   {SIGNS[one.verdict]} {one.title}：{one.text}")
        if not people:
            self.stdout.write("没有找到。还没有开张的个人工作室。")

    def _say_matches(self, found: FileMatches, seconds: float) -> None:
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
                "ranker": each.found.ranker,
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


def experts_as_data(found: FileExperts, *, seconds: float) -> dict[str, Any]:
    """Return the people, and what each score is made of."""
    return {
        "title": found.title,
        "engine": found.engine,
        "seconds": seconds,
        "is_settled": found.experts.is_settled,
        "missed_share": found.missed_share,
        "experts": [
            {
                "studio": each.other.pk,
                "name": each.other.owner.name,
                "score": each.score,
                "profile": each.profile,
                "parts": [
                    {"name": part.name, "got": part.got, "most": part.most} for part in each.parts
                ],
                "offers": [
                    {"offer": one.offer.pk, "title": one.offer.title, "score": one.score}
                    for one in each.grounds
                ],
                "sentences": [
                    {"verdict": one.verdict, "title": one.title, "text": one.text}
                    for one in reasons.reasons(each.profile, each.named)
                ],
            }
            for each in found.experts.found
        ],
    }
