"""Explanations turned into sentences for people: data in, words of the active language out.

The engine says what is met, broken and unknown in codes and numbers; here each code has its
sentence. A code without one is a bug that a test finds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kehui.core import money

Explanation = Mapping[str, Any]

VERDICTS: Final = {"met": "yes", "part": "part", "broken": "no", "unknown": "unknown"}
TERMS_NAMED: Final = 4
LABELS: Final = {
    "tech": gettext_noop("技术内容"),
    "indicators": gettext_noop("指标覆盖"),
    "scene": gettext_noop("应用场景"),
    "readiness": gettext_noop("成熟度"),
    "distance": gettext_noop("距离"),
    "budget": gettext_noop("预算"),
    "response": gettext_noop("响应"),
    "feedback": gettext_noop("反馈扣分"),
}
RULES: Final = {
    "tech": gettext_noop("两边文字里共有的技术用词（越少见越值分）和整体意思的接近程度"),
    "indicators": gettext_noop("需求的每个指标，对方给出的数值达到、部分达到还是没达到"),
    "scene": gettext_noop("行业分类接近的程度：同一小类最高"),
    "readiness": gettext_noop("达到要求的成熟度得满分，每差一级少三分之一"),
    "distance": gettext_noop("同一区县得满分，600 公里以外不得分"),
    "budget": gettext_noop("最低报价在预算上限以内得满分，超出一倍不得分"),
    "response": gettext_noop("对方平时多久答复；没有数据按中间偏低计"),
}


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
    found += [_constraint(each) for each in explanation.get("constraints", ())]
    order = ("yes", "part", "no", "unknown")
    return sorted(found, key=lambda sentence: order.index(sentence.verdict))


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
    terms = list(dict.fromkeys(each["text"] for each in explanation.get("terms", ())))
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
        text += "、" if place else ""
        spans.append((len(text), len(text) + len(term)))
        text += term
    if len(terms) > len(named):
        text += _(" 等 %d 个技术点") % len(terms)
    verdict = "yes" if share >= 0.5 else "part"
    title = _("技术对得上") if verdict == "yes" else _("技术部分对得上")
    return Sentence(verdict=verdict, title=title, text=text, spans=tuple(spans))


def _constraint(found: Mapping[str, Any]) -> Sentence:
    verdict = VERDICTS[found["verdict"]]
    words = _WORDS[found["code"], verdict]
    values = {name: _shown(name, value) for name, value in found.get("params", {}).items()}
    return Sentence(verdict=verdict, title=_(words[0]) % values, text=_(words[1]) % values)


def _shown(name: str, value: Any) -> str:
    if value is None:
        return _("未写")
    if name.endswith("_fen"):
        return money.show(int(value))
    return str(value)


_WORDS: dict[tuple[str, str], tuple[str, str]] = {}
