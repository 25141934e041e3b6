"""Codes: asked for, answered once, and what they prove used once."""

from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.db import transaction
from pytest_django import Settings
from tests.makers import CHENGDU, NOW, PASSWORD, make_account, make_person, make_region
from tests.parallel import meanwhile

from kehui.core.emails import EmailMalformed
from kehui.core.personal_numbers import PhoneMalformed
from kehui.ledger.models import Entry
from kehui.people import services
from kehui.people.facts import PasswordChanged
from kehui.people.models import Account, Code, Detail, Person, Try
from kehui.people.selectors import consents, personal
from kehui.people.services import codes, proofs

pytestmark = pytest.mark.django_db

PHONE, MAIL = "13812345678", "zhang@example.cn"
DIGITS, WRONG = "042137", "042138"
ADDRESS = "192.0.2.7"
MINUTE = timedelta(minutes=1)
FRESH = "an entirely new one"
_tickets = count(1)


def ask(
    contact: str = PHONE,
    *,
    use: Code.Use = Code.Use.ENTER,
    at: datetime = NOW,
    address: str = ADDRESS,
    device: str = "",
) -> str:
    ticket = f"ticket{next(_tickets)}"
    services.ask_code(
        contact=services.read_contact(contact),
        use=use,
        ticket=ticket,
        digits=DIGITS,
        address=address,
        device=device,
        at=at,
    )
    return ticket


def answer(
    ticket: str, digits: str = DIGITS, *, use: Code.Use = Code.Use.ENTER, at: datetime = NOW
) -> services.Contact:
    return services.answer_code(ticket=ticket, digits=digits, use=use, address=ADDRESS, at=at)


def proof(contact: str = PHONE, *, use: Code.Use = Code.Use.ENTER, at: datetime = NOW) -> str:
    ticket = ask(contact, use=use, at=at)
    answer(ticket, use=use, at=at)
    return ticket


def confirmed(username: str, contact: str = PHONE) -> Account:
    account = make_account(username)
    assert account.person is not None
    found = services.read_contact(contact)
    services.confirm_contact(
        person=account.person, detail=Detail(found.way), value=found.value, at=NOW
    )
    return account


def test_a_code_proves_the_contact_and_keeps_neither_readable() -> None:
    ticket = ask("138 1234 5678")

    row = Code.objects.get()
    assert not any(each in str(row.__dict__) for each in (PHONE, DIGITS, ticket))
    assert answer(ticket, "０４２ 137").value == PHONE
    assert services.proved(ticket=ticket, use=Code.Use.ENTER, at=NOW).masked == "138****5678"


@pytest.mark.parametrize(
    ("typed", "refusal"), [("1381234", PhoneMalformed), ("zhang＠", EmailMalformed)]
)
def test_what_is_no_contact_is_refused(typed: str, refusal: type[PhoneMalformed]) -> None:
    with pytest.raises(refusal):
        services.read_contact(typed)


def test_known_and_unknown_contacts_get_the_same_answer() -> None:
    confirmed("shen", MAIL)

    rows = []
    for mail in (MAIL, "nobody@example.cn"):
        ask(mail)
        row = Code.objects.latest("pk")
        rows.append((row.use, row.way, row.tries, row.expires_at, len(row.digits)))

    assert rows[0] == rows[1]


def test_a_code_lives_ten_minutes() -> None:
    ticket = ask()

    with pytest.raises(services.CodeExpired):
        answer(ticket, at=NOW + codes.LIFE)
    assert answer(ticket, at=NOW + codes.LIFE - timedelta(seconds=1)).value == PHONE


def test_a_code_is_answered_once() -> None:
    ticket = proof()

    with pytest.raises(services.CodeUsed):
        answer(ticket)


def test_five_wrong_answers_end_a_code_and_a_new_one_begins_anew() -> None:
    ticket = ask()
    said = []
    for _ in range(4):
        with pytest.raises(services.CodeWrong) as caught:
            answer(ticket, WRONG)
        said.append(caught.value.params["left"])
    assert said == [4, 3, 2, 1]
    with pytest.raises(services.CodeTriesOver):
        answer(ticket, WRONG)

    with pytest.raises(services.CodeTriesOver):
        answer(ticket)
    assert answer(ask(at=NOW + MINUTE), at=NOW + MINUTE).value == PHONE


def test_a_code_serves_its_own_browser_and_use() -> None:
    ticket = ask()

    for wrong, use in (("another", Code.Use.ENTER), (ticket, Code.Use.RESET)):
        with pytest.raises(services.CodeMissing):
            answer(wrong, use=use)


@pytest.mark.django_db(transaction=True)
def test_of_two_right_answers_at_once_one_counts() -> None:
    ticket = ask()
    with ExitStack() as stack:
        with transaction.atomic():
            answer(ticket)
            second = stack.enter_context(meanwhile(answer, ticket))
            with pytest.raises(NotYet):
                second.result(timeout=0.5)
        with pytest.raises(services.CodeUsed):
            second.result(timeout=10)


@pytest.mark.django_db(transaction=True)
def test_of_two_fifth_answers_at_once_one_is_read() -> None:
    ticket = ask()
    for _ in range(4):
        with pytest.raises(services.CodeWrong):
            answer(ticket, WRONG)
    with ExitStack() as stack:
        with transaction.atomic():
            with pytest.raises(services.CodeTriesOver):
                answer(ticket, WRONG)
            second = stack.enter_context(meanwhile(answer, ticket))
            with pytest.raises(NotYet):
                second.result(timeout=0.5)
        with pytest.raises(services.CodeTriesOver):
            second.result(timeout=10)
    assert Code.objects.get().tries == 5


@pytest.mark.django_db(transaction=True)
def test_a_proof_at_once_opens_one_account_only() -> None:
    make_region(CHENGDU)
    ticket = proof()

    def join(username: str) -> Account:
        return services.sign_up_by_code(
            ticket=ticket,
            username=username,
            password=PASSWORD,
            name="沈知远",
            region=CHENGDU,
            language="zh-hans",
            at=NOW,
        )

    with ExitStack() as stack:
        with transaction.atomic():
            join("first")
            second = stack.enter_context(meanwhile(join, "second"))
            with pytest.raises(NotYet):
                second.result(timeout=0.5)
        with pytest.raises(services.CodeMissing):
            second.result(timeout=10)
    assert Account.objects.get().username == "first"


def test_signing_up_confirms_the_contact_with_its_receipts_and_facts() -> None:
    make_region(CHENGDU)

    account = services.sign_up_by_code(
        ticket=proof(MAIL),
        username="kh-1",
        password=PASSWORD,
        name="沈知远",
        region=CHENGDU,
        language="en",
        at=NOW,
    )

    person = Person.objects.get(account=account)
    assert services.reach(person) == {"email": MAIL}
    assert personal.masked(person).email == "z****@example.cn"
    assert consents.stands(person, consents.EMAIL)
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {"person.joined", "person.reachable", "consent.given"} <= kinds


def test_a_weak_password_leaves_the_proof() -> None:
    make_region(CHENGDU)
    ticket = proof()
    with pytest.raises(services.PasswordWeak), transaction.atomic():
        services.sign_up_by_code(
            ticket=ticket,
            username="kh-1",
            password="short",
            name="沈知远",
            region=CHENGDU,
            language="zh-hans",
            at=NOW,
        )

    assert services.proved(ticket=ticket, use=Code.Use.ENTER, at=NOW).value == PHONE


def test_a_proof_signs_in_once_and_for_half_an_hour() -> None:
    shen = confirmed("shen")
    ticket = proof()
    entered = services.enter_by_code(ticket=ticket, account=shen, use=Code.Use.ENTER, at=NOW)

    assert entered == shen
    with pytest.raises(services.CodeMissing):
        services.enter_by_code(ticket=ticket, account=shen, use=Code.Use.ENTER, at=NOW)
    late = proof(at=NOW + MINUTE)
    with pytest.raises(services.CodeMissing):
        services.proved(ticket=late, use=Code.Use.ENTER, at=NOW + MINUTE + proofs.LIFE)


def test_a_proof_opens_confirmed_and_open_accounts_alone() -> None:
    stranger, unconfirmed, shut = make_account(), make_account(), confirmed("shut")
    assert unconfirmed.person is not None
    services.give_phone(person=unconfirmed.person, phone=PHONE, at=NOW)
    shut.is_active = False
    shut.save()
    ticket = proof()

    for each in (stranger, unconfirmed, shut):
        with pytest.raises(services.NoAccountThere):
            services.enter_by_code(ticket=ticket, account=each, use=Code.Use.ENTER, at=NOW)
    assert services.proved(ticket=ticket, use=Code.Use.ENTER, at=NOW).value == PHONE


def test_a_forgotten_password_is_set_anew_and_a_fact_says_how() -> None:
    shen = confirmed("shen")
    ticket = proof(use=Code.Use.RESET)
    with pytest.raises(services.PasswordWeak) as caught:
        services.reset_password_by_code(ticket=ticket, account=shen, new="short", at=NOW)
    assert caught.value.field == "new"

    services.reset_password_by_code(ticket=ticket, account=shen, new=FRESH, at=NOW)

    shen.refresh_from_db()
    assert shen.check_password(FRESH)
    fact = Entry.objects.get(kind="password.changed")
    assert PasswordChanged.of(fact) == PasswordChanged(person=shen.person_id or 0, way="code")


def test_a_phone_is_confirmed_changed_and_taken_back() -> None:
    person = make_person()
    contact = services.confirm_by_code(ticket=proof(use=Code.Use.CONTACT), person=person, at=NOW)
    assert (contact.value, services.reach(person)) == (PHONE, {"phone": PHONE})

    services.give_phone(person=person, phone="13800001111", at=NOW)  # another, not yet confirmed
    assert services.reach(person) == {}
    services.take_back(person=person, detail=Detail.PHONE, at=NOW)
    assert not consents.stands(person, consents.PHONE)


@pytest.mark.parametrize(
    ("contact", "refusal"), [(PHONE, services.PhoneShared), (MAIL, services.EmailShared)]
)
def test_the_fourth_person_of_a_contact_is_refused(
    contact: str, refusal: type[services.PhoneShared]
) -> None:
    for name in ("one", "two", "three"):
        confirmed(name, contact)
    ticket = proof(contact, use=Code.Use.CONTACT)

    with pytest.raises(refusal):
        services.confirm_by_code(ticket=ticket, person=make_person(), at=NOW)


def test_a_confirmed_address_signs_in_with_the_password_too() -> None:
    shen = confirmed("shen", MAIL)

    assert personal.usernames_of("Zhang@Example.cn") == ["shen"]
    assert services.check_sign_in(username=MAIL, password=PASSWORD, address=ADDRESS, at=NOW) == shen


LIMITS = [
    # contact, device, block differ? how many go through, and how long until one more does
    ("contact", 1, MINUTE, timedelta(0)),
    ("contact", 5, timedelta(hours=1), MINUTE),
    ("contact", 10, timedelta(days=1), timedelta(minutes=13)),
    ("device", 10, timedelta(hours=1), timedelta(0)),
    ("block", 30, timedelta(hours=1), timedelta(0)),
    ("everybody", 3, timedelta(hours=1), timedelta(0)),
]


@pytest.mark.parametrize(("same", "most", "window", "step"), LIMITS)
def test_asking_is_limited(
    same: str, most: int, window: timedelta, step: timedelta, settings: Settings
) -> None:
    if same == "everybody":
        settings.CODES_PER_HOUR = most
    numbers = count(13900000000)

    def go(at: datetime) -> None:
        number = next(numbers)
        ask(
            PHONE if same == "contact" else str(number),
            device="one" if same == "device" else str(number),
            address=ADDRESS if same == "block" else f"198.18.{number % 250}.1",
            at=at,
        )

    for turn in range(most):
        go(NOW + turn * step)
    last = NOW + (most - 1) * step
    with pytest.raises(services.TooManyTries):
        go(max(last, NOW + window - timedelta(seconds=1)) if most == 1 else last + step)
    counted = Try.objects.count()
    go(NOW + window)

    assert Try.objects.count() > counted  # what was refused was not counted, what went through is


def test_answers_are_limited_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "ANSWERS_PER_BLOCK", 2)
    for _ in range(2):
        with pytest.raises(services.CodeMissing):
            answer("none")

    with pytest.raises(services.TooManyTries):
        answer("none")


def test_old_codes_are_forgotten() -> None:
    ask()

    assert services.forget_codes(before=NOW) == 0
    assert services.forget_codes(before=NOW + MINUTE) == 1
