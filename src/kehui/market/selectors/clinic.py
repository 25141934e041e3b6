"""The examination of an item while it is written (需求体检): how clear it is, what would help."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kehui.engines.text import clarity
from kehui.market.models import Indicator, Need, Offer
from kehui.market.models.items import DESCRIPTION_LENGTH, TITLE_LENGTH

FIGURE: Final = re.compile(r"\d")
ENOUGH_TO_TELL: Final = 20  # characters of a paragraph that says something


class Point(NamedTuple):
    """One thing that helps: what it gains, what to do, and at which input."""

    gain: int
    text: str | Promise
    field: str


ADVICE: Final[dict[str, tuple[str | Promise, str]]] = {
    "title": (_("标题写具体些：什么东西、什么毛病"), "title"),
    "substance": (_("多写几句细节：设备、材料、过程"), "description"),
    "symptom": (_("说清毛病是什么：太低、太慢、堵、漏……"), "background"),
    "baseline": (_("写上现在的数，例如：收率 62 %"), "indicators"),
    "indicators": (_("加指标：现在多少，要到多少"), "indicators"),
    "verification": (_("写明每项指标怎么验收"), "indicators"),
    "limits": (_("写明限制：成本、场地、不能停产等"), "main_problem"),
    "tried": (_("写写已经试过什么，为什么不行"), "tried"),
    "samples": (_("说说能给什么：样品、数据、图纸"), "description"),
    "deadline": (_("写上希望完成的日期"), "deadline"),
    "budget": (_("给个预算范围，对方好判断"), "budget_low_fen"),
    "industry": (_("选上你的行业"), "industry"),
    "language": (_("去掉口号和套话"), "description"),
}


@dataclass(frozen=True, kw_only=True)
class Examination:
    """A score of 100, and what is missing, the greatest gain first."""

    score: int
    missing: tuple[Point, ...]


def examine(item: Need | Offer, *, indicators: Sequence[Indicator] | None = None) -> Examination:
    """Look at the item as it stands, saved or not; None takes the saved table of indicators."""
    if isinstance(item, Need):
        return _of_need(item, list(item.indicators.all()) if indicators is None else indicators)
    missing = [point for is_there, point in _offer_checks(item) if not is_there]
    return Examination(score=100 - sum(point.gain for point in missing), missing=_ordered(missing))


def _of_need(need: Need, table: Sequence[Indicator]) -> Examination:
    """Ask the engine, which knows no fields, and say where each of its aspects is written."""
    found = clarity(
        title=need.title,
        text=f"{need.background}\n{need.main_problem}\n{need.target}\n{need.description}",
        baselines=[each.current for each in table],
        targets=len(table),
        verified=sum(bool(each.verification) for each in table),
        tried=need.tried,
        has_deadline=need.deadline is not None,
        has_budget=bool(need.price_fen or need.budget_low_fen or need.budget_high_fen),
        has_industry=bool(need.industry),
    )
    gaps = [each for each in found.aspects if each.is_missing]
    return Examination(
        score=found.score,
        missing=_ordered(Point(gap.most - gap.got, *ADVICE[gap.code]) for gap in gaps),
    )


def _ordered(points: Iterable[Point]) -> tuple[Point, ...]:
    return tuple(sorted(points, key=lambda point: -point.gain))


def _offer_checks(offer: Offer) -> Iterator[tuple[bool, Point]]:
    yield len(offer.title) >= TITLE_LENGTH[0], Point(5, _("写个标题"), "title")
    yield (
        len(offer.description) >= DESCRIPTION_LENGTH[0],
        Point(10, _("描述写到 100 字以上"), "description"),
    )
    yield offer.category is not None, Point(5, _("选类别"), "category")
    yield _says(offer.problem_solved), Point(15, _("说清解决什么问题"), "problem_solved")
    yield _says(offer.advantage), Point(15, _("说清比哪种办法好"), "advantage")
    yield bool(FIGURE.search(offer.advantage)), Point(10, _("好多少，写个数"), "advantage")
    yield bool(offer.for_whom), Point(10, _("写明适合谁"), "for_whom")
    yield offer.trl is not None, Point(10, _("选成熟度"), "trl")
    yield bool(offer.evidence or offer.trl_evidence), Point(10, _("补一份佐证"), "evidence")
    yield bool(offer.adopters), Point(10, _("写写谁用过、效果如何"), "adopters")


def _says(text: str) -> bool:
    return len(text.strip()) >= ENOUGH_TO_TELL
