"""Money: integers of fen inside, 元 and 万元 outside."""

from django.template import Library
from django.utils.translation import gettext

from .numbers import number

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000

register = Library()


def _plain(fen: int, unit: int) -> str:
    """Return fen in the unit, exactly, without zeros at the end."""
    whole, rest = divmod(abs(fen), unit)
    digits = f"{rest / unit:.6f}"[1:].rstrip("0").rstrip(".")
    return ("-" if fen < 0 else "") + f"{whole:,}" + digits


@register.filter
def yuan(fen: int) -> str:
    return gettext("%(amount)s 元") % {"amount": number(_plain(fen, FEN_PER_YUAN)).replace(",", "")}


@register.filter
def wan(fen: int) -> str:
    """Return the amount in 万元 without its unit: 4500000 is 4.5."""
    return number(_plain(fen, FEN_PER_WAN))


@register.filter
def price(fen: int | None) -> str:
    """Return 800 元 below ten thousand yuan, 45 万元 above, 面议 for nothing."""
    if fen is None:
        return gettext("面议")
    if abs(fen) < FEN_PER_WAN:
        return yuan(fen)
    return gettext("%(amount)s 万元") % {"amount": wan(fen)}


@register.filter
def price_to(low_fen: int | None, high_fen: int | None) -> str:
    """Return 45–80 万元; one end alone says from or up to."""
    if high_fen is None:
        start = gettext("%(price)s起") % {"price": price(low_fen)}
        return start if low_fen is not None else price(None)
    if low_fen is None:
        return gettext("%(price)s以内") % {"price": price(high_fen)}
    if low_fen == high_fen:
        return price(low_fen)
    if low_fen >= FEN_PER_WAN:
        return gettext("%(low)s–%(high)s 万元") % {"low": wan(low_fen), "high": wan(high_fen)}
    if high_fen < FEN_PER_WAN:
        low = number(_plain(low_fen, FEN_PER_YUAN))
        high = number(_plain(high_fen, FEN_PER_YUAN))
        return gettext("%(low)s–%(high)s 元") % {"low": low, "high": high}
    return gettext("%(low)s 至 %(high)s") % {"low": price(low_fen), "high": price(high_fen)}
