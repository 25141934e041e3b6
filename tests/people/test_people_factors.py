"""Secrets of second factors: wrapped, renewed with the other keys, and taken back."""

import base64

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings
from tests.makers import PASSWORD, make_account

from kehui.core.vault.safe import ValueDamaged, holder
from kehui.ledger.models import Entry
from kehui.people import services
from kehui.people.models import Account

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def account() -> Account:
    return make_account("shen")


@pytest.fixture
def phone(account: Account) -> Authenticator:
    data = {"secret": services.sealed_secret(SECRET)}
    return Authenticator.objects.create(user=account, type="totp", data=data)


def secret_of(authenticator: Authenticator) -> str:
    authenticator.refresh_from_db()
    return services.opened_secret(authenticator.data["secret"])


def test_a_secret_opens_and_is_never_sealed_twice_the_same() -> None:
    one, two = services.sealed_secret(SECRET), services.sealed_secret(SECRET)
    assert one != two
    assert services.opened_secret(one) == services.opened_secret(two) == SECRET


@pytest.mark.parametrize("harm", ["cut", "changed", "not base64"])
def test_a_damaged_secret_is_told(harm: str) -> None:
    master, _point, text = services.sealed_secret(SECRET).partition(".")
    raw = bytearray(base64.b64decode(text))
    raw[-1] ^= 1
    broken = {"cut": text[:8], "changed": base64.b64encode(raw).decode(), "not base64": "%%"}
    with pytest.raises(ValueDamaged):
        services.opened_secret(f"{master}.{broken[harm]}")


def test_a_new_master_key_takes_over_the_secrets(phone: Authenticator) -> None:
    paper = {"seed": services.sealed_secret("seed"), "used_mask": 5}
    codes = Authenticator.objects.create(user=phone.user, type="recovery_codes", data=paper)
    key = Authenticator.objects.create(user=phone.user, type="webauthn", data={"name": "key"})

    call_command("rotate_keys")

    assert secret_of(phone) == SECRET
    for each in (phone, codes, key):
        each.refresh_from_db()
    assert phone.data["secret"].startswith(f"{holder().master()}.")
    assert codes.data["seed"].startswith(f"{holder().master()}.")
    assert codes.data["used_mask"] == 5
    assert key.data == {"name": "key"}
    assert services.reseal_factors() == 0


@pytest.mark.usefixtures("phone")
def test_lost_keys_are_noticed_when_they_guard_a_factor_only(settings: Settings) -> None:
    services.check_keys()
    settings.KEYS_DIR = settings.KEYS_DIR.parent / "elsewhere"
    with pytest.raises(services.KeysMissing, match="1 个人"):
        services.check_keys()


def test_whoever_lost_phone_and_paper_gets_in_again(
    capsys: pytest.CaptureFixture[str], account: Account
) -> None:
    with pytest.raises(CommandError, match="请先核对是本人"):
        call_command("reset_factors", "shen")
    with pytest.raises(CommandError, match="没有用户名是 nobody 的账号"):
        call_command("reset_factors", "nobody", "--yes")

    client = Client()
    client.post("/sign-in/", {"username": "shen", "password": PASSWORD})
    assert client.get("/me/").status_code == 200
    data = {"secret": services.sealed_secret(SECRET)}
    Authenticator.objects.create(user=account, type="totp", data=data)

    call_command("reset_factors", "Shen", "--yes")

    assert client.get("/me/").status_code == 302  # every device is signed out
    assert "撤掉了 1 种" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    (fact,) = Entry.objects.filter(kind="factor.removed")
    assert (fact.actor, f'"person":{account.person_id}' in fact.payload) == (None, True)


def test_an_account_of_nobody_is_reset_without_a_fact() -> None:
    root = Account.objects.create_superuser("root", "a long enough one")
    Authenticator.objects.create(user=root, type="webauthn", data={"name": "key"})
    assert services.reset_factors(account=root, at=now()) == 1
