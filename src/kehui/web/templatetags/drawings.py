"""What a page has by the hundred, drawn without a component: icons, bars, radios, marks."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.core.signals import setting_changed
from django.template import Library
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from kehui.web.templatetags.numbers import rem, share
from kehui.web.templatetags.words import pieces

register = Library()


@register.simple_tag
@lru_cache(maxsize=4096)
def icon(name: str, size: float | str = 18, label: str = "", tone: str = "") -> SafeString:
    """Draw one symbol of the sprite; a label makes it speak, without it is decoration.

    Args:
        size: pixels in the normal mode; it grows in elder mode.
        tone: "ok" for the green of what is confirmed.
    """
    return format_html(
        '<svg class="ico{}" width="{}" height="{}" {} focusable="false"><use href="{}#{}"/></svg>',
        f" ico-{tone}" if tone else "",
        rem(size),
        rem(size),
        _spoken(label),
        static("icons.svg"),
        name,
    )


# Where the sprite lies is a setting, which only tests change
setting_changed.connect(lambda **_: icon.cache_clear(), weak=False)


@register.simple_tag
def bar(
    part: float | None, whole: float | None = 100, tone: str = "", label: str = ""
) -> SafeString:
    """Draw part of whole without a style attribute; without a label a number must stand beside."""
    return format_html(
        '<svg class="bar{}" viewBox="0 0 100 8" preserveAspectRatio="none" {} focusable="false">'
        '<rect class="bar-bg" width="100" height="8"/>'
        '<rect class="bar-in" width="{}" height="8"/></svg>',
        f" bar-{tone}" if tone else "",
        _spoken(label),
        share(part, whole),
    )


@register.simple_tag
def radios(name: str, rows: Iterable[dict[str, str]]) -> SafeString:
    """Draw one choice of many that must be made: rows of value, label and perhaps a note."""
    return format_html_join(
        "",
        '<label class="choice"><input type="radio" name="{}" value="{}" required>'
        "<span>{}{}</span></label>",
        (
            (
                name,
                row["value"],
                row["label"],
                format_html("<small>{}</small>", note) if (note := row.get("note")) else "",
            )
            for row in rows
        ),
    )


def _spoken(label: str) -> SafeString:
    if label:
        return format_html('role="img" aria-label="{}"', label)
    return SafeString('aria-hidden="true"')


@register.simple_tag
def marked(text: str, spans: Iterable[Any] | None) -> SafeString:
    """Mark the spans of the text; escaped as always."""
    if not spans:
        return conditional_escape(text)
    return format_html_join(
        "",
        "{}{}{}",
        (
            (SafeString("<mark>"), piece.text, SafeString("</mark>"))
            if piece.marked
            else ("", piece.text, "")
            for piece in pieces(text, spans)
        ),
    )
