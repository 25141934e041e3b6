"""A request is frozen, a sent quote binds, and one answer counts."""

from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from tests.deals.talking import PRICE, WANTED, asked, buyer_of, quoted, seller_of, talking
from tests.makers import make_person
from tests.matching.pairs import AT
from tests.parallel import meanwhile

from kehui.core.errors import Refused
from kehui.deals import services
from kehui.deals.facts import QuoteMoved, QuoteRequested, QuoteSent
from kehui.deals.models import Deal, Quote, QuoteRequest
from kehui.deals.services.moves import NotYourSide
from kehui.deals.services.quotes import (
    NoStagedQuote,
    NotTalking,
    Price,
    QuoteStale,
    QuoteUnsaid,
    TechnicalTooHigh,
    ValidityOver,
    WordsMissing,
)
from kehui.ledger.models import Entry
from kehui.market.models import Indicator
from kehui.notices.models import Notice

pytestmark = pytest.mark.django_db


def price(**values: Any) -> Price:
    return Price(**PRICE | values)


def test_a_request_freezes_the_indicators_of_its_day() -> None:
    deal = talking()
    assert deal.need is not None
    Indicator.objects.create(
        need=deal.need, name="盐回收率", comparison="ge", target=85, unit="%", verification="送检"
    )
    first = services.request_quote(deal=deal, person=buyer_of(deal), wanted=WANTED, at=AT)
    Indicator.objects.all().delete()
    second = services.request_quote(deal=deal, person=buyer_of(deal), wanted=WANTED, at=AT)

    assert first.indicators == [{"name": "盐回收率", "target": "≥ 85 %", "verification": "送检"}]
    assert [(each.number, len(each.indicators)) for each in QuoteRequest.objects.all()] == [
        (1, 1),
        (2, 0),
    ]
    assert second.number == 2
    sent = Entry.objects.filter(kind="quote.requested").order_by("id").first()
    assert sent is not None
    assert QuoteRequested.of(sent) == QuoteRequested(deal=deal.pk, request=first.pk, number=1)
    assert Notice.objects.filter(person=seller_of(deal), title__startswith="请报价").count() == 2


def test_a_staged_quote_is_changed_in_place_and_a_sent_one_is_replaced() -> None:
    deal = talking()
    seller = seller_of(deal)
    services.stage_quote(deal=deal, person=seller, price=price(days=60), at=AT)
    staged = services.stage_quote(deal=deal, person=seller, price=price(), at=AT)
    assert (staged.version, staged.days, Quote.objects.count()) == (1, 90, 1)

    services.send_quote(deal=deal, person=seller, at=AT)
    services.stage_quote(deal=deal, person=seller, price=price(amount_total_fen=70_000_000), at=AT)
    services.send_quote(deal=deal, person=seller, at=AT)

    assert list(Quote.objects.values_list("version", "state", "amount_total_fen")) == [
        (1, "replaced", 80_000_000),
        (2, "sent", 70_000_000),
    ]
    assert [QuoteSent.of(each).number for each in Entry.objects.filter(kind="quote.sent")] == [1, 2]


def test_taking_the_price_agrees_the_deal() -> None:
    quote = quoted()
    deal = quote.deal

    agreed = services.accept_quote(quote=quote, person=buyer_of(deal), at=AT)

    assert agreed.state == "agreed"
    found = Quote.objects.get()
    assert (found.state, found.answered_by_id, found.answered_at) == (
        "accepted", buyer_of(deal).pk, AT,
    )  # fmt: skip
    moved = [QuoteMoved.of(each).after for each in Entry.objects.filter(kind="quote.moved")]
    assert moved == ["sent", "accepted"]


def test_a_refused_price_says_why_and_the_talks_go_on() -> None:
    quote = quoted()
    buyer = buyer_of(quote.deal)
    with pytest.raises(QuoteUnsaid):
        services.decline_quote(quote=quote, person=buyer, sentence=" ", at=AT)

    services.decline_quote(quote=quote, person=buyer, sentence="工期太长", at=AT)

    assert (Quote.objects.get().state, Deal.objects.get().state) == ("declined", "negotiating")
    assert Notice.objects.filter(person=seller_of(quote.deal), body="工期太长").exists()


def test_a_dropped_quote_was_never_sent() -> None:
    deal = talking()
    services.stage_quote(deal=deal, person=seller_of(deal), price=price(), at=AT)
    services.drop_quote(deal=deal, person=seller_of(deal), at=AT)
    assert Quote.objects.get().state == "withdrawn"
    with pytest.raises(NoStagedQuote):
        services.drop_quote(deal=deal, person=seller_of(deal), at=AT)
    with pytest.raises(NoStagedQuote):
        services.send_quote(deal=deal, person=seller_of(deal), at=AT)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"amount_technical_fen": 80_000_001}, TechnicalTooHigh),
        ({"amount_technical_fen": -1}, TechnicalTooHigh),
        ({"amount_total_fen": 0, "amount_technical_fen": 0}, TechnicalTooHigh),
        ({"content": "短"}, WordsMissing),
        ({"content": "长" * 2001}, WordsMissing),
    ],
)
def test_a_quote_that_cannot_be_is_refused_and_nothing_is_kept(
    values: dict[str, Any], refusal: type[Refused]
) -> None:
    deal = talking()
    with pytest.raises(refusal):
        services.stage_quote(deal=deal, person=seller_of(deal), price=price(**values), at=AT)
    assert not Quote.objects.exists()


def test_a_quote_that_is_over_today_is_not_sent() -> None:
    deal = talking()
    today = price(valid_until=date(2026, 3, 2))
    services.stage_quote(deal=deal, person=seller_of(deal), price=today, at=AT)
    with pytest.raises(ValidityOver):
        services.send_quote(deal=deal, person=seller_of(deal), at=AT)


def test_a_quote_is_not_taken_after_its_day_nor_after_another_came() -> None:
    quote = quoted(valid_until=date(2026, 3, 5))
    buyer = buyer_of(quote.deal)
    with pytest.raises(QuoteStale) as caught:
        services.accept_quote(quote=quote, person=buyer, at=AT + timedelta(days=4))
    assert "已过期" in str(caught.value)

    quoted(quote.deal)
    with pytest.raises(QuoteStale) as caught:
        services.accept_quote(quote=quote, person=buyer, at=AT)
    assert "已被新报价取代" in str(caught.value)


def test_each_side_does_its_own_part() -> None:
    quote = quoted()
    deal, buyer, seller = quote.deal, buyer_of(quote.deal), seller_of(quote.deal)
    for act in (
        lambda: services.request_quote(deal=deal, person=seller, wanted=WANTED, at=AT),
        lambda: services.stage_quote(deal=deal, person=buyer, price=price(), at=AT),
        lambda: services.send_quote(deal=deal, person=buyer, at=AT),
        lambda: services.drop_quote(deal=deal, person=make_person(), at=AT),
        lambda: services.accept_quote(quote=quote, person=seller, at=AT),
        lambda: services.decline_quote(quote=quote, person=seller, sentence="不", at=AT),
    ):
        with pytest.raises(NotYourSide):
            act()


def test_before_the_talks_there_are_no_quotes() -> None:
    deal = asked()
    with pytest.raises(NotTalking):
        services.request_quote(deal=deal, person=buyer_of(deal), wanted=WANTED, at=AT)


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_taking_a_quote_and_a_new_one_at_once_one_wins() -> None:
    quote = quoted()
    deal = quote.deal
    buyer, seller = buyer_of(deal), seller_of(deal)
    services.stage_quote(deal=deal, person=seller, price=price(days=30), at=AT)

    with ExitStack() as stack:
        with transaction.atomic():
            services.send_quote(deal=deal, person=seller, at=AT)
            second = stack.enter_context(
                meanwhile(services.accept_quote, quote=quote, person=buyer, at=AT)
            )
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(QuoteStale):
            second.result(timeout=5)

    assert Deal.objects.get().state == "negotiating"
    assert list(Quote.objects.values_list("version", "state")) == [(1, "replaced"), (2, "sent")]
