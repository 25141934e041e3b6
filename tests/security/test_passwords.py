"""What a password may be, and what it may not be."""

import inspect
import re
from datetime import timedelta

import pytest
from allauth.mfa import app_settings as mfa
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client
from tests.architecture.source import REPOSITORY
from tests.makers import NOW, PASSWORD, make_account
from tests.web.entering import enter

from kehui.people.models import Account, Person, Seat
from kehui.people.services import SignInFailed, change_password, check_sign_in
from kehui.people.services.accounts import PasswordWeak
from kehui.people.services.guessable import WORDS, NotOurWords

pytestmark = pytest.mark.django_db
DOCUMENT = REPOSITORY / "docs" / "security" / "accounts.md"


def takes(password: str) -> bool:
    try:
        change_password(account=make_account(), old=PASSWORD, new=password, at=NOW)
    except PasswordWeak:
        return False
    return True


def opens(account: Account, password: str) -> bool:
    try:
        check_sign_in(username=account.username, password=password, address="::1", at=NOW)
    except SignInFailed:
        return False
    return True


@pytest.mark.parametrize(
    "password",
    [
        "zvkqjxwmfh",
        "今天天气很好我们去爬山",
        "8207419356",
        "ZVKQJXWMFH",
        "~~§§(())!!",
        "a b c d e f g",
    ],
)
def test_ten_signs_of_any_kind_are_enough(password: str) -> None:
    assert takes(password)
    assert not takes(password[:9])


@pytest.mark.parametrize("password", ["password123", "1234567890", "qwertyuiop", "iloveyou123"])
def test_what_everybody_takes_is_refused(password: str) -> None:
    assert not takes(password)


@pytest.mark.parametrize(
    "password",
    ["kehui2026!!", "科汇四川2026科汇", "Sichuan-Keji-2025", "Admin@Kehui#2024", "mima四川省mima",
     "keji keji keji", "KEHUI..KEHUI", "kehui12345"],
)  # fmt: skip
def test_our_own_words_and_a_year_are_no_password(password: str) -> None:
    assert not takes(password)


def test_our_words_among_others_are_no_fault() -> None:
    for password in ("kehui zvkqjx", "四川的清晨有雾有茶香", "2026-11-22 20:31:07"):
        assert takes(password), password


def test_the_words_of_the_operator_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    NotOurWords().validate("锦江实验室2026")
    monkeypatch.setattr(settings, "OPERATOR", "锦江实验室")

    with pytest.raises(ValidationError, match="平台名"):
        NotOurWords().validate("锦江实验室2026")


def test_every_word_stands_in_the_document() -> None:
    text = DOCUMENT.read_text("utf-8")

    assert [word for word in WORDS if f"`{word}`" not in text] == []


def test_a_password_is_taken_exactly_as_typed() -> None:
    password = "  Grüße aus 成都 ÀÉ  "
    account = make_account(password=password)

    assert opens(account, password)
    for other in (password.strip(), password.lower(), password.replace("ü", "u"), password[:-1]):
        assert not opens(account, other), other


def test_very_long_passwords_are_taken_whole(client: Client) -> None:
    password = "密" * 100 + "x" * 100
    account = make_account()
    client.force_login(account)

    client.post("/me/password/", {"old": PASSWORD, "new": password})
    longer = client.post("/me/password/", {"old": password, "new": f"{password}y"})

    account.refresh_from_db()
    assert opens(account, password)
    assert not opens(account, password[:-1])
    assert longer.status_code == 200  # refused, never cut


def test_a_password_does_not_grow_old() -> None:
    account = make_account()
    later = NOW + timedelta(days=3650)

    found = check_sign_in(username=account.username, password=PASSWORD, address="::1", at=later)

    assert found == account


def test_fields_hide_what_is_typed_and_let_programs_fill_them(client: Client) -> None:
    pages = [client.get("/sign-in/"), client.get("/sign-up/")]
    enter(client)
    pages += [client.get("/me/password/"), client.get("/me/again/")]

    for page in pages:
        text = page.content.decode()
        fields = re.findall(r'<input[^>]*name="(?:password|old|new)"[^>]*>', text)
        assert fields, page.request
        for field in fields:
            assert 'type="password"' in field
            assert re.search(r'autocomplete="(?:current|new)-password"', field)
            assert all(int(most) >= 64 for most in re.findall(r'maxlength="(\d+)"', field))
    scripts = "".join(
        path.read_text("utf-8") for path in (REPOSITORY / "src/kehui/web/static/js").glob("*.js")
    )
    assert "paste" not in scripts


def test_no_account_is_there_from_the_start() -> None:
    """The database of a test is what migrations leave behind."""
    assert (Account.objects.count(), Person.objects.count(), Seat.objects.count()) == (0, 0, 0)


def test_secrets_of_factors_come_from_the_system() -> None:
    made = {totp.generate_totp_secret() for _ in range(500)}

    assert len(made) == 500
    assert {len(each) for each in made} == {32}  # 160 bits in base32
    assert "secrets." in inspect.getsource(totp)
    assert "secrets." in inspect.getsource(RecoveryCodes)


def test_codes_on_paper_have_more_than_20_bits() -> None:
    assert 10**mfa.RECOVERY_CODE_DIGITS > 2**20
    assert mfa.RECOVERY_CODE_COUNT == 10
