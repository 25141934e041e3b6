"""What people say of a suggestion: it fits, or why it does not."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.market.models import Item, Side
from kehui.matching import policies
from kehui.matching.facts import SuggestionAccepted, SuggestionDeclined
from kehui.matching.models import Feedback, Reason, Suggestion
from kehui.matching.services.outcomes import note_answer
from kehui.people.models import Person

SHORTEST_OTHER: Final = 15
LONGEST: Final = 200


class NotYourMatch(Refused):
    code = "NOT_YOUR_MATCH"
    message = _("这条匹配不在你名下。")
    message_en = "This match is not yours."
    status = 403


class ReasonUnknown(Refused):
    code = "REASON_UNKNOWN"
    message = _("请从列表里选一个不合适的原因。")
    message_en = "Choose from the list why it does not fit."
    field = "reason"


class SentenceTooLong(Refused):
    code = "SENTENCE_TOO_LONG"
    message = _("说明最多 {limit} 个字。")
    message_en = "The sentence has at most {limit} characters."
    field = "sentence"


class SentenceTooShort(Refused):
    code = "SENTENCE_TOO_SHORT"
    message = _("选“其他”时，请至少写 15 个字说明。")
    message_en = "With “other”, write at least 15 characters."
    field = "sentence"


@transaction.atomic
def accept_suggestion(
    *,
    suggestion: Suggestion,
    person: Person,
    side: Side | None = None,
    position: int | None = None,
    at: datetime,
) -> Suggestion:
    """Say that the suggestion fits, and record it with the place where it was shown."""
    mine, side = _mine(suggestion, person, side, at=at)
    said = Feedback(
        suggestion=mine,
        by=person,
        side=side,
        answer=Suggestion.Answer.ACCEPTED,
        position=position,
        at=at,
    )
    if not _say(said):
        return mine
    record(
        SuggestionAccepted(
            need=mine.need_id, offer=mine.offer_id, side=side.value, position=position
        ),
        actor=person.pk,
        at=at,
    )
    note_answer(need=mine.need_id, offer=mine.offer_id, side=side, actor=person.pk, at=at)
    return mine


@transaction.atomic
def decline_suggestion(
    *,
    suggestion: Suggestion,
    person: Person,
    reason: str,
    sentence: str = "",
    side: Side | None = None,
    position: int | None = None,
    at: datetime,
) -> Suggestion:
    """Say that the suggestion does not fit and why; the reason lowers what it is about.

    Raises:
        NotYourMatch: the person holds neither side.
        ReasonUnknown: no reason, or one outside the list.
        SentenceTooShort: reason R16 without a sentence of 15 characters.
        SentenceTooLong: more than 200 characters.
    """
    sentence = _sentence(sentence, reason)
    mine, side = _mine(suggestion, person, side, at=at)
    said = Feedback(
        suggestion=mine,
        by=person,
        side=side,
        answer=Suggestion.Answer.DECLINED,
        reason=reason,
        sentence=sentence,
        position=position,
        at=at,
    )
    if not _say(said):
        return mine
    record(
        SuggestionDeclined(
            need=mine.need_id,
            offer=mine.offer_id,
            side=side.value,
            reason=reason,
            position=position,
        ),
        actor=person.pk,
        at=at,
    )
    note_answer(need=mine.need_id, offer=mine.offer_id, side=side, actor=person.pk, at=at)
    return mine


def _sentence(text: str, reason: str) -> str:
    """Return the sentence that goes with the reason, tidied."""
    if reason not in Reason.values:
        raise ReasonUnknown
    sentence = text.strip()
    if reason == Reason.R16 and len(sentence) < SHORTEST_OTHER:
        raise SentenceTooShort
    if len(sentence) > LONGEST:
        raise SentenceTooLong(limit=LONGEST)
    return sentence


def _mine(
    suggestion: Suggestion, person: Person, side: Side | None, *, at: datetime
) -> tuple[Suggestion, Side]:
    # Not its key: whoever asks to talk at this moment writes a row that points to it
    mine = (
        Suggestion.objects.select_for_update(of=("self",), no_key=True)
        .select_related("need__organization", "offer__organization")
        .get(pk=suggestion.pk)
    )
    sides = policies.sides_of(person, mine, today=dates.day_of(at))
    if not sides or (side is not None and side not in sides):
        raise NotYourMatch
    return mine, side or sides[0]


def _say(said: Feedback) -> bool:
    """Keep what a side says of the other's present text; return False on a second click."""
    suggestion, is_need = said.suggestion, said.side == Side.NEED
    other: Item = suggestion.offer if is_need else suggestion.need
    said.revision = other.revision
    last = suggestion.feedback.filter(side=said.side).order_by("-at", "-pk").first()
    if last is not None and _told(last) == _told(said):
        return False
    field = "need_answer" if is_need else "offer_answer"
    setattr(suggestion, field, said.answer)
    suggestion.save(update_fields=[field])
    said.save()
    return True


def _told(said: Feedback) -> tuple[str, str, str, int]:
    return said.answer, said.reason, said.sentence, said.revision
