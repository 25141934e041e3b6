"""One key, one effect, one answer."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import transaction
from tests.ledger.fixtures import NOON, Counted
from tests.parallel import meanwhile

from kehui.core.errors import Refused
from kehui.ledger.models import Entry, Receipt, Response
from kehui.ledger.services import KeyMalformed, KeyReused, forget_receipts, once, record

pytestmark = pytest.mark.django_db(transaction=True)


def publish(
    *,
    key: str = "k-1",
    door: str = "web",
    person: int | None = 7,
    request: bytes | str = "title=高温涂层",
    number: int = 1,
) -> Response:
    def action() -> Response:
        record(Counted(number=number), actor=person, at=NOON)
        return Response(status=201, body={"number": number, "name": "科汇"})

    return once(key=key, door=door, person=person, request=request, at=NOON, action=action)


def test_the_same_key_and_request_get_the_first_answer_and_change_nothing() -> None:
    first = publish(number=1)
    second = publish(number=2)

    assert (first.is_replayed, second.is_replayed) == (False, True)
    assert (second.status, second.body) == (201, {"number": 1, "name": "科汇"})
    assert Entry.objects.count() == 1


def test_text_and_its_bytes_are_the_same_request() -> None:
    publish()
    assert publish(request="title=高温涂层".encode()).is_replayed


def test_the_same_key_with_another_request_is_refused_and_changes_nothing() -> None:
    publish()
    with pytest.raises(KeyReused) as refusal:
        publish(request="title=另一个")
    assert (refusal.value.code, refusal.value.status) == ("KEY_REUSED", 409)
    assert Entry.objects.count() == 1


def test_keys_of_other_persons_and_doors_are_other_keys() -> None:
    answers = [
        publish(person=7, door="web", number=1),
        publish(person=8, door="web", number=2),
        publish(person=7, door="api", number=3),
        publish(person=None, door="web", number=4),
    ]
    assert [each.is_replayed for each in answers] == [False] * 4
    assert Entry.objects.count() == 4
    assert publish(person=None, door="web", number=5).body["number"] == 4


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_has_1_to_200_characters(key: str) -> None:
    with pytest.raises(KeyMalformed):
        publish(key=key)


def test_a_key_of_200_characters_is_stored() -> None:
    publish(key="k" * 200)
    assert str(Receipt.objects.get()) == "web " + "k" * 200


def test_a_refused_write_leaves_its_key_free() -> None:
    def refuse() -> Response:
        record(Counted(number=1), actor=7, at=NOON)
        raise Refused

    with pytest.raises(Refused):
        once(key="k-1", door="web", person=7, request="", at=NOON, action=refuse)

    assert (Receipt.objects.count(), Entry.objects.count()) == (0, 0)
    assert not publish().is_replayed


@pytest.mark.parametrize("person", [7, None])
def test_of_two_clicks_at_once_the_second_waits_and_gets_the_first_answer(
    person: int | None,
) -> None:
    with ExitStack() as stack:
        with transaction.atomic():
            publish(person=person, number=1)
            second = stack.enter_context(meanwhile(publish, person=person, number=2))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        answer = second.result(timeout=5)
    assert (answer.is_replayed, answer.body["number"]) == (True, 1)
    assert Entry.objects.count() == 1


def test_when_the_first_click_fails_the_waiting_second_does_the_work() -> None:
    with ExitStack() as stack:
        with transaction.atomic():
            publish(number=1)
            second = stack.enter_context(meanwhile(publish, number=2))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
            transaction.set_rollback(True)
        answer = second.result(timeout=5)
    assert (answer.is_replayed, answer.body["number"]) == (False, 2)
    assert [Counted.of(entry).number for entry in Entry.objects.all()] == [2]


def test_receipts_are_forgotten_by_age() -> None:
    publish()
    assert forget_receipts(before=NOON) == 0
    assert forget_receipts(before=NOON + timedelta(seconds=1)) == 1
    assert not publish().is_replayed
