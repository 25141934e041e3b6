"""Words from data: marked spans, first characters, the fields of a form."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.template import Library

register = Library()


@dataclass(frozen=True)
class Piece:
    """A run of text, marked or not."""

    text: str
    marked: bool


def _ends(span: Any) -> tuple[int, int]:
    if isinstance(span, dict):
        return int(span["start"]), int(span["end"])
    if hasattr(span, "start"):
        return int(span.start), int(span.end)
    start, end = span
    return int(start), int(end)


@register.filter
def pieces(text: str, spans: Iterable[Any] | None) -> list[Piece]:
    """Cut the text at the spans' ends, so that a template can mark them without `safe`.

    A span is a pair, a mapping or an object with start and end, in characters, end excluded.
    Overlapping spans grow together; what lies outside the text is left out.
    """
    found: list[Piece] = []
    at = 0
    for start, end in sorted(_ends(span) for span in spans or ()):
        begin, stop = max(start, at), min(end, len(text))
        if begin >= stop:
            continue
        if begin > at:
            found.append(Piece(text[at:begin], marked=False))
        if found and found[-1].marked and begin == at:
            found[-1] = Piece(found[-1].text + text[begin:stop], marked=True)
        else:
            found.append(Piece(text[begin:stop], marked=True))
        at = stop
    if at < len(text):
        found.append(Piece(text[at:], marked=False))
    return found


@register.filter
def initial(name: object) -> str:
    """Return the first character, for an avatar."""
    return str(name).strip()[:1]


@register.filter
def widget_kind(field: BoundField) -> str:
    """Say how the field is drawn: choices (a group of them), check, file or line."""
    kind = getattr(field.field.widget, "input_type", "")
    if field.field.widget.use_fieldset:
        return "choices"
    return {"checkbox": "check", "file": "file"}.get(kind, "line")


@register.filter
def max_length(field: BoundField) -> int | None:
    """Return the limit that a counter counts to."""
    return getattr(field.field, "max_length", None)


@register.filter
def error_rows(form: Any) -> list[dict[str, str]]:
    """Return every error of a form with the id of the field it belongs to."""
    rows = [{"id": "", "text": str(text)} for text in form.non_field_errors()]
    for field in form:
        rows += [{"id": field.id_for_label or field.auto_id, "text": str(t)} for t in field.errors]
    return rows


@register.filter
def beside(row: Iterable[Any], head: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Pair each cell with its heading."""
    return list(zip(head, row, strict=False))


@register.filter
def column_in(column: int, listed: str) -> bool:
    return str(column) in str(listed).split(",")
