"""End a signed deal together: one side proposes, the other agrees or not."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.deals.facts import RescissionAnswered, RescissionProposed
from kehui.deals.models import Deal, Rescission, Role
from kehui.deals.services import moves
from kehui.deals.services.contracts import side_of
from kehui.deals.services.quotes import written
from kehui.deals.services.telling import tell_parties
from kehui.ledger.services import record
from kehui.people.models import Person


class RescissionOpen(Refused):
    code = "RESCISSION_OPEN"
    message = _("已经有一份协商解除在等答复。")
    message_en = "A proposal to rescind is waiting for an answer."
    status = 409


class NoRescission(Refused):
    code = "NO_RESCISSION"
    message = _("没有等待答复的协商解除，也许刚答复过。")
    message_en = "There is no proposal to rescind; perhaps it was just answered."
    status = 409


@transaction.atomic
def propose_rescission(*, deal: Deal, person: Person, terms: str, at: datetime) -> Rescission:
    """Propose to end the deal, and on which terms.

    Raises:
        MoveNotYours, MoveImpossible, WordsMissing: of the person, the deal, the terms.
        RescissionOpen: one waits already.
    """
    words = written(terms, field="terms")
    mine = moves.locked(deal)
    moves.check(mine, "rescind", person, at=at)
    role = side_of(mine, person, at=at)
    if mine.rescissions.filter(answer=None).exists():
        raise RescissionOpen
    made = Rescission.objects.create(
        deal=mine, terms=words, proposed_by=role, by=person, proposed_at=at
    )
    fact = RescissionProposed(deal=mine.pk, rescission=made.pk, role=role.value)
    record(fact, actor=person.pk, at=at)
    title = _now("对方提出协商解除：“%s”") % mine.title
    key = f"rescission:{made.pk}"
    tell_parties(mine, (_other(role),), title, words, key=key, by=person, at=at)
    return made


@transaction.atomic
def answer_rescission(
    *, deal: Deal, person: Person, agrees: bool, sentence: str = "", at: datetime
) -> Deal:
    """Agree to end the deal, or not.

    Raises:
        MoveNotYours, MoveImpossible, SentenceTooLong: see `moves`.
        NoRescission: none waits.
        NotYourSide: the person's side proposed it.
    """
    words = moves.worded(sentence)
    mine = moves.locked(deal)
    role = side_of(mine, person, at=at)
    held = mine.rescissions.select_for_update().filter(answer=None).first()
    if held is None:
        raise NoRescission
    if role == held.proposed_by:
        raise moves.NotYourSide(role=_other(role).label)
    if agrees:
        moves.check(mine, "rescind", person, at=at)
    held.answer, held.sentence = agrees, words
    held.answered_by, held.answered_at = person, at
    held.save()
    fact = RescissionAnswered(deal=mine.pk, rescission=held.pk, agrees=agrees)
    record(fact, actor=person.pk, at=at)
    if agrees:
        return moves.make(mine, "rescind", person, role=role, sentence=words, at=at)
    title = _now("对方不同意解除：“%s”") % mine.title
    key = f"rescission:{held.pk}:answer"
    tell_parties(mine, (Role(held.proposed_by),), title, words, key=key, by=person, at=at)
    return mine


def _other(role: Role) -> Role:
    return Role.SELLER if role == Role.BUYER else Role.BUYER
