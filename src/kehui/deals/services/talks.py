"""Whether they talk: yes, or no and why."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.deals.facts import DealDeclined
from kehui.deals.models import Deal, DeclineReason
from kehui.deals.services import moves
from kehui.ledger.services import record
from kehui.market.models import Side
from kehui.matching.services.outcomes import note_answer
from kehui.people.models import Person

SHORTEST_OTHER: Final = 15


class DeclineReasonMissing(Refused):
    code = "DECLINE_REASON"
    message = _("请从列表里选一个谢绝的原因。")
    message_en = "Choose from the list why you decline."
    field = "reason"


class OtherNeedsWords(Refused):
    code = "OTHER_NEEDS_WORDS"
    message = _("选“其他”时，请至少写 {least} 个字说明。")
    message_en = "With “other”, write at least {least} characters."
    field = "sentence"


@transaction.atomic
def agree_to_talk(*, deal: Deal, person: Person, sentence: str = "", at: datetime) -> Deal:
    """Say yes to the other side: from now on they negotiate.

    Raises:
        MoveNotYours: the person is not of the side that was asked.
        MoveImpossible: the question is answered, or its time is over.
        SentenceTooLong: more than 200 characters.
    """
    words = moves.worded(sentence)
    mine = moves.locked(deal)
    role = moves.check(mine, "talk", person, at=at)
    moved = moves.make(mine, "talk", person, role=role, sentence=words, at=at)
    _answered(moved, person, at=at)
    return moved


@transaction.atomic
def decline_deal(
    *, deal: Deal, person: Person, reason: str, sentence: str = "", at: datetime
) -> Deal:
    """Say no, and why: before the talks, during them, or to what was agreed but not signed.

    Raises:
        DeclineReasonMissing: no reason, or one outside the list.
        OtherNeedsWords: the reason is "other" and the sentence is shorter than 15 characters.
        MoveNotYours, MoveImpossible, SentenceTooLong: see `agree_to_talk`.
    """
    words = moves.worded(sentence)
    if reason not in DeclineReason.values:
        raise DeclineReasonMissing
    if reason == DeclineReason.OTHER and len(words) < SHORTEST_OTHER:
        raise OtherNeedsWords(least=SHORTEST_OTHER)
    mine = moves.locked(deal)
    role = moves.check(mine, "decline", person, at=at)
    mine.decline_reason = reason
    moved = moves.make(mine, "decline", person, role=role, sentence=words, at=at)
    record(DealDeclined(deal=moved.pk, reason=reason), actor=person.pk, at=at)
    _answered(moved, person, at=at)
    return moved


def _answered(deal: Deal, person: Person, *, at: datetime) -> None:
    """Close the question of the side that asked; speaking of the pair keeps the promise."""
    if deal.need_id is None or deal.offer_id is None:
        return
    other = Side.OFFER if deal.asked_side == Side.NEED else Side.NEED
    note_answer(need=deal.need_id, offer=deal.offer_id, side=other, actor=person.pk, at=at)
