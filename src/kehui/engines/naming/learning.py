"""Count who says that two names mean one thing, and decide what is learned from it.

    owners(name, other) = parties with a text that says so, or so with more before the name or
                          技术, 系统… behind it; equal texts count once
    agreeing            = those whose full name is alike: one holds the other, or they
                          share half of their character pairs (Dice)
    taught              = 3 owners, or 2 when the form itself shows it, and 3/4 of all agree

A party that repeats itself teaches nothing. What is contested or said by few waits for a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import Final

from kehui.engines.naming.definitions import definitions
from kehui.engines.text.normal import normalize

OWNERS: Final = 3
OWNERS_FITTING: Final = 2  # when initials or characters in order show it too
AGREEING: Final = 0.75
MOST_OTHERS: Final = 3  # 系统（MES）, 系统（ERP）…: with more, a name is a kind and no thing
MOST: Final = 5_000
QUOTES: Final = 5
LONGEST_QUOTE: Final = 80
# A name with one of these behind it says the same
_ENDINGS: Final = ("技术", "工艺", "系统", "装置", "设备", "方法", "法")


class Standing(StrEnum):
    """What is learned: `TAUGHT` is in force, the others wait for a person."""

    TAUGHT = "taught"
    FEW = "few"
    CONTESTED = "contested"


@dataclass(frozen=True, slots=True)
class Told:
    """A text and whose it is; 0 is nobody's, and all of nobody's texts count as one owner's."""

    number: int
    owner: int
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Where a definition stands: the number of the text, and its own words."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class Naming:
    """`other` is another name of `name`, by so many owners in so many different texts."""

    name: str
    other: str
    owners: int
    texts: int
    standing: Standing
    quotes: tuple[Quote, ...]


@dataclass(slots=True)
class _Tally:
    owners: set[int] = field(default_factory=set)
    texts: int = 0
    is_fitting: bool = False
    quotes: list[Quote] = field(default_factory=list)
    quoted: set[int] = field(default_factory=set)


_Names = dict[str, _Tally]  # by full name


def learn(texts: Iterable[Told]) -> list[Naming]:
    """Return the pairs of names, those of most owners first, 5,000 at most.

    The result depends on the order of the texts in nothing but which of many quotes are kept.
    """
    tallies = _counted(texts)
    others_of: dict[str, set[str]] = {}
    for other, named in tallies.items():
        for name in named:
            others_of.setdefault(name, set()).add(other)
    found = [
        _judged(other, name, named, len(others_of[name]))
        for other, named in tallies.items()
        for name in named
    ]
    return sorted(found, key=lambda each: (-each.owners, each.other, each.name))[:MOST]


def _counted(texts: Iterable[Told]) -> dict[str, _Names]:
    tallies: dict[str, _Names] = {}
    seen: set[bytes] = set()
    for told in texts:
        said = definitions(told.text)
        if not said:
            continue
        content = blake2b(normalize(told.text).encode("utf-8", "surrogatepass"), digest_size=16)
        if content.digest() in seen:
            continue
        seen.add(content.digest())
        for each in said:
            tally = tallies.setdefault(each.other, {}).setdefault(each.name, _Tally())
            tally.owners.add(told.owner)
            tally.texts += 1
            tally.is_fitting |= each.is_fitting
            if told.owner not in tally.quoted and len(tally.quotes) < QUOTES:
                tally.quoted.add(told.owner)
                words = told.text[each.start : each.end][:LONGEST_QUOTE]
                tally.quotes.append(Quote(told.number, words))
    return tallies


def _judged(other: str, name: str, named: _Names, others: int) -> Naming:
    tally = named[name]
    # 治理细颗粒物（PM2.5） speaks for 细颗粒物 too, once somebody writes just that
    endings = tuple(name + each for each in ("", *_ENDINGS))
    speaking = [tally, *(named[told] for told in named if told != name and told.endswith(endings))]
    owners = _owners(speaking)
    agreeing = _owners(named[told] for told in named if are_alike(told, name))
    is_general = others > MOST_OTHERS or any(
        told.endswith(name) and len(each.owners) > len(tally.owners) for told, each in named.items()
    )
    if len(owners) < (OWNERS_FITTING if tally.is_fitting else OWNERS):
        standing = Standing.FEW
    elif is_general or len(agreeing) < AGREEING * len(_owners(named.values())):
        standing = Standing.CONTESTED
    else:
        standing = Standing.TAUGHT
    quotes = [quote for each in speaking for quote in each.quotes]
    texts = sum(each.texts for each in speaking)
    return Naming(name, other, len(owners), texts, standing, tuple(quotes[:QUOTES]))


def _owners(tallies: Iterable[_Tally]) -> set[int]:
    return {owner for each in tallies for owner in each.owners}


def are_alike(one: str, two: str) -> bool:
    """Say whether two full names mean one thing by their spelling."""
    if one in two or two in one:
        return True
    first, second = _pairs(one), _pairs(two)
    return 4 * len(first & second) >= len(first) + len(second)


def _pairs(name: str) -> set[str]:
    return {name[at : at + 2] for at in range(len(name) - 1)}
