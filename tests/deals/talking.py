"""Deals at the point where a test begins."""

from datetime import date, datetime
from typing import Any, Final

from tests.matching.pairs import AT, need_of, offer_of

from kehui.deals import services
from kehui.deals.models import Deal, Quote
from kehui.deals.services.quotes import Price
from kehui.market.models import Need, Offer
from kehui.people.models import Person

WANTED: Final = "成套工艺报价，含安装调试和三个月陪产。"
PRICE: Final[dict[str, Any]] = {
    "content": "电渗析成套设备一套，含安装调试，质保一年。",
    "amount_total_fen": 80_000_000,
    "amount_technical_fen": 30_000_000,
    "days": 90,
    "valid_until": date(2026, 4, 30),
}


def asked(subject: str = "salt", *, at: datetime = AT, **options: Any) -> Deal:
    """Return a deal in which the buyer has asked to talk."""
    need, offer = need_of(subject), offer_of(subject)
    return services.express_interest(need=need, offer=offer, person=need.holder, at=at, **options)


def pair_of(deal: Deal) -> tuple[Need, Offer]:
    assert deal.need is not None
    assert deal.offer is not None
    return deal.need, deal.offer


def buyer_of(deal: Deal) -> Person:
    return deal.parties.get(role="buyer").person


def seller_of(deal: Deal) -> Person:
    return deal.parties.get(role="seller").person


def talking(subject: str = "salt", *, at: datetime = AT) -> Deal:
    """Return a deal whose sides have agreed to talk."""
    deal = asked(subject, at=at)
    return services.agree_to_talk(deal=deal, person=seller_of(deal), at=at)


def quoted(deal: Deal | None = None, *, at: datetime = AT, **values: Any) -> Quote:
    """Return a quote that was sent."""
    deal = deal or talking(at=at)
    seller = seller_of(deal)
    services.stage_quote(deal=deal, person=seller, price=Price(**PRICE | values), at=at)
    return services.send_quote(deal=deal, person=seller, at=at)
