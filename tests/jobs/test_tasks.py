"""What the clock starts does its work on real rows, to the end, and says how much it did."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.deals.talking import asked, buyer_of, talking, working
from tests.makers import make_account, make_operator, make_person
from tests.market.writing import publish_need, publish_offer
from tests.matching.judged import put_showing
from tests.matching.pairs import need_of, offer_of
from tests.parallel import meanwhile

from kehui.deals import services
from kehui.deals.models import Deal, Dispute
from kehui.jobs import tasks
from kehui.ledger.models import Receipt
from kehui.market.models import Item, State
from kehui.matching import adapter
from kehui.matching.models import ExposureRun, Outcome, Showing, Suggestion
from kehui.matching.services import ask_to_talk, match_together
from kehui.people.models import Arrival, Try
from kehui.people.services import note_arrival

pytestmark = pytest.mark.django_db


def test_items_past_their_last_day_end() -> None:
    past, lasting = publish_need(), publish_offer()
    Item.objects.filter(pk=past.pk).update(valid_until=timezone.localdate() - timedelta(days=1))
    Item.objects.filter(pk=lasting.pk).update(valid_until=timezone.localdate() + timedelta(days=9))

    assert tasks.expire_items(timestamp=0) == 1
    states = dict(Item.objects.values_list("pk", "state"))
    assert states == {past.pk: State.EXPIRED, lasting.pk: State.PUBLISHED}


def test_contacts_are_asked_until_nobody_is_left() -> None:
    at = timezone.now() - timedelta(days=8)
    needs = [publish_need(make_person(), at=at) for _ in range(2)]

    assert tasks.ask_contacts(timestamp=0) == len(needs)
    assert tasks.ask_contacts(timestamp=0) == 0


def test_deals_and_quotes_end_and_decisions_take_effect_when_their_days_are_over() -> None:
    long_ago = timezone.now() - timedelta(days=60)
    silent = asked("salt", at=long_ago)
    disputed = working(talking("bridge"))
    services.open_dispute(
        deal=disputed, person=buyer_of(disputed), complaint="型号和合同写的不一样。", at=long_ago
    )
    services.decide_dispute(
        deal=disputed,
        person=make_operator(),
        outcome=Dispute.Outcome.ANNUL,
        grounds="合同写明型号，没有书面变更。",
        at=long_ago + timedelta(days=30),
    )

    assert tasks.end_deals(timestamp=0) == 2
    states = dict(Deal.objects.values_list("pk", "state"))
    assert states == {silent.pk: "lapsed", disputed.pk: "rescinded"}


def test_alerts_are_sent_when_somebody_waits_for_them() -> None:
    assert tasks.send_alerts(timestamp=0) == 0


def test_silence_is_noted_when_the_promised_days_are_over() -> None:
    long_ago = timezone.now() - timedelta(days=30)
    need, offer = need_of("salt"), offer_of("salt")
    ask_to_talk(need=need, offer=offer, person=need.holder, at=long_ago)
    seen = offer_of("bridge")
    put_showing(need, seen, on=timezone.localdate(long_ago))

    assert tasks.note_silence(timestamp=0) == 2
    silences = Outcome.objects.order_by("pk").values_list("offer", "side")
    assert list(silences) == [(offer.pk, "offer"), (seen.pk, "need")]
    assert tasks.note_silence(timestamp=0) == 0


def test_the_index_is_built_when_there_is_none_and_left_alone_when_it_is_young() -> None:
    publish_offer()

    assert tasks.refresh_index(timestamp=0) is True
    assert adapter.standing().offers == 1
    assert tasks.refresh_index(timestamp=0) is False


def test_every_published_item_is_matched_at_night() -> None:
    need, offer = publish_need(), publish_offer()
    tasks.refresh_index(timestamp=0)

    assert tasks.rematch_all(timestamp=0) == 2
    assert list(Suggestion.objects.values_list("need", "offer")) == [(need.pk, offer.pk)]
    assert ExposureRun.objects.count() == 1


def test_by_day_changes_alone_enter_the_lists() -> None:
    need, offer = publish_need(), publish_offer()
    tasks.rematch_all(timestamp=0)
    tasks.match_changes(timestamp=0)
    other = publish_offer(at=timezone.now())

    assert tasks.match_changes(timestamp=0) == 2
    assert tasks.match_changes(timestamp=0) == 0
    found = Suggestion.objects.filter(from_need=True, from_offer=True).order_by("offer")
    assert list(found.values_list("need", "offer")) == [(need.pk, offer.pk), (need.pk, other.pk)]


@pytest.mark.django_db(transaction=True)
def test_a_job_leaves_the_lists_to_the_command_that_is_at_them() -> None:
    publish_need()
    tasks.refresh_index(timestamp=0)
    done: list[int] = []

    def meet(*_told: object) -> None:
        with meanwhile(tasks.match_changes, timestamp=0) as job:
            done.append(job.result(timeout=60))

    assert match_together(at=timezone.now(), progress=meet).looked_at == 1
    assert set(done) == {0}


def test_what_only_answered_a_retry_is_forgotten_in_time() -> None:
    now = timezone.now()
    for days in (89, 91):
        at = now - timedelta(days=days)
        Receipt.objects.create(key=str(days), door="api", request_hash=b"", created_at=at)
    for hours in (1, 49):
        Try.objects.create(subject="s", at=now - timedelta(hours=hours))

    for days in (364, 366):
        at = now - timedelta(days=days)
        note_arrival(account=make_account(), mark="", address="192.0.2.7", kind="", at=at)

    need, offer = need_of("salt"), offer_of("salt")
    for days in (729, 731):
        put_showing(need, offer, on=timezone.localdate() - timedelta(days=days))

    assert tasks.forget_old(timestamp=0) == 4
    assert Arrival.objects.count() == 1
    assert Showing.objects.count() == 1
    assert list(Receipt.objects.values_list("key", flat=True)) == ["89"]
    assert Try.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_killed_worker_is_done_by_a_living_one() -> None:
    with transaction.atomic():
        app.configure_task("kehui.jobs.tasks.expire_items").defer(timestamp=0)
    connector: Any = app.connector
    worker = connector.get_worker_connector()

    async def die_and_come_back() -> int:
        with app.replace_connector(worker):
            async with app.open_async():
                dead = await app.job_manager.register_worker()
                await app.job_manager.fetch_job(None, dead)
                return await tasks.retry_stalled(timestamp=0)

    tasks.STALLED_AFTER, before = timedelta(seconds=-1), tasks.STALLED_AFTER
    try:
        assert asyncio.run(die_and_come_back()) == 1
    finally:
        tasks.STALLED_AFTER = before
    assert ProcrastinateJob.objects.get().status == "todo"
