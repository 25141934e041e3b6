"""The hand-written part: a few firms, scientists, needs and offers to tell a story along."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from random import Random
from typing import Any

from kehui.demo.codes import credit_code
from kehui.demo.items import DemoNeed, DemoOffer, DemoOrganization, DemoPerson, DemoStudio, DemoTeam
from kehui.demo.need_prose import indicator
from kehui.demo.phrases import Speaker
from kehui.demo.shelves import shelf_of_need, shelf_of_offer
from kehui.demo.themes import Theme, indicator_parts
from kehui.demo.trades import Cast

TEN_THOUSAND = 1_000_000  # yuan in fen
TEAM_OWNER = "vision_lab"
FIRM_SHELVES = frozenset({"starter_firm"})
MATES = (("许望舒", "算法"), ("蒲青禾", "装备"), ("阿苏·伍果", "现场服务"))


@cache
def _written() -> dict[str, Any]:
    path = resources.files("kehui.demo") / "showcases.toml"
    return tomllib.loads(path.read_text("utf-8"))


def add_to(cast: Cast, *, at: datetime, themes: Mapping[str, Theme]) -> dict[str, int]:
    """Add organizations, people, the team and the studios; return the organizations' numbers."""
    numbers: dict[str, int] = {}
    theme_of = {
        each["owner"]: each["theme"] for each in (*_written()["need"], *_written()["offer"])
    }
    joined = at - timedelta(days=380)
    for raw in _written()["organization"]:
        number = len(cast.organizations)
        theme = themes[theme_of[raw["key"]]]
        is_supplier = any(each["owner"] == raw["key"] for each in _written()["offer"])
        rng = Random(raw["key"])
        cast.organizations.append(
            DemoOrganization(
                number=number, name=raw["name"], kind=raw["kind"],
                uscc=credit_code(rng, raw["kind"], raw["region"], number + 1),
                region=raw["region"], industry=raw["industry"], size=raw["size"],
                themes=(theme.key,), joined_at=joined, is_supplier=is_supplier,
            )
        )  # fmt: skip
        numbers[raw["key"]] = number
        people = [(raw["contact"], raw["title"])]
        if raw["key"] == TEAM_OWNER:
            people += [(name, "助理研究员") for name, _ in MATES]
        for name, title in people:
            _person(cast, number, name, title, theme if is_supplier else None, joined)
        cast.contact_of[number] = len(cast.people) - len(people)
        if is_supplier:
            _studio(cast, raw["key"], number, theme, joined)
    return numbers


def _person(
    cast: Cast, employer: int, name: str, title: str, theme: Theme | None, joined: datetime
) -> None:
    cast.people.append(
        DemoPerson(
            number=len(cast.people), name=name, title=title, employer=employer,
            region=cast.organizations[employer].region,
            disciplines=theme.disciplines if theme else (), is_expert=theme is not None,
            themes=(theme.key,) if theme else (), joined_at=joined,
        )
    )  # fmt: skip


def _studio(cast: Cast, key: str, organization: int, theme: Theme, joined: datetime) -> None:
    lead = cast.contact_of[organization]
    offers = [each for each in _written()["offer"] if each["owner"] == key]
    words = dict.fromkeys(word for each in offers for word in each["keywords"].split())
    team = None
    if key == TEAM_OWNER:
        team = len(cast.teams)
        mates = tuple((lead + 1 + step, role) for step, (_, role) in enumerate(MATES))
        cast.teams.append(
            DemoTeam(
                number=team, name="湿态物料视觉分选团队", lead=lead,
                members=((lead, "负责人"), *mates), host=organization, theme=theme.key,
                founded_at=joined,
            )
        )  # fmt: skip
    is_firm = key in FIRM_SHELVES
    owner = cast.people[lead].name if team is None else cast.teams[team].name
    cast.studios.append(
        DemoStudio(
            number=len(cast.studios),
            name=cast.organizations[organization].name if is_firm else f"{owner}科创工作室",
            person=None if team is not None or is_firm else lead, team=team,
            organization=organization if is_firm else None,
            region=cast.organizations[organization].region,
            directions=f"{'、'.join(list(words)[:4])}。从取样小试做到现场调试，{theme.name}企业去得最多。",
            skills=tuple(list(words)[:10]), weekly_hours=None if is_firm else 10, reply_hours=6,
            opened_at=joined + timedelta(days=3),
        )
    )  # fmt: skip


def needs(
    first: int, cast: Cast, numbers: Mapping[str, int], *, at: datetime, themes: Mapping[str, Theme]
) -> Iterator[DemoNeed]:
    """Give the hand-written needs, numbered from `first`."""
    for step, raw in enumerate(_written()["need"]):
        theme, owner = themes[raw["theme"]], numbers[raw["owner"]]
        contact = cast.contact_of[owner]
        seen = at - timedelta(days=3 + 4 * step, hours=step)
        speaker = Speaker(Random(step))
        shelf = shelf_of_need(raw["kind"], theme)
        lines = [indicator_parts(line) for line in raw["indicators"].splitlines() if line.strip()]
        low, high = raw["budget"]
        yield DemoNeed(
            number=first + step, kind=raw["kind"], theme=theme.key, field=theme.field,
            category=shelf[0], label=shelf[1], title=raw["title"],
            description=raw["description"].strip(), industry=cast.organizations[owner].industry,
            keywords=tuple(raw["keywords"].split()), region=cast.organizations[owner].region,
            price_mode="negotiated", price_fen=None,
            negotiable_reason="工程量要看现场和小试结果后才能定", trl=raw["trl"], tier=0,
            holder=contact, organization=owner, state="published",
            created_at=seen - timedelta(days=1), published_at=seen,
            valid_until=seen.date() + timedelta(days=180), closed_at=None, close_reason="",
            solved_by=tuple(raw["solved_by"].split()), region_requirement=(),
            background=raw["background"], main_problem=raw["main_problem"], target=raw["target"],
            tried=raw["tried"], deadline=at.date() + timedelta(days=raw["days"]),
            budget_low_fen=low * TEN_THOUSAND, budget_high_fen=high * TEN_THOUSAND,
            deliverable=raw["deliverable"], acceptance=raw["acceptance"], ip_wish=raw["ip_wish"],
            contact_name=cast.people[contact].name, hides_name=False,
            indicators=tuple(indicator(speaker, line) for line in lines),
        )  # fmt: skip


def offers(
    first: int, cast: Cast, numbers: Mapping[str, int], *, at: datetime, themes: Mapping[str, Theme]
) -> Iterator[DemoOffer]:
    """Give the hand-written offers, numbered from `first`."""
    for step, raw in enumerate(_written()["offer"]):
        theme, owner = themes[raw["theme"]], numbers[raw["owner"]]
        lead = cast.contact_of[owner]
        studio = next(each.number for each in cast.studios if _is_of(each, cast, lead, owner))
        seen = at - timedelta(days=20 + 9 * step)
        low, high = raw["price"]
        trl = raw["trl"] or None
        shelf = shelf_of_offer(raw["kind"], theme, is_test=False)
        yield DemoOffer(
            number=first + step, kind=raw["kind"], theme=theme.key, field=theme.field,
            category=shelf[0], label=shelf[1], title=raw["title"],
            description=raw["description"].strip(), industry=theme.industry,
            keywords=tuple(raw["keywords"].split()), region=cast.organizations[owner].region,
            price_mode="negotiated", price_fen=None,
            negotiable_reason="按处理规模和现场条件报价", trl=trl, tier=0, holder=lead,
            organization=owner, state="published", created_at=seen - timedelta(days=2),
            published_at=seen, valid_until=seen.date() + timedelta(days=180), closed_at=None,
            close_reason="", technique=f"{theme.key}/{raw['technique']}", studio=studio,
            problem_solved=raw["problem_solved"], advantage=raw["advantage"],
            for_whom=raw["for_whom"], regions_served=("510000",), capacity=2,
            available_from=_soon(at), trl_evidence=raw["evidence"] if trl else "",
            price_low_fen=low * TEN_THOUSAND, price_high_fen=high * TEN_THOUSAND,
            evidence=raw["evidence"], adopters=raw["adopters"], employer_consent="given",
            disciplines=theme.disciplines,
        )  # fmt: skip


def _is_of(studio: DemoStudio, cast: Cast, lead: int, owner: int) -> bool:
    if studio.team is not None:
        return cast.teams[studio.team].lead == lead
    return studio.person == lead or studio.organization == owner


def _soon(at: datetime) -> date:
    return at.date() + timedelta(days=10)
