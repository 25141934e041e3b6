"""Explanations turned into sentences for people: data in, words of the active language out.

The engine says what is met, broken and unknown in codes and numbers; here each code has its
sentence. A code without one is a bug that a test finds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from kehui.core import money, regions
from kehui.matching.selectors.wording import LABELS, RAISES, RULES, SIGNS, WORDS

Explanation = Mapping[str, Any]

VERDICTS: Final = {"met": "yes", "partly": "part", "broken": "no", "unknown": "unknown"}
TERMS_NAMED: Final = 4


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One reason for or against, ready to be shown."""

    verdict: str  # yes, part, no, unknown
    title: str
    text: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Factor:
    label: str
    got: int
    max: int


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A piece of one side's text with the cited spans in it."""

    label: str
    text: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Rule:
    label: str
    most: int
    how: str


def rules(weights: Mapping[str, float]) -> list[Rule]:
    """Return the published rule, part by part."""
    return [
        Rule(label=_(LABELS[name]), most=round(most), how=_(RULES[name]))
        for name, most in weights.items()
    ]


def factors(parts: Sequence[Mapping[str, Any]]) -> list[Factor]:
    return [
        Factor(label=_(LABELS[part["name"]]), got=part["got"], max=part["most"]) for part in parts
    ]


def argument(explanation: Explanation, parts: Sequence[Mapping[str, Any]]) -> list[Sentence]:
    """Return the reasons: what speaks for the pair first, then what does not fit, then unknowns."""
    found = [_technical(explanation, parts)]
    found += [_constraint(each) for each in explanation["constraints"] if _worth_saying(each)]
    order = ("yes", "part", "no", "unknown")
    return sorted(found, key=lambda sentence: order.index(sentence.verdict))


def _worth_saying(constraint: Mapping[str, Any]) -> bool:
    """Leave out what is true of nearly every pair: free hands, and a lead time nobody has given."""
    code, verdict = constraint["code"], constraint["verdict"]
    return not (code == "CAPACITY" and verdict == "met") and not (
        code == "DEADLINE" and verdict == "unknown"
    )


def passages(explanation: Explanation) -> list[Passage]:
    labels = {"need": _("需求原文"), "offer": _("所能原文")}
    return [
        Passage(
            label=labels[each["side"]],
            text=each["text"],
            spans=tuple((start, end) for start, end in each["spans"]),
        )
        for each in explanation.get("passages", ())
    ]


def place_of(name: str, explanation: Explanation) -> str:
    km = explanation.get("distance_km")
    return _("%(place)s · %(km)d 公里") % {"place": name, "km": round(km)} if km else name


def _technical(explanation: Explanation, parts: Sequence[Mapping[str, Any]]) -> Sentence:
    tech = next((part for part in parts if part["name"] == "tech"), None)
    share = tech["got"] / tech["most"] if tech else 0.0
    terms = _apart(explanation["common"])
    if not terms:
        return Sentence(
            verdict="part" if share >= 0.25 else "no",
            title=_("技术内容接近") if share >= 0.25 else _("技术内容不同"),
            text=_("用词不同，只是整体意思有些接近"),
        )
    named = terms[:TERMS_NAMED]
    lead = _("两边都写到 ")
    text, spans = lead, []
    for place, term in enumerate(named):
        text += _("、") if place else ""
        spans.append((len(text), len(text) + len(term)))
        text += term
    if len(terms) > len(named):
        text += _(" 等 %d 个技术点") % len(terms)
    verdict = "yes" if share >= 0.5 else "part"
    title = _("技术对得上") if verdict == "yes" else _("技术部分对得上")
    return Sentence(verdict=verdict, title=title, text=text, spans=tuple(spans))


def _apart(terms: Sequence[str]) -> list[str]:
    """Leave out terms that say again a part of one named before, or overlap with it."""
    kept: list[str] = []
    for term in sorted(terms, key=len, reverse=True):
        pairs = {term[at : at + 2] for at in range(len(term) - 1)} or {term}
        if not any(all(pair in longer for pair in pairs) for longer in kept):
            kept.append(term)
    return sorted(kept, key=list(terms).index)


def raises(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what would raise the score, the greatest gain first."""
    return [
        _("%(what)s，最多可加 %(points)d 分")
        % {"what": _(RAISES[each["code"]]), "points": round(each["points"])}
        for each in found
        if each["code"] in RAISES
    ]


def _constraint(found: Mapping[str, Any]) -> Sentence:
    verdict = VERDICTS[found["verdict"]]
    title, text = WORDS[found["code"], verdict]
    values = {name: _shown(name, value) for name, value in found["values"].items()}
    values |= _indicator_texts(found["values"])
    return Sentence(verdict=verdict, title=_(title) % values, text=_(text) % values)


def _indicator_texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        side: _statement(values, side)
        for side in ("wanted", "offered")
        if f"{side}_value" in values
    }


def _statement(values: Mapping[str, Any], side: str) -> str:
    """Write ≥ 85 %, or 38–42 元/吨."""
    low, upper = values[f"{side}_value"], values[f"{side}_upper"]
    unit = values[f"{side}_unit"]
    if upper is not None:
        return f"{low:g}–{upper:g} {unit}".strip()
    sign = SIGNS[values[f"{side}_comparator"]]
    return f"{sign} {low:g} {unit}".strip()


def _shown(name: str, value: Any) -> str:
    if value is None:
        return _("未写")
    if name.endswith("_fen"):
        return money.show(int(value))
    if name == "required" and isinstance(value, str):
        return _("、").join(regions.name_of(code.ljust(6, "0")) for code in value.split(","))
    if name == "region":
        return regions.name_of(f"{value:06d}")
    return str(value)
