"""The matches of an item as its page shows them."""

import math
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kehui.core import regions
from kehui.market.models import Item, Need, NeedKind, Offer, OfferKind, Side
from kehui.matching import policies
from kehui.matching.adapter import Found
from kehui.matching.models import Reason, Suggestion
from kehui.matching.selectors import sentences, standing, suggestions
from kehui.people.models import Level
from kehui.web import facts_shown
from kehui.web.matching.together import Together, together_for

FIRST = 5


@dataclass(frozen=True, kw_only=True)
class Match:
    """One match with its argument."""

    pk: int
    url: str
    title: str
    score: int
    kind: str
    place: str
    price: str
    trl: str
    who: str
    role: str
    verified: bool
    evidence: list[sentences.Sentence]
    factors: list[sentences.Factor]
    passages: list[sentences.Passage]
    why_url: str
    answer: str = ""
    talk_state: str = ""
    can_talk: bool = False
    moved: str = ""


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The matches of an item that its page shows; `more` come with `show` of them.

    `shown` are the suggestions behind the matches, in the same order.
    """

    matches: list[Match]
    shown: list[Suggestion]
    total: int
    more: int
    show: int
    is_waiting: bool
    kinds: list[dict[str, str | int | bool]] = field(default_factory=list)
    reasons: list[dict[str, str]] = field(default_factory=list)
    note: str = ""
    together: Together | None = None
    missed: str = ""


def shelf_of(item: Item, *, kind: str, show: int = FIRST, today: date) -> Shelf:
    """Return the best `show` matches, at least FIRST, of one kind or of all; then twice as many."""
    show = max(show, FIRST)
    side = Side(item.side)
    found = suggestions.suggested_for(item, today=today)
    counts = suggestions.kind_counts(found, item)
    other = "offer" if side == Side.NEED else "need"
    total = sum(counts.values())
    number = counts.get(kind, total)
    if kind in counts:
        found = found.filter(**{f"{other}__kind": kind})
    shown = suggestions.with_counterparts(found, item, most=show)
    return Shelf(
        matches=[_match(each, side) for each in shown],
        shown=shown,
        total=total,
        more=min(number - len(shown), show),
        show=2 * show,
        is_waiting=suggestions.is_waiting(item) and not shown,
        kinds=_kinds(counts, total, kind, side) if len(counts) > 1 else [],
        reasons=[{"value": code, "label": str(label)} for code, label in Reason.choices],
        together=together_for(item, today=today) if shown and side == Side.NEED else None,
        missed=_missed(suggestions.missed_share(item)),
    )


def _missed(share: float) -> str:
    """Return what people read when a part of the other side could not be looked at."""
    if not share:
        return ""
    return _(
        "有 %d%% 的信息这次没有查到：存放它们的机器没有应答。系统会自动再查，下面先列已查到的。"
    ) % math.ceil(100 * share)


def shown_pair(need: Need, offer: Offer, found: Found) -> Match:
    """Return any pair as a match seen from the need's side."""
    return _shown(0, offer, found.score, found.parts, found.explanation, need=need, offer=offer)


def _match(suggestion: Suggestion, side: Side) -> Match:
    other: Need | Offer = suggestion.offer if side == Side.NEED else suggestion.need
    if not policies.may_quote(suggestion, other):
        return replace(_pair_of(suggestion, other, side), evidence=[], passages=[])
    return _pair_of(suggestion, other, side)


def _pair_of(suggestion: Suggestion, other: Need | Offer, side: Side) -> Match:
    mine = suggestion.need_answer if side == Side.NEED else suggestion.offer_answer
    answers = dict(Suggestion.Answer.choices)
    return _shown(
        suggestion.pk,
        other,
        suggestion.score,
        suggestion.parts,
        suggestion.explanation,
        need=suggestion.need,
        offer=suggestion.offer,
        answer=_("你说：%s") % answers[mine] if mine else "",
        talk_state=_("已约谈，等答复") if getattr(suggestion, "is_asked", False) else "",
        can_talk=suggestion.need.is_published and suggestion.offer.is_published,
        moved=standing.why_there(suggestion),
    )


def _shown(
    pk: int,
    other: Need | Offer,
    score: int,
    parts: list[dict[str, Any]],
    explanation: dict[str, Any],
    *,
    need: Need,
    offer: Offer,
    answer: str = "",
    talk_state: str = "",
    can_talk: bool = False,
    moved: str = "",
) -> Match:
    party = facts_shown.party(other, is_mine=False)
    is_offer = isinstance(other, Offer)
    return Match(
        pk=pk,
        url=reverse("market:offer" if is_offer else "market:need", args=[other.pk]),
        title=other.title,
        score=score,
        kind=str(OfferKind(other.kind).label if is_offer else NeedKind(other.kind).label),
        place=sentences.place_of(regions.name_of(other.region_id), explanation),
        price=facts_shown.price_of(other) if isinstance(other, Offer) else _budget(other),
        trl=facts_shown.readiness(other.trl),
        who=party.name,
        role=party.kind,
        verified=party.level >= Level.V2,
        evidence=sentences.argument(explanation, parts),
        factors=sentences.factors(parts),
        passages=sentences.passages(explanation),
        why_url=reverse("rules:why_not", args=[need.pk, offer.pk]),
        answer=answer,
        talk_state=talk_state,
        can_talk=can_talk,
        moved=moved,
    )


def _budget(need: Need) -> str:
    return next(row.value for row in facts_shown.key_facts(need))


def _kinds(
    counts: dict[str, int], total: int, chosen: str, side: Side
) -> list[dict[str, str | int | bool]]:
    labels = dict(OfferKind.choices if side == Side.NEED else NeedKind.choices)
    rows: list[dict[str, str | int | bool]] = [
        {"label": _("全部"), "href": "?#matches", "on": not chosen, "count": total}
    ]
    rows += [
        {
            "label": str(labels[kind]),
            "href": f"?kind={kind}#matches",
            "on": kind == chosen,
            "count": count,
        }
        for kind, count in sorted(counts.items(), key=lambda pair: -pair[1])
    ]
    return rows
