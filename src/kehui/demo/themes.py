"""Themes: what a trade makes, what hurts there, and what would help."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Problem:
    """A trouble that several firms of the trade really have."""

    short: str
    things: tuple[str, ...]  # the objects it happens to; empty: all of the theme
    titles: tuple[str, ...]
    trouble: tuple[str, ...]
    cause: tuple[str, ...]
    tried: tuple[str, ...]
    goal: tuple[str, ...]
    limit: tuple[str, ...]
    indicators: tuple[tuple[str, str, str, str, str], ...]  # name, unit, now, target, check
    solved_by: tuple[str, ...]  # technique keys, the best first
    budget: tuple[int, int]  # ten thousand yuan


@dataclass(frozen=True)
class Technique:
    """A way of working that solves some of the troubles."""

    key: str
    titles: tuple[str, ...]
    how: tuple[str, ...]
    gain: tuple[str, ...]
    fit: tuple[str, ...]
    words: tuple[str, ...]
    trl: tuple[int, int]
    price: tuple[int, int]  # ten thousand yuan


@dataclass(frozen=True)
class Theme:
    key: str
    name: str
    field: str  # priority industry of the fair
    category: str  # of the market's list, second level
    label: str  # one of the category's labels
    testing: str  # the category of its tests
    industry: str  # GB/T 4754 class
    disciplines: tuple[str, ...]  # GB/T 13745
    homes: tuple[str, ...]  # region code prefixes where the trade is at home
    spread: float  # how common it is elsewhere, 0..1
    buyers: tuple[str, ...]  # how such organizations are called
    institute: str  # what a research unit of the trade is called
    objects: tuple[str, ...]
    process: tuple[str, ...]
    gear: tuple[str, ...]
    tests: tuple[str, ...]
    talks: tuple[str, ...]
    problems: tuple[Problem, ...]
    techniques: tuple[Technique, ...]

    def technique(self, key: str) -> Technique:
        return next(each for each in self.techniques if each.key == key)

    def solved_with(self, technique: Technique) -> list[Problem]:
        """Return the problems this technique helps with, those it fits best first."""
        found = [each for each in self.problems if technique.key in each.solved_by]
        return sorted(found, key=lambda each: each.solved_by.index(technique.key))


@cache
def all_themes() -> tuple[Theme, ...]:
    """Return every theme, in the order of their files."""
    folder = resources.files("kehui.demo") / "themes"
    files = sorted(folder.iterdir(), key=lambda each: each.name)
    return tuple(
        _theme(raw)
        for file in files
        if file.name.endswith(".toml")
        for raw in tomllib.loads(file.read_text("utf-8"))["theme"]
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def indicator_parts(line: str) -> tuple[str, str, str, str, str]:
    """Split `name;unit;now;target;how it is checked`."""
    name, unit, now, target, check = (part.strip() for part in line.split(";"))
    return name, unit, now, target, check


def _problem(raw: dict[str, Any]) -> Problem:
    return Problem(
        short=raw["short"],
        things=tuple(raw.get("things", "").split()),
        titles=_lines(raw["titles"]),
        trouble=_lines(raw["trouble"]),
        cause=_lines(raw["cause"]),
        tried=_lines(raw["tried"]),
        goal=_lines(raw["goal"]),
        limit=_lines(raw.get("limit", "")),
        indicators=tuple(indicator_parts(line) for line in _lines(raw["indicators"])),
        solved_by=tuple(raw["by"].split()),
        budget=(raw["budget"][0], raw["budget"][1]),
    )


def _technique(raw: dict[str, Any]) -> Technique:
    return Technique(
        key=raw["key"],
        titles=_lines(raw["titles"]),
        how=_lines(raw["how"]),
        gain=_lines(raw["gain"]),
        fit=_lines(raw.get("fit", "")),
        words=tuple(raw["words"].split()),
        trl=(raw["trl"][0], raw["trl"][1]),
        price=(raw["price"][0], raw["price"][1]),
    )


def _theme(raw: dict[str, Any]) -> Theme:
    return Theme(
        key=raw["key"],
        name=raw["name"],
        field=raw["field"],
        category=raw["category"],
        label=raw["label"],
        testing=raw["testing"],
        industry=raw["industry"],
        disciplines=tuple(raw["disciplines"].split()),
        homes=tuple(raw["homes"].split()),
        spread=raw["spread"],
        buyers=tuple(raw["buyers"].split()),
        institute=raw["institute"],
        objects=tuple(raw["objects"].split()),
        process=_lines(raw["process"]),
        gear=_lines(raw["gear"]),
        tests=_lines(raw["tests"]),
        talks=_lines(raw["talks"]),
        problems=tuple(_problem(each) for each in raw["problem"]),
        techniques=tuple(_technique(each) for each in raw["technique"]),
    )
