"""Letters: carried at least once, ended exactly once, and never readable on the way."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings
from tests.makers import NOW, make_account, make_person
from tests.notices.carrier_desk import Desk, open_desk
from tests.parallel import meanwhile

from kehui.jobs.letters import send as send_all
from kehui.ledger.services import catch_up
from kehui.notices import selectors, services
from kehui.notices.models import Letter, Notice
from kehui.notices.readers import READER
from kehui.notices.services import letters
from kehui.notices.services.carriers import Content
from kehui.people import services as people
from kehui.people.models import Detail

pytestmark = pytest.mark.django_db

PHONE, MAIL = Letter.Channel.PHONE, Letter.Channel.EMAIL
CONTENT = Content(to="13812345678", subject="验证码", text="验证码 042137", code="042137")
LATER = NOW + timedelta(minutes=10)
OFF = {"carrier": "", "url": "", "headers": "", "body": ""}


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with open_desk() as desk:
        settings.LETTER_SECONDS = 0.4
        settings.LETTERS = {
            "phone": {
                "carrier": "http",
                "url": desk.url,
                "headers": '{"X-Sign": "s3cret {key}"}',
                "body": '{"phones": ["{to}"], "params": {"code": "{code}"}, "n": 1, "t": "{text}"}',
            },
            "email": OFF,
        }
        yield desk


@pytest.fixture
def terminal(settings: Settings) -> None:
    settings.LETTERS = {"phone": OFF | {"carrier": "console"}, "email": OFF | {"carrier": "smtp"}}


def post(key: str = "a", *, channel: Letter.Channel = PHONE, content: Content = CONTENT) -> Letter:
    return services.post_letter(channel=channel, content=content, key=key, expires_at=LATER, at=NOW)


def after_one_try(letter: Letter, *, at: datetime = NOW) -> tuple[str, str, timedelta]:
    assert services.send_next(at=at) == 1
    letter.refresh_from_db()
    return letter.state, letter.code, letter.due_at - at


def test_a_letter_is_sealed_carried_and_emptied(desk: Desk) -> None:
    letter = post()
    assert CONTENT.code not in letter.content

    assert after_one_try(letter)[:2] == ("delivered", "")

    assert (letter.content, letter.ended_at, letter.tries) == ("", NOW, 1)
    headers, body = desk.taken[0]
    assert (headers["Idempotency-Key"], headers["X-Sign"]) == ("a", "s3cret a")
    assert body == {
        "phones": ["13812345678"],
        "params": {"code": "042137"},
        "n": 1,
        "t": "验证码 042137",
    }
    assert services.send_next(at=LATER) == 0


def test_of_one_key_there_is_one_letter(desk: Desk) -> None:
    assert post() == post()
    Letter.objects.update(expires_at=timezone.now() + timedelta(minutes=1))

    assert send_all() == 1
    assert len(desk.taken) == 1


def test_no_value_adds_a_member_or_a_line(desk: Desk) -> None:
    post(content=Content(to='1","x":"y', subject="", text="a\r\nb {to}"))

    services.send_next(at=NOW)

    assert desk.taken[0][1]["phones"] == ['1","x":"y']
    assert desk.taken[0][1].keys() == {"phones", "params", "n", "t"}


@pytest.mark.parametrize(
    ("says", "state", "code", "pause"),
    [
        ((500, {}, "plain"), "accepted", "HTTP_500", 5),
        ((429, {"Retry-After": "40"}, "plain"), "accepted", "HTTP_429", 40),
        ((429, {"Retry-After": "soon"}, "plain"), "accepted", "HTTP_429", 5),
        ((503, {"Retry-After": "86400"}, "plain"), "accepted", "HTTP_503", 600),
        ((200, {}, "hang"), "accepted", "TIMEOUT", 5),
        ((200, {}, "drip"), "accepted", "TIMEOUT", 5),
        ((302, {"Location": "/"}, "plain"), "failed", "HTTP_302", None),
        ((400, {}, "plain"), "failed", "HTTP_400", None),
    ],
)
def test_what_a_service_says_decides(
    desk: Desk, says: Any, state: str, code: str, pause: int | None
) -> None:
    letter = post()
    desk.says = says

    found = after_one_try(letter)

    assert found[:2] == (state, code)
    assert pause is None or found[2] == timedelta(seconds=pause)
    assert bool(letter.content) == (state == "accepted")


def test_a_lost_answer_sends_the_same_key_again_and_pauses_grow(desk: Desk) -> None:
    letter = post()
    desk.says = (500, {}, "plain")
    at, pauses = NOW, []
    for _ in range(4):
        pauses.append(after_one_try(letter, at=at)[2].total_seconds())
        at = letter.due_at
    desk.says = (202, {}, "plain")

    assert after_one_try(letter, at=at)[0] == "delivered"
    assert pauses == [5, 20, 60, 60]
    assert {headers["Idempotency-Key"] for headers, _ in desk.taken} == {"a"}


def test_what_is_too_late_expires_and_is_emptied(desk: Desk) -> None:
    letter = post()

    assert after_one_try(letter, at=LATER)[:2] == ("expired", "")
    assert (letter.content, desk.taken) == ("", [])


def test_a_worker_that_dies_leaves_the_letter_to_the_next(desk: Desk) -> None:
    letter = post()
    letters.leased(at=NOW)  # and then nothing more is heard of it

    assert services.send_next(at=NOW) == 0
    assert after_one_try(letter, at=NOW + letters.LEASE)[0] == "delivered"


def test_the_first_end_of_a_letter_stays(desk: Desk) -> None:
    letter = post()
    slow = Letter.objects.get()
    services.send_next(at=NOW)

    letters.end(slow, Letter.State.FAILED, code="HTTP_400", at=LATER)

    letter.refresh_from_db()
    assert (letter.state, letter.ended_at) == ("delivered", NOW)


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_two_letters(desk: Desk) -> None:
    first, second = post("a"), post("b")
    with transaction.atomic():
        assert letters.leased(at=NOW) == first
        with meanwhile(letters.leased, at=NOW) as other:
            assert other.result(timeout=10) == second


def test_without_a_carrier_nothing_is_promised(settings: Settings) -> None:
    settings.LETTERS = {"phone": OFF | {"carrier": "smtp"}, "email": OFF}

    for channel in (PHONE, MAIL):
        with pytest.raises(services.LettersOff):
            post(channel=channel)
    assert not Letter.objects.exists()


def test_a_carrier_taken_away_or_misspelt_is_waited_for(desk: Desk, settings: Settings) -> None:
    letter = post()
    settings.LETTERS = {"phone": OFF, "email": OFF}
    assert after_one_try(letter)[:2] == ("accepted", "LETTERS_OFF")

    settings.LETTERS = {
        "phone": OFF | {"carrier": "http", "url": "http://169.254.169.254/", "body": "[]"},
        "email": OFF,
    }
    assert after_one_try(letter, at=letter.due_at)[1] == "OUTBOUND_FORBIDDEN"


def test_a_letter_that_cannot_be_opened_is_waited_for(desk: Desk) -> None:
    letter = post()
    Letter.objects.update(content=letter.content[:-4])

    assert after_one_try(letter)[:2] == ("accepted", "SEALED_VALUE_DAMAGED")


def test_the_terminal_shows_it_and_the_log_does_not(
    terminal: None, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    letter = post()
    with caplog.at_level(logging.DEBUG):
        services.send_next(at=NOW)

    assert "[a] 13812345678: 验证码 042137" in capsys.readouterr().out
    assert "042137" not in caplog.text
    assert list(selectors.letters_shown(now=NOW)) == [letter]
    assert services.read_letter(Letter.objects.get()) == CONTENT
    assert not selectors.letters_shown(now=LATER).exists()
    assert services.forget_letters(before=LATER) == 1


def test_mail_goes_through_djangos_server(terminal: None) -> None:
    letter = post(channel=MAIL, content=Content(to="z@example.cn", subject="标题", text="正文"))

    assert after_one_try(letter)[0] == "delivered"

    sent = mail.outbox[0]
    assert (sent.to, sent.subject, sent.body) == (["z@example.cn"], "标题", "正文")
    assert sent.extra_headers["X-Kehui-Key"] == "a"
    assert selectors.letter("a") == letter
    assert selectors.letter("b") is None


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (SMTPRecipientsRefused({"z": (550, b"no")}), "failed", "SMTP_550"),
        (SMTPResponseException(421, b"busy"), "accepted", "SMTP_421"),
        (SMTPServerDisconnected(), "accepted", "SMTP_SMTPServerDisconnected"),
        (ConnectionRefusedError(), "accepted", "SMTP_ConnectionRefusedError"),
    ],
)
def test_what_a_mail_server_says_decides(
    terminal: None, monkeypatch: pytest.MonkeyPatch, error: Exception, state: str, code: str
) -> None:
    def fail(_self: EmailMessage) -> int:
        raise error

    monkeypatch.setattr(EmailMessage, "send", fail)
    letter = post(channel=MAIL)

    assert after_one_try(letter)[:2] == (state, code)


@pytest.mark.django_db(transaction=True)
def test_a_new_contact_and_a_new_password_are_told_to_the_owner(terminal: None) -> None:
    person = make_person()
    account = make_account(person=person)
    for detail, value in ((Detail.PHONE, "13812345678"), (Detail.EMAIL, "z@example.cn")):
        people.confirm_contact(person=person, detail=detail, value=value, at=NOW)
    people.set_password(account=account, new="an entirely new one", way="code", at=NOW)
    people.set_password(account=account, new="another entirely new one", way="old", at=NOW)

    catch_up(READER)

    assert list(Notice.objects.order_by("pk").values_list("title", flat=True)) == [
        "手机号已确认，可以用来登录",
        "邮箱已确认，可以用来登录",
        "你的密码已用验证码重设",
        "你的密码已更换",
    ]
    told = sorted(
        (each.channel, services.read_letter(each).to) for each in Letter.objects.order_by("pk")
    )
    # the reader runs after all of it: what is new itself is not told to itself
    assert told == [("email", "z@example.cn")] * 3 + [("phone", "13812345678")] * 3
