"""A sign-in from where the account never was is a fact; the first of all and the usual are not."""

from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from tests.makers import NOW, PASSWORD, make_account
from tests.parallel import meanwhile

from kehui.ledger.models import Entry
from kehui.people import services
from kehui.people.facts import SignedInElsewhere
from kehui.people.models import Account, Arrival

pytestmark = pytest.mark.django_db

HOME, OFFICE = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def shen() -> Account:
    return make_account("shen")


def arrive(
    account: Account, mark: str = "phone", address: str = HOME, *, at: datetime = NOW
) -> SignedInElsewhere | None:
    return services.note_arrival(
        account=account, mark=mark, address=address, kind="Android · Chrome", at=at
    )


def told() -> list[SignedInElsewhere]:
    return [
        SignedInElsewhere.of(each)
        for each in Entry.objects.filter(kind=SignedInElsewhere.kind).order_by("pk")
    ]


def test_the_first_sign_in_of_all_is_nothing_strange(shen: Account) -> None:
    assert arrive(shen) is None

    row = Arrival.objects.get()
    assert (row.place, row.kind, str(row)) == (
        "192.0.2.0/24",
        "Android · Chrome",
        "Android · Chrome 192.0.2.0/24",
    )
    assert "phone" not in row.device
    assert told() == []


def test_the_usual_way_is_noted_once_with_its_last_time(shen: Account) -> None:
    arrive(shen)

    assert arrive(shen, address="192.0.2.200", at=NOW + timedelta(days=1)) is None

    row = Arrival.objects.get()
    assert (row.first_at, row.last_at) == (NOW, NOW + timedelta(days=1))


def test_a_new_device_and_a_new_place_are_facts_once(shen: Account) -> None:
    arrive(shen)
    arrive(shen, "laptop")
    arrive(shen, "phone", OFFICE)
    arrive(shen, "laptop", OFFICE)  # both are known by now
    arrive(shen, "laptop")

    assert [each.is_new_device for each in told()] == [True, False]
    assert {each.person for each in told()} == {shen.person_id}
    rows = [Arrival.objects.get(pk=each.arrival) for each in told()]
    assert [each.place for each in rows] == ["192.0.2.0/24", "198.51.100.0/24"]


def test_the_mark_of_one_browser_links_no_two_accounts(shen: Account) -> None:
    other = make_account("other")

    assert (arrive(shen), arrive(other)) == (None, None)

    assert Arrival.objects.values("device").distinct().count() == 2


def test_an_account_without_a_person_is_noted_and_told_nothing() -> None:
    root = Account.objects.create_superuser("root", PASSWORD)

    assert (arrive(root), arrive(root, "laptop")) == (None, None)
    assert told() == []


def test_what_was_not_seen_for_long_is_forgotten(shen: Account) -> None:
    arrive(shen)
    arrive(shen, "laptop", at=NOW + timedelta(days=1))

    assert services.forget_arrivals(before=NOW + timedelta(hours=1)) == 1
    assert Arrival.objects.get().last_at == NOW + timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_of_two_first_sign_ins_at_once_the_second_is_strange(shen: Account) -> None:
    with ExitStack() as stack:
        with transaction.atomic():
            arrive(shen)
            second = stack.enter_context(meanwhile(lambda: arrive(shen, "laptop")))
            with pytest.raises(NotYet):
                second.result(timeout=0.5)
        assert second.result(timeout=10) is not None
