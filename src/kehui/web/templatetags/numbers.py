"""Numbers as people read them: thin spaces, signs in words, shares of a whole."""

from django.template import Library
from django.utils.translation import gettext

THIN_SPACE = "\u2009"
MINUS = "\u2212"
VERY_GOOD_FIT = 85
GOOD_FIT = 70
FAIR_FIT = 55

register = Library()


@register.filter
def number(value: object) -> str:
    """Group the digits by thin spaces: 3 958; a None is an en dash."""
    if value is None or value == "":
        return "–"
    text = f"{value:,}" if isinstance(value, int | float) else str(value)
    return text.replace(",", THIN_SPACE).replace("-", MINUS)


@register.filter
def signed(value: float) -> str:
    """Say the sign of a change, for color alone says nothing."""
    if value == 0:
        return "±0"
    return ("+" if value > 0 else MINUS) + number(abs(value))


@register.filter
def share(part: float | None, whole: float | None) -> str:
    """Return part of whole in percent with one decimal, between 0 and 100, for a drawn bar."""
    if not part or not whole:
        return "0"
    return f"{min(max(100 * float(part) / float(whole), 0), 100):.1f}"


@register.filter
def distance(km: float) -> str:
    if km < 1:
        return gettext("同城")
    return gettext("%(km)s 公里") % {"km": number(round(km))}


@register.filter
def fit_word(score: float) -> str:
    """A score always comes with its word."""
    if score >= VERY_GOOD_FIT:
        return gettext("很契合")
    if score >= GOOD_FIT:
        return gettext("较契合")
    if score >= FAIR_FIT:
        return gettext("可谈")
    return gettext("不太合")


@register.filter
def fit_tone(score: float) -> str:
    if score >= VERY_GOOD_FIT:
        return "high"
    return "mid" if score >= GOOD_FIT else "low"


@register.filter
def rem(pixels: float | str) -> str:
    """Return a drawing's size in rem, so that it grows in elder mode."""
    return f"{float(pixels) / 16:g}rem"
