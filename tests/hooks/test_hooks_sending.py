import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings
from tests.architecture.source import REPOSITORY
from tests.hooks.making import hook_of, member, waiting
from tests.hooks.receiving import (
    OTHER,
    SECRET,
    Receiver,
    Say,
    dripping,
    receiving,
    saying,
    silent,
)
from tests.makers import NOW, make_organization, make_person, make_seat

from kehui.core.outbound import Answer, PlaceForbidden
from kehui.hooks.facts import HookStopped
from kehui.hooks.models import Attempt, Delivery, Hook
from kehui.hooks.services import (
    end_hook,
    ping,
    replace_secret,
    send_again,
    send_due,
    sending,
)
from kehui.ledger.models import Entry
from kehui.notices.models import Notice

pytestmark = pytest.mark.django_db
RECIPE = REPOSITORY / "docs" / "recipes" / "webhooks.md"


def send(receiver: Receiver, at: datetime = NOW, chance: float = 0.5) -> int:
    return send_due(clock=lambda: at, chance=lambda: chance, ask=receiver.ask)


def verifier() -> Callable[..., bool]:
    """Return the function of the recipe: what we promise is what people copy."""
    blocks = re.findall(r"```python\n(.*?)```", RECIPE.read_text("utf-8"), flags=re.DOTALL)
    space: dict[str, Any] = {}
    exec(blocks[0], space)  # noqa: S102 - our own page
    verify: Callable[..., bool] = space["verify"]
    return verify


def test_a_message_arrives_signed_and_the_recipe_verifies_it() -> None:
    hook, verify = hook_of(member()), verifier()
    message = waiting(hook)
    with receiving(saying(200, "ok")) as receiver:
        assert (send(receiver), send(receiver)) == (1, 0)

    (got,) = receiver.got
    message.refresh_from_db()
    assert (message.state, message.body.encode()) == (Delivery.State.DONE, got.body)
    assert got.headers["webhook-id"] == f"msg_{message.uid.hex}"
    now = NOW.timestamp()
    assert verify([OTHER, SECRET], got.headers, got.body, now)
    assert not verify([OTHER], got.headers, got.body, now)
    assert not verify([SECRET], got.headers, got.body + b" ", now)
    assert not verify([SECRET], got.headers, got.body, now + 301)
    assert not verify([SECRET], got.headers | {"webhook-timestamp": "٣"}, got.body, now)
    tried = Attempt.objects.get()
    assert (tried.status, tried.answer, tried.why, tried.at) == (200, "ok", "", NOW)


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    """Standard Webhooks, the test of its reference libraries."""
    made = sending.signature(
        SECRET,
        number="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    with pytest.raises(ValueError, match="base64"):
        sending.signature("whsec_?", number="m", timestamp=1, body=b"")


def test_for_a_day_both_secrets_sign() -> None:
    person = member()
    hook = hook_of(person)
    replace_secret(hook=hook, person=person, secret=OTHER, at=NOW)
    waiting(hook)
    waiting(hook, NOW + timedelta(days=1))
    with receiving(saying(204)) as receiver:
        send(receiver)
        send(receiver, NOW + timedelta(days=1))

    verify = verifier()
    first, second = receiver.got
    for secret, day, is_good in [(SECRET, 0, True), (OTHER, 0, True), (SECRET, 1, False)]:
        got = second if day else first
        at = (NOW + timedelta(days=day)).timestamp()
        assert verify([secret], got.headers, got.body, at) is is_good


@pytest.mark.parametrize(
    ("say", "status", "why"),
    [
        (saying(500, "<b>broken</b>"), 500, ""),
        (saying(302, Location="http://169.254.169.254/"), 302, ""),
        (saying(200, "x" * 1_000_000), None, "TOO_LARGE"),
        (silent, None, "TIMEOUT"),
        (dripping, None, "TIMEOUT"),
    ],
)
def test_what_is_no_receipt_is_tried_again(say: Say, status: int | None, why: str) -> None:
    message = waiting(hook_of(member()))
    with receiving(say) as receiver:
        send(receiver)
        assert len(receiver.got) == 1  # a redirect is not followed

    message.refresh_from_db()
    tried = Attempt.objects.get()
    assert (message.state, message.tries) == (Delivery.State.WAITING, 1)
    assert message.due_at == NOW + timedelta(minutes=1)
    assert (tried.status, tried.why) == (status, why)
    assert len(tried.answer) <= 500


def test_tries_come_later_and_later_and_after_most_of_a_day_the_hook_is_stopped() -> None:
    person = member()
    hook = hook_of(person)
    message, at, waited = waiting(hook), NOW, []
    with receiving(saying(503)) as receiver:
        for _ in range(8):
            assert send(receiver, at) == 1
            message.refresh_from_db()
            waited.append(round((message.due_at - at) / timedelta(minutes=1)))
            at = message.due_at
        assert send(receiver, at) == 0

    assert waited[:7] == [1, 5, 30, 120, 300, 480, 600]
    assert len({each.headers["webhook-id"] for each in receiver.got}) == 1
    assert len({each.body for each in receiver.got}) == 1
    assert message.state == Delivery.State.FAILED
    hook.refresh_from_db()
    assert hook.stopped_why == "HTTP 503"
    assert HookStopped.of(Entry.objects.get(kind=HookStopped.kind)).why == "HTTP 503"
    told = Notice.objects.get(person=person)
    assert (told.title, told.link) == ("回调“业务系统”已停用", f"/me/hooks/{hook.pk}/")


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 48), (0.5, 60), (1.0, 72)])
def test_chance_moves_the_next_try_by_a_fifth(chance: float, seconds: int) -> None:
    message = waiting(hook_of(member()))
    with receiving(saying(500)) as receiver:
        send(receiver, chance=chance)

    message.refresh_from_db()
    assert message.due_at == NOW + timedelta(seconds=seconds)


def test_one_message_that_is_never_taken_does_not_stop_a_hook_that_works() -> None:
    hook = hook_of(member())
    message = waiting(hook)
    Delivery.objects.update(tries=7)
    Hook.objects.update(succeeded_at=NOW + timedelta(minutes=1))
    with receiving(saying(400)) as receiver:
        send(receiver)

    message.refresh_from_db()
    hook.refresh_from_db()
    assert (message.state, hook.stopped_at) == (Delivery.State.FAILED, None)


def test_410_stops_at_once_and_tells_every_agent() -> None:
    agent, colleague = member(), make_person()
    organization = make_organization()
    for each in (agent, colleague):
        make_seat(each, organization=organization)
    hook = hook_of(agent, organization)
    for _ in range(2):
        ping(hook=hook, person=agent, at=NOW)
    with receiving(saying(410)) as receiver:
        send(receiver)

    hook.refresh_from_db()
    assert (hook.stopped_at, hook.stopped_why) == (NOW, "GONE")
    assert Entry.objects.filter(kind=HookStopped.kind).count() == 1
    assert set(Notice.objects.values_list("person", flat=True)) == {agent.pk, colleague.pk}


def test_after_a_failure_a_hook_rests_and_others_do_not_wait() -> None:
    failing, working = hook_of(member()), hook_of(member())
    for _ in range(6):
        waiting(failing)
    with receiving(saying(500)) as receiver:
        assert send(receiver) == 4  # no more of one in a round
        assert send(receiver) == 0
        waiting(working)
        assert send(receiver) == 1
        assert send(receiver, NOW + timedelta(seconds=31)) == 2


def test_a_ping_is_tried_once_and_stops_nothing() -> None:
    person = member()
    hook = hook_of(person)
    message = ping(hook=hook, person=person, at=NOW)
    with receiving(saying(500)) as receiver:
        send(receiver)

    message.refresh_from_db()
    hook.refresh_from_db()
    assert (message.state, hook.stopped_at) == (Delivery.State.FAILED, None)


def test_sent_again_is_the_same_message_with_the_same_id() -> None:
    person = member()
    hook = hook_of(person)
    message = waiting(hook)
    with receiving(saying(200)) as receiver:
        send(receiver)
        send_again(delivery=message, person=person, at=NOW)
        send(receiver)

    first, second = receiver.got
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert Attempt.objects.filter(delivery=message).count() == 2


def test_a_message_of_a_killed_process_is_sent_when_its_lease_is_over() -> None:
    waiting(hook_of(member()))

    def killed(*_: Any, **__: Any) -> Answer:
        raise SystemExit

    with pytest.raises(SystemExit):
        send_due(clock=lambda: NOW, chance=lambda: 0.5, ask=killed)
    with receiving(saying(200)) as receiver:
        assert send(receiver, NOW + timedelta(minutes=4)) == 0
        assert send(receiver, NOW + timedelta(minutes=5)) == 1


def test_a_place_allowed_no_more_is_told_nothing_and_the_log_says_why(settings: Settings) -> None:
    waiting(hook_of(member()))
    settings.OUTBOUND = ""
    with receiving(saying(200)) as receiver:
        send(receiver)

    assert receiver.got == []
    assert Attempt.objects.get().why == "OUTBOUND_NOT_LISTED"


def test_a_name_that_leads_into_our_network_is_written_down() -> None:
    waiting(hook_of(member()))

    def forbidden(*_: Any, **__: Any) -> Answer:
        raise PlaceForbidden(host="receiver.example.cn")

    send_due(clock=lambda: NOW, chance=lambda: 0.5, ask=forbidden)

    assert Attempt.objects.get().why == "OUTBOUND_FORBIDDEN"


def test_a_hook_that_is_ended_while_it_speaks_leaves_no_log() -> None:
    person = member()
    hook = hook_of(person)
    waiting(hook)
    claimed = sending._claimed(NOW)  # noqa: SLF001 - between the two halves of a round
    end_hook(hook=hook, person=person, at=NOW)
    sending._settle(  # noqa: SLF001
        claimed[0], sending.Outcome(status=200), at=NOW, chance=lambda: 0.5
    )

    assert not Attempt.objects.exists()
