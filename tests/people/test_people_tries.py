from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from tests.makers import NOW, PASSWORD, make_account
from tests.parallel import meanwhile

from kehui.people import services
from kehui.people.models import Account, Try
from kehui.people.services import tries

pytestmark = pytest.mark.django_db
ADDRESS = "192.0.2.7"


@pytest.fixture
def shen() -> Account:
    return make_account("shen")


def check(
    username: str = "shen",
    password: str = PASSWORD,
    *,
    address: str = ADDRESS,
    at: datetime = NOW,
) -> Account:
    return services.check_sign_in(username=username, password=password, address=address, at=at)


def guess(times: int, username: str = "shen", *, address: str = ADDRESS) -> None:
    for _ in range(times):
        with pytest.raises(services.SignInFailed):
            check(username, "wrong", address=address)


def test_the_right_password_opens_in_any_case_and_width_of_the_name(shen: Account) -> None:
    assert check(" ＳHEN ") == shen


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(shen: Account) -> None:
    answers = []
    for username in ("shen", "nobody"):
        with pytest.raises(services.SignInFailed) as caught:
            check(username, "wrong")
        answers.append((caught.value.code, str(caught.value)))

    assert answers[0] == answers[1]


def test_a_shut_account_and_one_without_a_person_do_not_open(shen: Account) -> None:
    Account.objects.create_superuser("root", PASSWORD)
    shen.is_active = False
    shen.save()

    for username in ("shen", "root"):
        with pytest.raises(services.SignInFailed):
            check(username)


def test_after_eight_wrong_guesses_even_the_right_one_waits(shen: Account) -> None:
    guess(tries.TRIES_PER_USERNAME)

    with pytest.raises(services.TooManyTries) as caught:
        check()
    assert (caught.value.status, str(caught.value)) == (429, "尝试次数太多。请 15 分钟后再试。")
    with pytest.raises(services.TooManyTries) as caught:
        check(at=NOW + timedelta(minutes=5, seconds=1))
    assert caught.value.params == {"minutes": 10}
    assert check(at=NOW + tries.WINDOW) == shen


def test_a_refused_try_does_not_lengthen_the_wait(shen: Account) -> None:
    guess(tries.TRIES_PER_USERNAME)
    for _ in range(3):
        with pytest.raises(services.TooManyTries):
            check(at=NOW + timedelta(minutes=14))

    assert check(at=NOW + tries.WINDOW) == shen


def test_a_success_forgets_the_wrong_guesses(shen: Account) -> None:
    guess(tries.TRIES_PER_USERNAME - 1)
    check()
    guess(tries.TRIES_PER_USERNAME - 1)

    assert check() == shen


def test_a_block_of_addresses_is_counted_over_all_names(
    shen: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "TRIES_PER_BLOCK", 3)
    for number in range(3):
        guess(1, f"name{number}", address=f"192.0.2.{number}")

    with pytest.raises(services.TooManyTries):
        check(address="192.0.2.250")
    assert check(address="192.0.3.1") == shen


def test_sign_ups_are_counted_by_block() -> None:
    for _ in range(tries.SIGN_UPS_PER_BLOCK):
        services.count_sign_up(address=ADDRESS, at=NOW)

    with pytest.raises(services.TooManyTries):
        services.count_sign_up(address=ADDRESS, at=NOW)


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.9", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/56"),
        ("unix:", "unix:"),
    ],
)
def test_a_source_is_its_block_of_addresses(address: str, block: str) -> None:
    assert tries.block(address) == block


def test_old_tries_are_forgotten_and_no_name_is_kept(shen: Account) -> None:
    guess(1)
    assert Try.objects.count() == 2
    assert not Try.objects.filter(subject__contains="shen").exists()

    assert services.forget_tries(before=NOW + timedelta(seconds=1)) == 2


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_are_counted_one_by_one(shen: Account) -> None:
    guess(tries.TRIES_PER_USERNAME - 1)
    with ExitStack() as stack:
        with transaction.atomic():
            guess(1)
            second = stack.enter_context(meanwhile(check))
            with pytest.raises(NotYet):
                second.result(timeout=0.5)
        with pytest.raises(services.TooManyTries):
            second.result(timeout=10)
