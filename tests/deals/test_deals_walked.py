"""Random walks: whatever anybody tries, a deal is never where its graph does not lead.

KEHUI_DEAL_WALKS is how many walks of up to 40 steps are made; 60 is some seconds, 500 are 10,000
steps and more.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.deals.talking import PRICE, WANTED, asked, buyer_of, seller_of, terms
from tests.makers import make_operator, make_person
from tests.matching.pairs import AT

from kehui.core.errors import Refused
from kehui.deals import services
from kehui.deals.models import (
    BACK,
    ENDED,
    Contract,
    ContractState,
    Deal,
    Dispute,
    Quote,
    QuoteState,
    State,
    graph,
)
from kehui.deals.selectors import contracts as texts
from kehui.deals.services.quotes import Price
from kehui.ledger.models import Entry
from kehui.people.models import Level, Person

pytestmark = pytest.mark.django_db
WALKS: Final = int(os.environ.get("KEHUI_DEAL_WALKS", "60"))
STEPS: Final = 40
SIGNED: Final = {
    State.SIGNED, State.PERFORMING, State.DELIVERED, State.ACCEPTED, State.PAID, State.CLOSED,
    State.RESCINDED, State.DISPUTED,
}  # fmt: skip
Act = Callable[[Deal, Person, datetime], Any]


def last_quote(deal: Deal) -> Quote:
    found = deal.quotes.order_by("-version").first()
    return found or Quote(pk=0, deal=deal)


def last_hash(deal: Deal) -> str:
    found = deal.contracts.order_by("-number").first()
    return found.text_hash if found else ""


def of_quote(act: Callable[..., Any], **told: Any) -> Act:
    def taken(deal: Deal, person: Person, at: datetime) -> Any:
        quote = last_quote(deal)
        return act(quote=quote, person=person, at=at, **told) if quote.pk else None

    return taken


def of_deal(act: Callable[..., Any], **told: Any) -> Act:
    return lambda deal, person, at: act(deal=deal, person=person, at=at, **told)


FIX: Final = {"sentence": "缺接地", "fix_until": date(2027, 12, 31)}
ACTS: Final[dict[str, Act]] = {
    "talk": of_deal(services.agree_to_talk),
    "decline": of_deal(services.decline_deal, reason="price"),
    "request": of_deal(services.request_quote, wanted=WANTED),
    "stage": of_deal(
        services.stage_quote, price=Price(**PRICE | {"valid_until": date(2027, 12, 31)})
    ),
    "send": of_deal(services.send_quote),
    "drop": of_deal(services.drop_quote),
    "take": of_quote(services.accept_quote),
    "refuse": of_quote(services.decline_quote, sentence="太贵"),
    "draft": of_deal(services.draft_contract, terms=terms()),
    "propose": of_deal(services.propose_contract),
    "withdraw": of_deal(services.withdraw_contract),
    "sign": lambda deal, person, at: services.sign_contract(
        deal=deal, person=person, seen_hash=last_hash(deal), at=at
    ),
    "start": of_deal(services.start_work),
    "report 1": of_deal(services.report_milestone, position=1, evidence="已装好，见照片"),
    "report 2": of_deal(services.report_milestone, position=2, evidence="已装好，见照片"),
    "pass 1": of_deal(services.pass_milestone, position=1),
    "pass 2": of_deal(services.pass_milestone, position=2),
    "return 1": of_deal(services.return_milestone, position=1, **FIX),
    "stop 2": of_deal(services.stop_milestone, position=2, sentence="不做了"),
    "deliver": of_deal(services.deliver, sentence="设备和资料"),
    "send back": of_deal(services.send_back, sentence="缺操作手册"),
    "accept": of_deal(services.accept_delivery, results={}),
    "tell 1": of_deal(services.tell_payment, position=1, proof="20260312"),
    **{f"confirm {each}": of_deal(services.confirm_payment, position=each) for each in (1, 2, 3)},
    "settle": of_deal(services.settle),
    "close": of_deal(services.close_deal),
    "change": of_deal(services.draft_change, terms=terms(), reason="交货改期"),
    "dispute": of_deal(services.open_dispute, complaint=WANTED),
    "view": of_deal(services.state_view, words=WANTED),
    "resume": of_deal(services.decide_dispute, outcome=Dispute.Outcome.RESUME, grounds=WANTED),
    "annul": of_deal(services.decide_dispute, outcome=Dispute.Outcome.ANNUL, grounds=WANTED),
    "appeal": of_deal(services.appeal, words=WANTED),
    "rescind": of_deal(services.propose_rescission, terms=WANTED),
    "agree": of_deal(services.answer_rescission, agrees=True),
    "disagree": of_deal(services.answer_rescission, agrees=False),
    "clock": lambda _deal, _person, at: services.end_overdue(at=at),
    "effect": lambda _deal, _person, at: services.carry_out_decisions(at=at),
}
CLOCKS: Final = ("clock", "effect")
# What leads on from each state, so that walks come far; now and then anything is tried
ONWARD: Final = {
    State.INTENTION: ("talk",),
    State.NEGOTIATING: ("request", "stage", "send", "take"),
    State.AGREED: ("draft", "propose", "sign"),
    State.SIGNED: ("start",),
    State.PERFORMING: ("report 1", "report 2", "pass 1", "pass 2", "deliver"),
    State.DELIVERED: ("accept",),
    State.ACCEPTED: ("confirm 1", "confirm 2", "confirm 3", "settle"),
    State.PAID: ("close",),
    State.DISPUTED: ("view", "resume", "annul", "appeal", "effect"),
}
WHO: Final = ("buyer", "seller", "stranger", "operator", "judge")
OUTSIDE: Final = ("stranger", "operator", "judge")


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def check(deal: Deal) -> None:
    """Everything that holds in every state."""
    moves = graph("deal").moves
    turns = list(deal.turns.all())
    state, before_dispute = "", ""
    for turn in turns:
        assert turn.before == state
        if turn.move != "open":
            move = moves[turn.move]
            assert state in move.sources
            assert turn.after == (before_dispute if move.target == BACK else move.target)
            assert (turn.by_id is None) == (move.by == ("clock",))
        before_dispute = state
        state = turn.after
    assert deal.state == state
    moved = Entry.objects.filter(kind="deal.moved").count()
    assert moved == len(turns) - 1
    held = list(deal.contracts.filter(state=ContractState.SIGNED))
    assert len(held) == (deal.state in SIGNED)
    for contract in Contract.objects.exclude(state=ContractState.DRAFT):
        assert texts.is_intact(contract)
        count = contract.signatures.count()
        was_signed = contract.state in (ContractState.SIGNED, ContractState.REPLACED)
        assert (count == 2) == was_signed
    open_disputes = deal.disputes.filter(closed_at=None).count()
    assert open_disputes == (deal.state == State.DISPUTED)
    taken = deal.quotes.filter(state=QuoteState.ACCEPTED).count()
    assert taken == (deal.state in SIGNED | {State.AGREED} or bool(_was_agreed(deal)))
    if deal.state in ENDED:
        assert deal.ended_at is not None


def _was_agreed(deal: Deal) -> bool:
    return deal.turns.filter(after=State.AGREED).exists()


@given(data=st.data())
@settings(
    max_examples=WALKS, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
def test_no_walk_leaves_the_graph(data: st.DataObject) -> None:
    with undone():
        deal, at = asked(), AT
        people = {"buyer": buyer_of(deal), "seller": seller_of(deal), "stranger": make_person()}
        people |= {"operator": make_operator(), "judge": make_operator()}
        Person.objects.update(level=Level.V3)
        for each in people.values():
            each.refresh_from_db()
        for _step in range(data.draw(st.integers(1, STEPS))):
            deal = Deal.objects.get(pk=deal.pk)
            onward = ONWARD.get(State(deal.state), ())
            is_plain = bool(onward) and data.draw(st.integers(0, 9)) < 8
            name = data.draw(st.sampled_from(onward if is_plain else tuple(ACTS)))
            who = data.draw(st.sampled_from(WHO))
            if name in CLOCKS:
                at += timedelta(days=data.draw(st.integers(0, 40)))
            try:
                with transaction.atomic():
                    ACTS[name](deal, people[who], at)
            except Refused:
                after = Deal.objects.get(pk=deal.pk)
                assert after.state == deal.state
            else:
                is_judged = who != "stranger" and name in ("resume", "annul")
                assert who not in OUTSIDE or is_judged or name in (*CLOCKS, "take", "refuse")
            check(Deal.objects.get(pk=deal.pk))
