"""What nobody speaks of any more ends by itself, once."""

from contextlib import ExitStack
from datetime import date, timedelta

import pytest
from django.db import transaction
from tests.deals.talking import asked, quoted, talking
from tests.matching.pairs import AT
from tests.parallel import meanwhile

from kehui.core import dates
from kehui.deals import services
from kehui.deals.facts import DealMoved
from kehui.deals.models import Deal, Quote
from kehui.ledger.models import Entry
from kehui.notices.models import Notice

pytestmark = pytest.mark.django_db


def test_silence_ends_a_question_the_day_after_its_last() -> None:
    deal = asked()
    assert deal.due_on is not None
    last_evening = dates.end_of(deal.due_on) - timedelta(seconds=1)
    assert services.end_overdue(at=last_evening) == 0

    assert services.end_overdue(at=dates.end_of(deal.due_on)) == 1

    assert Deal.objects.get().state == "lapsed"
    moved = DealMoved.of(Entry.objects.get(kind="deal.moved"))
    assert (moved.move, moved.role) == ("fall_silent", "")
    assert Entry.objects.get(kind="deal.moved").actor is None
    assert Notice.objects.filter(reason="deal").count() == 2
    assert services.end_overdue(at=dates.end_of(deal.due_on)) == 0


def test_talks_fade_and_quotes_expire() -> None:
    quote = quoted(valid_until=date(2026, 3, 5))
    assert services.end_overdue(at=dates.end_of(date(2026, 3, 5))) == 1
    assert (Quote.objects.get().state, quote.deal.state) == ("expired", "negotiating")

    assert services.end_overdue(at=AT + timedelta(days=91)) == 1
    assert Deal.objects.get().state == "lapsed"


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_end_it_once() -> None:
    deal = talking()
    at = AT + timedelta(days=91)
    with ExitStack() as stack, transaction.atomic():
        assert services.end_overdue(at=at) == 1
        second = stack.enter_context(meanwhile(services.end_overdue, at=at))
        assert second.result(timeout=5) == 0

    assert deal.turns.filter(move="fade").count() == 1
