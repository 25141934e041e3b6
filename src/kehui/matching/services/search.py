"""Find offers or needs by words and filters: by the index, or visibly without it.

Filters are exact either way: they are conditions on rows, and the index only says which rows speak
of the query and in which order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, cast

from django.core.paginator import Page, Paginator
from django.db.models import Case, IntegerField, QuerySet, Value, When

from kehui.engines.text.normal import normalize
from kehui.market.models import Item, Side
from kehui.market.selectors import browse, terms, wording
from kehui.market.selectors.browse import PAGE_SIZE, Filters
from kehui.market.selectors.facets import Facet, facets

TEASER: Final = 110  # characters of the text around the first word found
LEAD: Final = 24

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
    how, narrow, order = _way(side, asked, query)
    items = narrow(browse.published(side, filters, at=at))
    loaded = order(items).select_related("organization", "holder", WITH[side])
    chosen = Paginator(loaded, size).get_page(page)
    hits = [_hit(item, asked.marks) for item in chosen.object_list]
    return Found(
        how=how,
        page=cast("Page[Hit]", Page(hits, chosen.number, chosen.paginator)),
        facets=facets(side, filters, at=at, narrow=narrow) if with_facets else [],
    )


def _way(side: str, asked: wording.Wording, query: str) -> tuple[How, Narrow, Narrow]:
    """Return by what to find, how to narrow items to those found, and how to order them."""
    if asked.is_empty:
        return How.NEWEST, _as_they_are, _as_they_are

    def narrow(items: QuerySet[Item]) -> QuerySet[Item]:
        return wording.holding(items, asked)

    return How.LETTERS, narrow, _as_they_are


def _as_they_are(items: QuerySet[Item]) -> QuerySet[Item]:
    return items


def ranked(items: QuerySet[Item], ids: Sequence[int]) -> QuerySet[Item]:
    """Order the items as their ids stand in the list."""
    place = Case(
        *(When(pk=pk, then=Value(rank)) for rank, pk in enumerate(ids)),
        default=Value(len(ids)),
        output_field=IntegerField(),
    )
    return items.order_by(place, "-pk")


def _hit(item: Item, marks: Sequence[str]) -> Hit:
    text = " ".join(item.description.split())
    spans = marked(text, marks)
    start = max(0, spans[0][0] - LEAD) if spans and spans[0][0] > TEASER - LEAD else 0
    teaser = text[start : start + TEASER]
    if start:
        teaser = f"…{teaser}"
        start -= 1
    if len(text) > start + TEASER + 1:
        teaser += "…"
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
