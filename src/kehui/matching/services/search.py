"""Find offers or needs by words and filters: by the index, or visibly without it.

Filters are exact either way: they are conditions on rows, and the index only says which rows speak
of the query and in which order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, cast

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from kehui.engines.text.normal import normalize
from kehui.market.models import Item, Side
from kehui.market.selectors import browse, terms, wording
from kehui.market.selectors.browse import PAGE_SIZE, Filters
from kehui.market.selectors.facets import Facet, facets
from kehui.matching import adapter

TEASER: Final = 110  # characters of the text around the first word found
LEAD: Final = 24
FEW: Final = 3  # words; more of them are a sentence about a problem
MOST_ALIKE: Final = 60
MOST_FOUND: Final = 10_000  # what the index may bring; beyond it the words hardly fit any more

WITH: Final[dict[str, str]] = {Side.OFFER: "offer__studio", Side.NEED: "need"}
Narrow = Callable[[QuerySet[Item]], QuerySet[Item]]


class How(StrEnum):
    """By what the items were found."""

    NEWEST = "newest"  # no words were asked for
    INDEX = "index"
    LETTERS = "letters"  # the index is not ready: letter by letter, as the page says


@dataclass(frozen=True)
class Hit:
    """One item found, and where in its title and its teaser the words stand."""

    item: Item
    teaser: str
    title_spans: tuple[tuple[int, int], ...] = ()
    teaser_spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Found:
    how: How
    page: "Page[Hit]"
    facets: list[Facet]
    missed_share: float = 0.0  # of the side's items, could not be looked at by likeness

    @property
    def total(self) -> int:
        return self.page.paginator.count


def find(
    *,
    side: str,
    query: str,
    filters: Filters,
    at: datetime,
    page: int | str = 1,
    size: int = PAGE_SIZE,
    with_facets: bool = True,
) -> Found:
    """Return a page of the items that the query and the filters ask for, and the facets of all.

    Words, “phrases” and -exclusions are read as `engines.text.parse_query` says. Best first, or
    the newest first when no words are asked for. Only what everybody may read is searched and
    shown. A page number that makes no sense gives the nearest that does.
    """
    asked = wording.read(query, terms.lexicon())
    with adapter.covering() as coverage:
        how, numbers = _spoken_of(Side(side), query, asked)
    narrow = _narrowing(asked, numbers)
    items = narrow(browse.published(side, filters, at=at))
    rows = _numbers(items) if numbers is None else _in_order(items, numbers)
    chosen = Paginator(rows, size).get_page(page)
    shown = cast("Sequence[int]", chosen.object_list)
    hits = [_hit(item, asked.marks) for item in _loaded(side, shown)]
    return Found(
        how=how,
        page=cast("Page[Hit]", Page(hits, chosen.number, chosen.paginator)),
        facets=facets(side, filters, at=at, narrow=narrow) if with_facets else [],
        missed_share=coverage.missed_share,
    )


def _spoken_of(side: Side, query: str, asked: wording.Wording) -> tuple[How, list[int] | None]:
    """Ask the index which items speak of the query, best first; None when rows must tell."""
    if not asked.words and not asked.phrases:
        return How.NEWEST, None
    try:
        numbers = adapter.search(query, side=side, most=MOST_FOUND)
        if len(asked.words) > FEW and len(numbers) < PAGE_SIZE:
            more = adapter.alike(query, side=side, most=MOST_ALIKE)
            numbers = list(dict.fromkeys([*numbers, *more]))
    except adapter.IndexMissing:
        return How.LETTERS, None
    return How.INDEX, numbers


def _narrowing(asked: wording.Wording, numbers: list[int] | None) -> Narrow:
    """Return what leaves only the items found; phrases and exclusions are exact either way."""
    if numbers is None:
        return lambda items: wording.holding(items, asked)
    exact = replace(asked, words=())
    return lambda items: wording.holding(items.filter(pk__in=numbers), exact)


def _numbers(items: QuerySet[Item]) -> "QuerySet[Item, int]":
    return items.values_list("pk", flat=True)


def _in_order(items: QuerySet[Item], numbers: Sequence[int]) -> list[int]:
    passing = set(items.order_by().values_list("pk", flat=True))
    return [number for number in numbers if number in passing]


def _loaded(side: str, shown: Sequence[int]) -> list[Item]:
    """Return the rows of a page with what their cards show, in one query."""
    numbers = list(shown)
    items = Item.objects.select_related("organization", "holder", WITH[side]).in_bulk(numbers)
    return [items[number] for number in numbers if number in items]


def _hit(item: Item, marks: Sequence[str]) -> Hit:
    text = " ".join(item.description.split())
    spans = marked(text, marks)
    start = max(0, spans[0][0] - LEAD) if spans and spans[0][0] > TEASER - LEAD else 0
    end = start + TEASER
    teaser = f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
    return Hit(
        item=item,
        teaser=teaser,
        title_spans=marked(item.title, marks),
        teaser_spans=marked(teaser, marks),
    )


def marked(text: str, marks: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Return where the marks stand in the text, in characters, overlaps joined."""
    folded = normalize(text)
    found = sorted(
        (start, start + len(mark))
        for mark in {normalize(each) for each in marks}
        if mark
        for start in _places(folded, mark)
    )
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)


def _places(text: str, mark: str) -> list[int]:
    places, at = [], text.find(mark)
    while at >= 0:
        places.append(at)
        at = text.find(mark, at + 1)
    return places
