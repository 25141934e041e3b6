"""Ask the other side to talk: the seam where deals and cases take over."""

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.market import policies as market
from kehui.market.models import Item, Need, Offer, Side, State
from kehui.matching.facts import InterestExpressed
from kehui.matching.models import Interest, Suggestion
from kehui.matching.services.answers import NotYourMatch
from kehui.matching.services.outcomes import REPLY_WORKING_DAYS, note_answer
from kehui.notices import services as notices
from kehui.notices.models import Notice
from kehui.people import selectors as people
from kehui.people.models import Person

LONGEST_MESSAGE: Final = 300


class AlreadyAsked(Refused):
    code = "ALREADY_ASKED"
    message = _("你已经约过对方，正在等答复。")
    message_en = "You have asked already and wait for an answer."
    status = 409


class MessageTooLong(Refused):
    code = "MESSAGE_TOO_LONG"
    message = _("留言最多 {limit} 个字。")
    message_en = "A message has at most {limit} characters."
    field = "message"


class NotOpenForTalks(Refused):
    code = "NOT_OPEN_FOR_TALKS"
    message = _("双方信息都已发布后才能约谈。审核通过会马上通知你。")
    message_en = "Both items have to be published before you can ask to talk."
    status = 409


@transaction.atomic
def ask_to_talk(
    *,
    need: Need,
    offer: Offer,
    person: Person,
    message: str = "",
    through_steward: bool = False,
    at: datetime,
) -> Interest:
    """Ask the other side to talk, promise an answer within 10 working days, and tell both.

    Raises:
        NotYourMatch: the person holds neither the need nor the offer.
        NotOpenForTalks: one of the two is not published.
        MessageTooLong: more than 300 characters.
        AlreadyAsked: this side asked about this pair before.
    """
    today = dates.day_of(at)
    side = _side(person, need, offer, today=today)
    message = message.strip()
    if len(message) > LONGEST_MESSAGE:
        raise MessageTooLong(limit=LONGEST_MESSAGE)
    _check_open(need, offer, side)
    interest = Interest.objects.create(
        suggestion=Suggestion.objects.filter(need=need, offer=offer).first(),
        need=need,
        offer=offer,
        by=person,
        side=side,
        through_steward=through_steward,
        message=message,
        asked_at=at,
        reply_due_on=dates.working_days_after(today, REPLY_WORKING_DAYS),
    )
    expressed = InterestExpressed(
        need=need.pk,
        offer=offer.pk,
        side=side.value,
        through_steward=through_steward,
        reply_due_on=interest.reply_due_on,
    )
    record(expressed, actor=person.pk, at=at)
    note_answer(need=need.pk, offer=offer.pk, side=side, actor=person.pk, at=at)
    _tell(interest, at=at)
    return interest


def _side(person: Person, need: Need, offer: Offer, *, today: date) -> Side:
    if market.owns(person, need, today=today):
        return Side.NEED
    if market.owns(person, offer, today=today):
        return Side.OFFER
    raise NotYourMatch


def _check_open(need: Need, offer: Offer, side: Side) -> None:
    """Lock both items; pass when they are published and this side has not asked yet."""
    both = Item.objects.select_for_update(no_key=True).filter(pk__in=[need.pk, offer.pk])
    if any(each.state != State.PUBLISHED for each in both.order_by("pk")):
        raise NotOpenForTalks
    if Interest.objects.filter(need=need, offer=offer, side=side).exists():
        raise AlreadyAsked


def _tell(interest: Interest, *, at: datetime) -> None:
    other: Item = interest.offer if interest.side == Side.NEED else interest.need
    body = interest.message or _now("请在 %(day)s 前答复。") % {"day": interest.reply_due_on}
    link = "/deals/"
    notices.send(
        person=other.holder,
        reason=Notice.Reason.INTEREST,
        title=_now("有人想和你谈“%s”") % other.title,
        body=body,
        link=link,
        key=f"interest:{interest.pk}",
        at=at,
    )
    if interest.through_steward:
        for steward in people.stewards_of(interest.need.region_id, today=dates.day_of(at)):
            notices.send(
                person=steward,
                reason=Notice.Reason.STEWARD,
                title=_now("请帮忙牵线：“%s”") % interest.need.title,
                body=body,
                link=f"/needs/{interest.need_id}/",
                key=f"interest:{interest.pk}:steward:{steward.pk}",
                at=at,
            )
