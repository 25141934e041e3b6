"""One side asks the other to talk."""

from contextlib import ExitStack
from datetime import date

import pytest
from django.db import transaction
from tests.makers import TODAY, make_person, make_steward
from tests.matching.pairs import AT, need_of, offer_of, one_pair
from tests.parallel import meanwhile

from kehui.core import dates
from kehui.core.errors import Refused
from kehui.ledger.models import Entry
from kehui.market.models import Need, Offer, State
from kehui.matching.facts import InterestExpressed
from kehui.matching.models import Interest, Suggestion
from kehui.matching.selectors import suggestions
from kehui.matching.services import ask_to_talk
from kehui.matching.services.answers import NotYourMatch
from kehui.matching.services.talks import (
    AlreadyAsked,
    MessageTooLong,
    NotOpenForTalks,
)
from kehui.notices.models import Notice

pytestmark = pytest.mark.django_db


def ask(
    suggestion: Suggestion, *, by: str = "need", message: str = "", **options: bool
) -> Interest:
    item = getattr(suggestion, by)
    return ask_to_talk(
        need=suggestion.need,
        offer=suggestion.offer,
        person=item.holder,
        message=message,
        at=AT,
        **options,
    )


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 3, 2), date(2026, 3, 16)),  # a Monday
        (date(2026, 3, 6), date(2026, 3, 20)),
        (date(2026, 3, 7), date(2026, 3, 20)),  # a Saturday
        (date(2026, 12, 25), date(2027, 1, 8)),
    ],
)
def test_an_answer_is_due_ten_weekdays_later(day: date, due: date) -> None:
    assert dates.working_days_after(day, 10) == due


def test_asking_promises_an_answer_by_a_day_and_records_one_fact() -> None:
    suggestion = one_pair()

    interest = ask(suggestion, message=" 想先寄水样 ")

    assert (interest.side, interest.message, interest.reply_due_on, interest.suggestion_id) == (
        "need",
        "想先寄水样",
        date(2026, 3, 16),
        suggestion.pk,
    )
    facts = Entry.objects.filter(kind=InterestExpressed.kind)
    assert [InterestExpressed.of(each) for each in facts] == [
        InterestExpressed(
            need=suggestion.need_id,
            offer=suggestion.offer_id,
            side="need",
            through_steward=False,
            reply_due_on=date(2026, 3, 16),
        )
    ]


@pytest.mark.parametrize(("by", "other"), [("need", "offer"), ("offer", "need")])
def test_the_other_side_is_told(by: str, other: str) -> None:
    suggestion = one_pair()
    asked = getattr(suggestion, other)

    ask(suggestion, by=by)

    notice = Notice.objects.get(reason="interest")
    assert (notice.person_id, notice.link) == (asked.holder_id, "/deals/")
    assert "2026-03-16" in notice.body


def test_a_steward_is_asked_to_bring_them_together() -> None:
    steward, elsewhere = make_steward(), make_steward(region="511500")
    suggestion = one_pair()

    ask(suggestion, through_steward=True)

    notice = Notice.objects.get(reason="steward")
    assert (notice.person_id, notice.link) == (steward.pk, f"/needs/{suggestion.need_id}/")
    assert not Notice.objects.filter(person=elsewhere).exists()


def test_each_side_asks_once() -> None:
    suggestion = one_pair()
    ask(suggestion)

    with pytest.raises(AlreadyAsked):
        ask(suggestion)
    ask(suggestion, by="offer")

    assert Interest.objects.count() == 2
    shown = suggestions.suggested_for(suggestion.need, today=TODAY).get()
    assert shown.is_asked is True  # type: ignore[attr-defined]


def test_a_pair_that_was_never_suggested_can_talk_too() -> None:
    need, offer = need_of("salt"), offer_of("bridge")

    interest = ask_to_talk(need=need, offer=offer, person=need.holder, at=AT)

    assert interest.suggestion is None


def refused(refusal: type[Refused], suggestion: Suggestion, **options: str) -> None:
    with pytest.raises(refusal):
        ask(suggestion, **options)  # type: ignore[arg-type]
    assert not Interest.objects.exists()


def test_strangers_cannot_ask() -> None:
    suggestion = one_pair()

    with pytest.raises(NotYourMatch):
        ask_to_talk(need=suggestion.need, offer=suggestion.offer, person=make_person(), at=AT)


def test_a_long_message_is_refused() -> None:
    refused(MessageTooLong, one_pair(), message="长" * 301)


@pytest.mark.parametrize("side", [Need, Offer])
def test_both_have_to_be_published_at_this_moment(side: type[Need | Offer]) -> None:
    suggestion = one_pair()  # holds the rows as they were
    side.objects.update(state=State.WITHDRAWN)

    refused(NotOpenForTalks, suggestion)


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_the_second_waits_and_is_refused() -> None:
    suggestion = one_pair()

    with ExitStack() as stack:
        with transaction.atomic():
            ask(suggestion)
            second = stack.enter_context(meanwhile(ask, suggestion))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(AlreadyAsked):
            second.result(timeout=5)

    assert Interest.objects.count() == 1
