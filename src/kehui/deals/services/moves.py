"""Move a deal along its graph: the one way from state to state, with its turn, fact and notices."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.deals import policies
from kehui.deals.facts import DealMoved
from kehui.deals.models import BACK, ENDED, Deal, Move, Role, State, Turn, graph
from kehui.ledger.services import record
from kehui.market.models import Need, Offer
from kehui.matching.models import Outcome
from kehui.matching.services.answers import SentenceTooLong
from kehui.matching.services.outcomes import record_outcome
from kehui.notices.models import Notice
from kehui.notices.services import Message, send_many
from kehui.people.models import Person

GRAPH: Final = "deal"
LONGEST_SENTENCE: Final = 200
# What matching learns from: how far a pair came
RUNGS: Final = {State.NEGOTIATING: Outcome.Rung.NEGOTIATED, State.SIGNED: Outcome.Rung.SIGNED}


class MoveImpossible(Refused):
    code = "MOVE_IMPOSSIBLE"
    message = _("这笔对接现在是“{state}”，不能这样做。现在可以：{allowed}。")
    message_en = "This deal is “{state}”; that cannot be done now. Possible now: {allowed}."
    status = 409


class MoveNotYours(Refused):
    code = "MOVE_NOT_YOURS"
    message = _("这一步不由你来做。你现在可以：{allowed}。")
    message_en = "This step is not yours. You can now: {allowed}."
    status = 403


class NotYourSide(Refused):
    code = "NOT_YOUR_SIDE"
    message = _("这一步由{role}来做。")
    message_en = "This step is the {role}'s."
    status = 403


LABELS: Final = {
    "talk": _("同意洽谈"),
    "decline": _("谢绝"),
    "agree": _("接受报价"),
    "sign": _("签约"),
    "start_work": _("开始履行"),
    "deliver": _("交付"),
    "send_back": _("退回修改"),
    "accept": _("验收"),
    "pay": _("确认付款"),
    "close": _("完成"),
    "rescind": _("协商解除"),
    "dispute": _("提出争议"),
}


def locked(deal: Deal) -> Deal:
    """Return the deal's row, held until the transaction ends."""
    return (
        Deal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("need", "offer")
        .get(pk=deal.pk)
    )


def check(deal: Deal, name: str, person: Person, *, at: datetime) -> Role:
    """Return as whom the person makes the move.

    Raises:
        MoveNotYours: the person is not the one to make it.
        MoveImpossible: it does not leave the deal's state.
    """
    roles = policies.roles_of(person, deal, today=dates.day_of(at))
    move = graph(GRAPH).moves[name]
    possible = [
        each for each in graph(GRAPH).from_state(deal.state) if policies.may_make(each, deal, roles)
    ]
    if not policies.may_make(move, deal, roles):
        raise MoveNotYours(allowed=_listed(possible))
    if move not in possible:
        raise MoveImpossible(state=deal.get_state_display(), allowed=_listed(possible))
    return next(each for each in roles if policies.may_make(move, deal, [each]))


def make(
    deal: Deal,
    name: str,
    person: Person | None,
    *,
    role: Role | None = None,
    sentence: str = "",
    at: datetime,
) -> Deal:
    """Move a locked and checked deal; keep the turn, record the fact, tell who is to know.

    Raises:
        MoveImpossible: the clock comes too late, the deal has moved.
    """
    move = graph(GRAPH).moves[name]
    if deal.state not in move.sources:
        raise MoveImpossible(state=deal.get_state_display(), allowed=_listed(()))
    before = State(deal.state)
    after = State(deal.state_before if move.target == BACK else move.target)
    deal.state, deal.state_at = after, at
    deal.state_before = before if after == State.DISPUTED else ""
    deal.ended_at = at if after in ENDED else None
    deal.due_on = last_day(after, dates.day_of(at))
    deal.save()
    turn = Turn.objects.create(
        deal=deal,
        move=name,
        before=before,
        after=after,
        by=person,
        role=role or "",
        sentence=sentence,
        at=at,
    )
    actor = person.pk if person else None
    moved = DealMoved(
        deal=deal.pk, move=name, before=before.value, after=after.value, role=role or ""
    )
    record(moved, actor=actor, at=at)
    _tell_matching(deal, actor=actor, at=at)
    tell(deal, move, turn, at=at)
    return deal


def last_day(state: State, today: date) -> date | None:
    """Return the last day of a state that began today, None where the clock has no say."""
    for move in graph(GRAPH).from_state(state):
        if move.working_days is not None:
            return dates.working_days_after(today, move.working_days)
        if move.days is not None:
            return today + timedelta(days=move.days)
    return None


def worded(sentence: str) -> str:
    """Return the sentence, tidied.

    Raises:
        SentenceTooLong: more than 200 characters.
    """
    tidy = " ".join(sentence.split())
    if len(tidy) > LONGEST_SENTENCE:
        raise SentenceTooLong(limit=LONGEST_SENTENCE)
    return tidy


def tell(deal: Deal, move: Move, turn: Turn, *, at: datetime) -> None:
    """Put a notice into the inbox of everybody the move names, but not of who made it."""
    people = {
        each.person_id
        for each in deal.parties.all()
        if each.role in move.tells
        or ("asker" in move.tells and each.role == deal.asked_by)
        or ("answerer" in move.tells and each.role != deal.asked_by)
    }
    if "steward" in move.tells and deal.steward_id:
        people.add(deal.steward_id)
    title = _now("“%(deal)s”：%(state)s") % {
        "deal": deal.title,
        "state": State(turn.after).label,
    }
    send_many(
        (
            Message(
                person=person,
                reason=Notice.Reason.DEAL,
                title=title,
                body=turn.sentence,
                link=f"/deals/{deal.pk}/",
                key=f"deal-turn:{turn.pk}:{person}",
            )
            for person in sorted(people - {turn.by_id})
        ),
        at=at,
    )


def _tell_matching(deal: Deal, *, actor: int | None, at: datetime) -> None:
    rung = RUNGS.get(State(deal.state))
    need, offer = deal.need, deal.offer
    if rung and isinstance(need, Need) and isinstance(offer, Offer):
        record_outcome(need=need, offer=offer, rung=rung, actor=actor, at=at)


def _listed(moves: Iterable[Move]) -> str:
    names = [str(LABELS[each.name]) for each in moves if each.name in LABELS]
    return "、".join(dict.fromkeys(names)) or _now("查看")
