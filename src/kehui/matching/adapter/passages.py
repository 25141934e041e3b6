"""The sentences of a text in which cited spans stand, short enough to be read beside each other."""

import re
from collections.abc import Sequence
from typing import Any, Final

from kehui.engines.matching import Listing, Span

LONGEST: Final = 180  # characters shown of a body
SPANS: Final = 6
_SENTENCE: Final = re.compile(r"[^。；！？\n]+[。；！？]?")


def passages_of(side: str, listing: Listing, spans: Sequence[Span]) -> list[dict[str, Any]]:
    """Return title and body as passages: side, field, text, spans with offsets into that text."""
    cited = spans[:SPANS]
    titles = [(span.start, span.end) for span in cited if span.field == "title"]
    found = [_passage(side, "title", listing.title, titles)] if titles else []
    text, marks = _shortened(listing.body, [span for span in cited if span.field == "body"])
    return [*found, _passage(side, "body", text, marks)] if marks else found


def _passage(side: str, field: str, text: str, spans: Sequence[tuple[int, int]]) -> dict[str, Any]:
    return {"side": side, "field": field, "text": text, "spans": sorted(map(list, spans))}


def _shortened(body: str, spans: Sequence[Span]) -> tuple[str, list[tuple[int, int]]]:
    """Keep the sentences with the weightiest spans, in their order, until it gets too long."""
    kept: list[tuple[int, int]] = []
    for span in spans:
        sentence = next(
            (
                each.span()
                for each in _SENTENCE.finditer(body)
                if each.start() <= span.start < each.end()
            ),
            None,
        )
        if sentence is None or sentence in kept:
            continue
        if kept and sum(end - start for start, end in (*kept, sentence)) > LONGEST:
            continue
        kept.append(sentence)
    text, marks = "", []
    for start, end in sorted(kept):
        if text:
            text += " …… "
        shift = len(text) - start
        text += body[start:end]
        marks += [
            (span.start + shift, min(span.end, end) + shift)
            for span in spans
            if start <= span.start < end
        ]
    return text, marks
