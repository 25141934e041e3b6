"""A page of offers or needs, by words and filters, that stays whole while others publish."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from django.db.models import Q
from django.utils import timezone
from ninja import Field

from kehui.api.v1 import cursors
from kehui.api.v1.market import shapes, shown
from kehui.api.v1.problems import ValueInvalid
from kehui.core import dates, regions
from kehui.market.models import Category, Need, Offer, Side
from kehui.market.selectors import browse
from kehui.market.selectors.browse import Filters
from kehui.matching.services.search import find

MOST_BY_WORDS: Final = 200  # the best of these; nobody reads on, a narrower question finds more
NEWEST: Final = "newest"
WORDS: Final = "words"
FILTERS: Final = ("region", "industry", "kind", "category", "price", "trl", "days", "tier")


class Question(cursors.Paging):
    """What to look for. A value outside its list is refused, never passed over."""

    q: Annotated[str, Field(max_length=200, description="词、“短语”、-排除")] = ""
    region: Annotated[str, Field(max_length=24, description="GB/T 2260 代码，含下级")] = ""
    industry: Annotated[str, Field(max_length=5, description="GB/T 4754 代码，含下级")] = ""
    kind: Annotated[str, Field(max_length=20, description="类型")] = ""
    category: Annotated[str, Field(max_length=8, description="类别代码，含下级")] = ""
    price: Annotated[
        str, Field(max_length=12, description="0-1、1-10、10-50、50-200、200-（万元）或 negotiated")
    ] = ""
    trl: Annotated[int | None, Field(ge=1, le=9, description="成熟度至少")] = None
    days: Annotated[int | None, Field(description="1、7、30 或 90 天内发布")] = None
    tier: Annotated[int | None, Field(ge=0, le=3, description="公开范围至多")] = None


def page_of(side: Side, question: Question) -> shapes.ItemPage:
    """Return one page: the best first when words are asked for, else the newest first."""
    at = timezone.now()
    filters = _filters(side, question, at=at)
    query = question.q.strip()
    if query:
        return _by_words(side, query, filters, question, at=at)
    return _newest(side, filters, question, at=at)


def _newest(side: Side, filters: Filters, question: Question, *, at: datetime) -> shapes.ItemPage:
    """Go on after the last item shown, by its instant and number: what is new comes before it."""
    rows = browse.published(side, filters, at=at)
    total = rows.count()
    if question.cursor:
        when, number = cursors.read(NEWEST, question.cursor, (str, int))
        instant = cursors.instant(when)
        rows = rows.filter(Q(published_at__lt=instant) | Q(published_at=instant, pk__lt=number))
    shown_rows = list(rows.values_list("pk", "published_at")[: question.limit + 1])
    kept = shown_rows[: question.limit]
    more = None
    if len(shown_rows) > question.limit:
        number, when = kept[-1]
        more = cursors.write(NEWEST, str(when), number)
    items = loaded(side, [number for number, _when in kept])
    hits = [shapes.Hit(**shown.summary(each).dict()) for each in items]
    return shapes.ItemPage(items=hits, next=more, total=total, found_by=NEWEST)


def _by_words(
    side: Side, query: str, filters: Filters, question: Question, *, at: datetime
) -> shapes.ItemPage:
    """Go on after the item shown last in the same ranking, without what was published since."""
    as_of, last, seen = at, 0, 0
    if question.cursor:
        when, last, seen = cursors.read(WORDS, question.cursor, (str, int, int))
        as_of = cursors.instant(when)
    found = find(
        side=side, query=query, filters=filters, at=at, size=MOST_BY_WORDS, with_facets=False
    )
    known = [hit for hit in found.page if (hit.item.published_at or at) <= as_of]
    numbers = [hit.item.pk for hit in known]
    start = numbers.index(last) + 1 if last in numbers else max(0, seen)
    chosen = known[start : start + question.limit]
    end = start + len(chosen)
    more = None
    if chosen and end < len(known):
        more = cursors.write(WORDS, as_of.isoformat(), chosen[-1].item.pk, end)
    whole = {each.pk: each for each in loaded(side, [hit.item.pk for hit in chosen])}
    hits = [
        shapes.Hit(
            **shown.summary(whole[hit.item.pk]).dict() | {"teaser": hit.teaser},
            title_spans=list(hit.title_spans),
            teaser_spans=list(hit.teaser_spans),
        )
        for hit in chosen
        if hit.item.pk in whole
    ]
    return shapes.ItemPage(
        items=hits,
        next=more,
        total=found.total,
        found_by=found.how.value,
        missed_share=found.missed_share,
    )


def loaded(side: Side, numbers: Sequence[int]) -> list[Offer] | list[Need]:
    """Return these items with all that a summary shows, in this order, with one query."""
    found: Any
    if side == Side.NEED:
        found = Need.objects.select_related("organization", "holder")
    else:
        found = Offer.objects.select_related(
            "studio__person", "studio__organization", "studio__team__lead"
        )
    by_number = found.in_bulk(numbers)
    return [by_number[number] for number in numbers if number in by_number]


def _filters(side: Side, question: Question, *, at: datetime) -> Filters:
    given = {name: getattr(question, name) for name in FILTERS}
    if question.region:
        given["region"] = regions.parse(question.region, on=dates.day_of(at), field="region")
    filters = Filters.of(given, side=side)
    for name, value in given.items():
        if value not in ("", None) and name not in filters.plain():
            raise ValueInvalid(field=name, name=name, why=value)
    if filters.category and not Category.objects.filter(pk=filters.category).exists():
        raise ValueInvalid(field="category", name="category", why=filters.category)
    return filters
