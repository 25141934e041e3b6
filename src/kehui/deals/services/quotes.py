"""Ask for a price, work on one, send it, take it or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, money
from kehui.core.errors import Refused
from kehui.deals import policies
from kehui.deals.facts import QuoteMoved, QuoteRequested, QuoteSent
from kehui.deals.models import Deal, Quote, QuoteRequest, QuoteState, Role, State, graph
from kehui.deals.services import moves
from kehui.deals.services.telling import tell_parties
from kehui.ledger.services import record
from kehui.market.models import Indicator
from kehui.people.models import Person

LONGEST: Final = 2000
SHORTEST: Final = 10
TALKING: Final = (State.NEGOTIATING,)


class NotTalking(Refused):
    code = "NOT_TALKING"
    message = _("这笔对接现在是“{state}”，不在洽谈中，不能询价或报价。")
    message_en = "This deal is “{state}”, not in negotiation: no quotes now."
    status = 409


class WordsMissing(Refused):
    code = "WORDS_MISSING"
    message = _("请用 {least} 到 {most} 个字写清楚，现在是 {count} 个字。")
    message_en = "Please write between {least} and {most} characters; it has {count}."


class TechnicalTooHigh(Refused):
    code = "TECHNICAL_AMOUNT"
    message = _("技术交易额 {technical} 不能大于总价 {total}，总价要大于零。")
    message_en = "The technical part {technical} must not exceed the total {total}, above zero."
    field = "amount_technical"


class ValidityOver(Refused):
    code = "QUOTE_VALIDITY"
    message = _("报价的有效期至少到明天。")
    message_en = "A quote must be valid until tomorrow at least."
    field = "valid_until"


class NoStagedQuote(Refused):
    code = "NO_STAGED_QUOTE"
    message = _("没有拟好的报价。请先拟一份再发出。")
    message_en = "There is no staged quote. Write one first."
    status = 409


class QuoteStale(Refused):
    code = "QUOTE_STALE"
    message = _("这份报价现在是“{state}”，不能再答复。请看最新的一份。")
    message_en = "This quote is “{state}” and cannot be answered. Please look at the newest."
    status = 409


class QuoteUnsaid(Refused):
    code = "QUOTE_REASON"
    message = _("请写一句为什么不接受，对方好改。")
    message_en = "Please say in a sentence why not, so that the other side can change it."
    field = "sentence"


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a seller asks. Amounts are fen; `days` counts from signing."""

    content: str
    amount_total_fen: int
    amount_technical_fen: int
    days: int
    valid_until: date


@transaction.atomic
def request_quote(
    *,
    deal: Deal,
    person: Person,
    wanted: str,
    wanted_on: date | None = None,
    at: datetime,
) -> QuoteRequest:
    """Send the seller a request, with the need's indicators as they are now. It stays as sent.

    Raises:
        NotTalking, NotYourSide, WordsMissing: of the deal, the person, the text.
    """
    mine = _ours(deal, person, Role.BUYER, at=at)
    words = written(wanted, field="wanted")
    last = mine.requests.aggregate(last=Max("number"))["last"] or 0
    made = QuoteRequest.objects.create(
        deal=mine,
        number=last + 1,
        wanted=words,
        indicators=_indicators(mine),
        wanted_on=wanted_on,
        by=person,
        sent_at=at,
    )
    fact = QuoteRequested(deal=mine.pk, request=made.pk, number=made.number)
    record(fact, actor=person.pk, at=at)
    title = _now("请报价：“%s”") % mine.title
    tell_parties(
        mine, (Role.SELLER,), title, words, key=f"quote-request:{made.pk}", by=person, at=at
    )
    return made


@transaction.atomic
def stage_quote(*, deal: Deal, person: Person, price: Price, at: datetime) -> Quote:
    """Keep the seller's working version; the other side does not see it. Writing again changes it.

    Raises:
        NotTalking, NotYourSide, WordsMissing: of the deal, the person, the text.
        TechnicalTooHigh: the technical part is above the total, or there is no total.
    """
    mine = _ours(deal, person, Role.SELLER, at=at)
    words = written(price.content, field="content")
    total, technical = price.amount_total_fen, price.amount_technical_fen
    if not 0 <= technical <= total or total == 0:
        raise TechnicalTooHigh(total=money.show(total), technical=money.show(technical))
    last = mine.quotes.aggregate(last=Max("version"))["last"] or 0
    staged = mine.quotes.filter(state=QuoteState.STAGED).first() or Quote(
        deal=mine, version=last + 1
    )
    staged.request = mine.requests.order_by("-number").first()
    staged.content, staged.days, staged.valid_until = words, price.days, price.valid_until
    staged.amount_total_fen, staged.amount_technical_fen = total, technical
    staged.by, staged.made_at = person, at
    staged.save()
    return staged


@transaction.atomic
def send_quote(*, deal: Deal, person: Person, at: datetime) -> Quote:
    """Send the staged quote: it binds from now on, and takes the place of the one sent before.

    Raises:
        NotTalking, NotYourSide: of the deal, the person.
        NoStagedQuote: there is none, or it was sent a moment ago.
        ValidityOver: it would be over today.
    """
    mine = _ours(deal, person, Role.SELLER, at=at)
    staged = mine.quotes.select_for_update().filter(state=QuoteState.STAGED).first()
    if staged is None:
        raise NoStagedQuote
    if staged.valid_until <= dates.day_of(at):
        raise ValidityOver
    for former in mine.quotes.select_for_update().filter(state=QuoteState.SENT):
        move(former, "replace", person, at=at)
    staged.sent_at = at
    sent = move(staged, "send", person, at=at)
    fact = QuoteSent(
        deal=mine.pk,
        quote=sent.pk,
        number=sent.version,
        amount_total_fen=sent.amount_total_fen,
        amount_technical_fen=sent.amount_technical_fen,
        valid_until=sent.valid_until,
    )
    record(fact, actor=person.pk, at=at)
    return sent


@transaction.atomic
def drop_quote(*, deal: Deal, person: Person, at: datetime) -> Quote:
    """Give up the staged quote.

    Raises:
        NotTalking, NotYourSide, NoStagedQuote: see `send_quote`.
    """
    mine = _ours(deal, person, Role.SELLER, at=at)
    staged = mine.quotes.select_for_update().filter(state=QuoteState.STAGED).first()
    if staged is None:
        raise NoStagedQuote
    return move(staged, "drop", person, at=at)


@transaction.atomic
def accept_quote(*, quote: Quote, person: Person, at: datetime) -> Deal:
    """Take the price: both sides agree on it, and the contract comes next.

    Raises:
        NotTalking, NotYourSide: of the deal, the person.
        QuoteStale: it was answered, replaced, or its time is over.
    """
    mine = _ours(quote.deal, person, Role.BUYER, at=at)
    found = _answerable(quote, at=at)
    found.answered_by, found.answered_at = person, at
    move(found, "accept", person, at=at)
    return moves.make(mine, "agree", person, role=Role.BUYER, at=at)


@transaction.atomic
def decline_quote(*, quote: Quote, person: Person, sentence: str, at: datetime) -> Quote:
    """Refuse the price and say why; the talks go on.

    Raises:
        NotTalking, NotYourSide, QuoteStale: see `accept_quote`.
        QuoteUnsaid: without a sentence.
        SentenceTooLong: more than 200 characters.
    """
    words = moves.worded(sentence)
    if not words:
        raise QuoteUnsaid
    _ours(quote.deal, person, Role.BUYER, at=at)
    found = _answerable(quote, at=at)
    found.answered_by, found.answered_at, found.sentence = person, at, words
    return move(found, "decline", person, at=at)


def move(quote: Quote, name: str, person: Person | None, *, at: datetime) -> Quote:
    """Move a locked quote along its graph, record the fact and tell who is to know."""
    step = graph("quote").moves[name]
    before, quote.state = quote.state, step.target
    quote.save()
    fact = QuoteMoved(
        deal=quote.deal_id,
        quote=quote.pk,
        number=quote.version,
        move=name,
        before=before,
        after=quote.state,
    )
    record(fact, actor=person.pk if person else None, at=at)
    roles = [Role(each) for each in step.tells if each in Role.values]
    title = _now("报价 v%(version)s：%(state)s（%(deal)s）") % {
        "version": quote.version,
        "state": quote.get_state_display(),
        "deal": quote.deal.title,
    }
    key = f"quote:{quote.pk}:{name}"
    tell_parties(quote.deal, roles, title, quote.sentence, key=key, by=person, at=at)
    return quote


def _ours(deal: Deal, person: Person, role: Role, *, at: datetime) -> Deal:
    """Lock the deal; pass when it is negotiated and the person stands on this side of it."""
    mine = moves.locked(deal)
    if role not in policies.roles_of(person, mine, today=dates.day_of(at)):
        raise moves.NotYourSide(role=role.label)
    if mine.state not in TALKING:
        raise NotTalking(state=mine.get_state_display())
    return mine


def _answerable(quote: Quote, *, at: datetime) -> Quote:
    found = Quote.objects.select_for_update(of=("self",)).select_related("deal").get(pk=quote.pk)
    is_over = found.valid_until < dates.day_of(at)
    if found.state != QuoteState.SENT or is_over:
        label = QuoteState.EXPIRED.label if is_over else found.get_state_display()
        raise QuoteStale(state=label)
    return found


def written(text: str, *, field: str) -> str:
    """Return the text without the blanks around it.

    Raises:
        WordsMissing: shorter than 10 or longer than 2,000 characters.
    """
    words = text.strip()
    if not SHORTEST <= len(words) <= LONGEST:
        raise WordsMissing(field=field, least=SHORTEST, most=LONGEST, count=len(words))
    return words


def _indicators(deal: Deal) -> list[dict[str, Any]]:
    """Return the need's indicators as they are now, in plain values."""
    rows: Sequence[Indicator] = list(deal.need.indicators.all()) if deal.need is not None else []
    return [
        {
            "name": each.name,
            "target": each.target_text,
            "verification": each.verification,
        }
        for each in rows
    ]
