"""Ending a signed deal takes both: one proposes, the other agrees."""

from contextlib import ExitStack

import pytest
from django.db import transaction
from tests.deals.talking import accepted, buyer_of, seller_of, signed, talking
from tests.makers import make_person
from tests.matching.pairs import AT
from tests.parallel import meanwhile

from kehui.deals import services
from kehui.deals.facts import RescissionAnswered, RescissionProposed
from kehui.deals.models import Deal, Rescission
from kehui.deals.services.moves import MoveImpossible, MoveNotYours, NotYourSide
from kehui.deals.services.quotes import WordsMissing
from kehui.deals.services.rescissions import NoRescission, RescissionOpen
from kehui.ledger.models import Entry
from kehui.matching.services.answers import SentenceTooLong
from kehui.notices.models import Notice

pytestmark = pytest.mark.django_db
TERMS = "双方停止履行，预付款退回一半，资料各自封存。"


def proposed(deal: Deal | None = None) -> Deal:
    deal = deal or signed()
    services.propose_rescission(deal=deal, person=seller_of(deal), terms=TERMS, at=AT)
    return deal


def test_both_end_it() -> None:
    deal = proposed()
    asked = Notice.objects.get(title__startswith="对方提出协商解除")
    assert (asked.person, asked.body) == (buyer_of(deal), TERMS)

    ended = services.answer_rescission(
        deal=deal, person=buyer_of(deal), agrees=True, sentence="同意", at=AT
    )

    assert (ended.state, ended.ended_at) == ("rescinded", AT)
    held = Rescission.objects.get()
    assert (held.answer, held.answered_by, held.sentence) == (True, buyer_of(deal), "同意")
    first = RescissionProposed.of(Entry.objects.get(kind="rescission.proposed"))
    assert (first.rescission, first.role) == (held.pk, "seller")
    assert RescissionAnswered.of(Entry.objects.get(kind="rescission.answered")).agrees
    with pytest.raises(NoRescission):
        services.answer_rescission(deal=deal, person=buyer_of(deal), agrees=True, at=AT)


def test_a_no_keeps_the_contract_and_another_may_be_proposed_by_the_other_side() -> None:
    deal = proposed()
    with pytest.raises(RescissionOpen):
        proposed(deal)
    services.answer_rescission(
        deal=deal, person=buyer_of(deal), agrees=False, sentence="再谈谈", at=AT
    )
    assert Deal.objects.get().state == "signed"
    told = Notice.objects.get(title__startswith="对方不同意解除")
    assert (told.person, told.body) == (seller_of(deal), "再谈谈")

    services.propose_rescission(deal=deal, person=buyer_of(deal), terms=TERMS, at=AT)
    services.answer_rescission(deal=deal, person=seller_of(deal), agrees=True, at=AT)
    assert Deal.objects.get().state == "rescinded"


def test_nobody_answers_oneself_and_strangers_nothing() -> None:
    deal = proposed()
    with pytest.raises(NotYourSide) as caught:
        services.answer_rescission(deal=deal, person=seller_of(deal), agrees=True, at=AT)
    assert str(caught.value) == "这一步由需求方来做。"
    with pytest.raises(MoveNotYours):
        services.answer_rescission(deal=deal, person=make_person(), agrees=True, at=AT)
    with pytest.raises(SentenceTooLong):
        services.answer_rescission(
            deal=deal, person=buyer_of(deal), agrees=True, sentence="长" * 201, at=AT
        )


def test_what_is_not_signed_is_not_rescinded_and_terms_are_written() -> None:
    deal = talking()
    with pytest.raises(WordsMissing):
        services.propose_rescission(deal=deal, person=buyer_of(deal), terms="算了", at=AT)
    with pytest.raises(MoveImpossible):
        services.propose_rescission(deal=deal, person=buyer_of(deal), terms=TERMS, at=AT)


def test_an_answer_that_comes_after_the_work_was_accepted_ends_nothing() -> None:
    deal = accepted()
    Deal.objects.update(state="delivered")
    proposed(deal)
    Deal.objects.update(state="accepted")
    with pytest.raises(MoveImpossible):
        services.answer_rescission(deal=deal, person=buyer_of(deal), agrees=True, at=AT)
    assert Rescission.objects.get().answer is None


@pytest.mark.django_db(transaction=True)
def test_of_a_yes_and_a_no_at_once_the_second_is_told() -> None:
    deal = proposed()
    buyer = buyer_of(deal)
    with ExitStack() as stack:
        with transaction.atomic():
            services.answer_rescission(deal=deal, person=buyer, agrees=False, at=AT)
            second = stack.enter_context(
                meanwhile(services.answer_rescission, deal=deal, person=buyer, agrees=True, at=AT)
            )
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(NoRescission):
            second.result(timeout=5)
    assert Deal.objects.get().state == "signed"
