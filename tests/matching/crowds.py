"""A made-up market in which nobody is like the other, and the lists of everybody in it."""

import random
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.makers import NOW, make_organization, make_person
from tests.matching.pairs import TEXTS, need_of, of_one_organization, offer_of

from kehui.ledger.models import Entry
from kehui.market.models import Indicator, Item, Need, Offer, State
from kehui.matching.adapter import passes, questions
from kehui.matching.facts import ItemMatched
from kehui.matching.models import Suggestion
from kehui.matching.services import match_item, runs
from kehui.matching.services.lists import whole

Rows = dict[tuple[str, int], list[tuple[Any, ...]]]
WORDS = "结垢 蒸发 结晶 电渗析 膜 涂层 叶片 热障 光纤 应变 桥梁 监测 盐分 回收 泡菜 裂纹".split()
COLUMNS = ("score", "order", "parts", "features", "engine", "ranker", "explanation")
INDUSTRIES = ("1371", "3811", "4812", "2614")


def shorten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let lists be short and steps small, so that a small market fills, cuts and parts them."""
    monkeypatch.setattr(runs, "KEPT", 3)
    monkeypatch.setattr(questions, "COVERING", 6)
    monkeypatch.setattr(questions, "POOL", 7)
    monkeypatch.setattr(passes, "SPARE", 1)
    monkeypatch.setattr(passes, "AT_A_TIME", 2)
    monkeypatch.setattr(passes, "SAVED_AFTER", 2)


def matched_anew() -> list[int]:
    entries = Entry.objects.filter(kind=ItemMatched.kind).order_by("pk")
    return [ItemMatched.of(each).item for each in entries]


def some(seed: int, *, needs: int, offers: int, at: datetime = NOW) -> None:
    """Put needs down, some with indicators, and offers, each of another party."""
    draw = random.Random(seed)  # a made-up market
    for number in range(needs):
        need = need_of(**_drawn(draw), published_at=at)
        if number % 3 == 0:
            wanting(need)
    for number in range(offers):
        advantage = ("盐回收率达到 88 %。", "出水氨氮 6 mg/L。")[number % 2]
        offer_of(**_drawn(draw), advantage=advantage, published_at=at)


def crowd() -> None:
    """Put a market down in which lines are short of those who are in no conflict of interest."""
    some(1, needs=9, offers=14)
    firm = make_organization()
    for _ in range(3):  # more of one firm's than a line has to spare
        of_one_organization("salt")
    owner = make_person(employer=firm)
    need_of("salt", owner)
    for _ in range(3):
        offer_of("salt", make_person(employer=firm), trl=9)
    offer_of("salt", owner)


def _drawn(draw: random.Random) -> dict[str, Any]:
    title = "".join(draw.sample(WORDS, 4))
    return {
        "subject": draw.choice(list(TEXTS)),
        "title": title,
        "keywords": draw.sample(WORDS, 2),
        "trl": draw.randint(1, 9),
        "industry": draw.choice(INDUSTRIES),
    }


def wanting(need: Need) -> Need:
    for name, comparison, target, unit in (
        ("盐回收率", "ge", "85", "%"),
        ("出水氨氮", "le", "8", "mg/L"),
    ):
        Indicator.objects.create(
            need=need, name=name, comparison=comparison, target=Decimal(target), unit=unit
        )
    return need


def published() -> list[Offer | Need]:
    return [whole(each) for each in Item.objects.filter(state=State.PUBLISHED).order_by("pk")]


def listed() -> Rows:
    """Return everybody's list, best first, as it was kept; quotations apart.

    How much of a pair is quoted depends on whose list was made last.
    """
    found: Rows = {}
    for side, other in (("need", "offer"), ("offer", "need")):
        rows = Suggestion.objects.filter(**{f"from_{side}": True, f"{side}__state": "published"})
        for item, *told in rows.order_by("-order", other).values_list(side, other, *COLUMNS):
            told[-1] = {**told[-1], "passages": [], "common": []}
            found.setdefault((side, item), []).append(tuple(told))
    return found


def one_by_one(at: Any) -> Rows:
    """Return the lists of single runs alone."""
    Suggestion.objects.all().delete()
    for item in published():
        match_item(item=item, at=at)
    return listed()
