"""Deals at the point where a test begins."""

from datetime import date, datetime
from typing import Any, Final

from tests.matching.pairs import AT, need_of, offer_of

from kehui.deals import services
from kehui.deals.models import Contract, Deal, Quote
from kehui.deals.services.contracts import Part, Step, Terms
from kehui.deals.services.quotes import Price
from kehui.market.models import Need, Offer
from kehui.people.models import Level, Person

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


TERMS: Final[dict[str, Any]] = {
    "kind": "development",
    "subject": "泡菜盐渍废水盐分回收成套工艺的设计、供货、安装和调试。",
    "amount_total_fen": 80_000_000,
    "amount_technical_fen": 30_000_000,
    "ownership": "改进成果归双方共有，原有技术归各自所有。",
    "acceptance": "连续运行 30 天，第三方检测",
    "acceptance_days": 15,
    "steps": (
        Step(name="到货安装", criterion="设备就位通电", due_on=date(2026, 5, 15)),
        Step(name="调试达标", criterion="连续运行 30 天", due_on=date(2026, 7, 31)),
    ),
    "parts": (
        Part(amount_fen=24_000_000, due_on=date(2026, 3, 20)),
        Part(amount_fen=40_000_000, due_on=date(2026, 5, 30), step=1),
        Part(amount_fen=16_000_000, due_on=date(2026, 8, 30), step=2),
    ),
}


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


def agreed(
    deal: Deal | None = None, *, at: datetime = AT, level: Level = Level.V3, **values: Any
) -> Deal:
    """Return a deal with an accepted quote, its parties known at this level."""
    quote = quoted(deal, at=at, **values)
    people = [buyer_of(quote.deal).pk, seller_of(quote.deal).pk]
    Person.objects.filter(pk__in=people).update(level=level)
    return services.accept_quote(quote=quote, person=buyer_of(quote.deal), at=at)


def terms(**values: Any) -> Terms:
    """Return terms of 80 万元 in two milestones and three payments."""
    return Terms(**TERMS | values)


def proposed(deal: Deal | None = None, *, at: datetime = AT, **values: Any) -> Contract:
    deal = deal or agreed(at=at)
    seller = seller_of(deal)
    services.draft_contract(deal=deal, person=seller, terms=terms(**values), at=at)
    return services.propose_contract(deal=deal, person=seller, at=at)


def signed(deal: Deal | None = None, *, at: datetime = AT, **values: Any) -> Deal:
    """Return a deal whose contract both sides have signed; `deal` is one in agreement."""
    contract = proposed(deal, at=at, **values)
    deal = contract.deal
    for person in (seller_of(deal), buyer_of(deal)):
        services.sign_contract(deal=deal, person=person, seen_hash=contract.text_hash, at=at)
    return Deal.objects.get(pk=deal.pk)


def working(talks: Deal | None = None, *, at: datetime = AT) -> Deal:
    """Return a deal at work; `talks` is one in negotiation."""
    deal = signed(agreed(talks, at=at), at=at)
    return services.start_work(deal=deal, person=buyer_of(deal), at=at)


def pass_all(deal: Deal, *, at: datetime = AT) -> None:
    """Report and pass every milestone."""
    for position in (1, 2):
        services.report_milestone(
            deal=deal, person=seller_of(deal), position=position, evidence="已装好，见照片", at=at
        )
        services.pass_milestone(deal=deal, person=buyer_of(deal), position=position, at=at)


def delivered(*, at: datetime = AT) -> Deal:
    deal = working(at=at)
    pass_all(deal, at=at)
    return services.deliver(deal=deal, person=seller_of(deal), sentence="设备和资料", at=at)


def accepted(*, at: datetime = AT) -> Deal:
    deal = delivered(at=at)
    return services.accept_delivery(deal=deal, person=buyer_of(deal), results={}, at=at)


def settled(*, at: datetime = AT) -> Deal:
    deal = accepted(at=at)
    for position in (1, 2, 3):
        services.confirm_payment(deal=deal, person=seller_of(deal), position=position, at=at)
    return services.settle(deal=deal, person=buyer_of(deal), at=at)
