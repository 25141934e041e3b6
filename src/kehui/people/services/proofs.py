"""What a code that was answered allows, once: sign in, sign up, a new password, a contact."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.people.models import Account, Channel, Code, Detail, Person
from kehui.people.selectors import personal
from kehui.people.services.accounts import set_password, sign_up
from kehui.people.services.codes import CodeMissing, Contact, contact_of, hashed, locked
from kehui.people.services.personal import confirm_contact

LIFE: Final = timedelta(minutes=30)  # to fill in the form that comes after the code


class NoAccountThere(Refused):
    """Said only to who has proved that the phone or the address is theirs."""

    code = "NO_ACCOUNT_THERE"
    message = _("这个手机号或邮箱没有确认过的账号。")
    message_en = "No account has confirmed this phone or address."
    status = 404


def proved(*, ticket: str, use: Code.Use, at: datetime) -> Contact:
    """Return the contact that this browser has proved and not yet made use of.

    Raises:
        CodeMissing: it has not, or too long ago.
    """
    return contact_of(_proof(Code.objects.filter(ticket=hashed(ticket), use=use).first(), at=at))


@transaction.atomic
def enter_by_code(*, ticket: str, account: Account, use: Code.Use, at: datetime) -> Account:
    """Return the account that the proof signs in; the proof is spent. Factors are asked after it.

    Raises:
        CodeMissing: there is no proof.
        NoAccountThere: it does not open this account.
    """
    contact = _spent(ticket, use, at=at)
    found = personal.confirmed_accounts_of(Detail(contact.way), contact.value)
    if account not in found:
        raise NoAccountThere
    return account


@transaction.atomic
def sign_up_by_code(
    *,
    ticket: str,
    username: str,
    password: str,
    name: str,
    region: str,
    language: str,
    at: datetime,
) -> Account:
    """Enter a person whose phone or address is proved; the proof is spent.

    `username` is random: who signs in with a phone or an address needs none.

    Raises:
        CodeMissing: there is no proof; what sign_up and confirm_contact raise. Nothing was written.
    """
    contact = _spent(ticket, Code.Use.ENTER, at=at)
    account = sign_up(
        username=username, password=password, name=name, region=region, language=language, at=at
    )
    person = Person.objects.get(account=account)
    confirm_contact(
        person=person,
        detail=Detail(contact.way),
        value=contact.value,
        channel=Channel.SIGN_UP,
        at=at,
    )
    return account


@transaction.atomic
def reset_password_by_code(*, ticket: str, account: Account, new: str, at: datetime) -> Account:
    """Set a new password for an account that the proof opens; the proof is spent.

    Sessions end, second factors stay.

    Raises:
        CodeMissing, NoAccountThere: as in enter_by_code.
        PasswordWeak: `new` is short or common; the proof is not spent.
    """
    account = enter_by_code(ticket=ticket, account=account, use=Code.Use.RESET, at=at)
    return set_password(account=account, new=new, way="code", at=at)


@transaction.atomic
def confirm_by_code(*, ticket: str, person: Person, at: datetime) -> Contact:
    """Keep the proved phone or address as the person's; the proof is spent.

    Raises:
        CodeMissing, PhoneShared, EmailShared, and what the key holder raises: nothing was changed.
    """
    contact = _spent(ticket, Code.Use.CONTACT, at=at)
    confirm_contact(person=person, detail=Detail(contact.way), value=contact.value, at=at)
    return contact


def _spent(ticket: str, use: Code.Use, *, at: datetime) -> Contact:
    code = _proof(locked(ticket, use), at=at)
    code.spent_at = at
    code.save(update_fields=["spent_at"])
    return contact_of(code)


def _proof(code: Code | None, *, at: datetime) -> Code:
    if code is None or code.used_at is None or code.spent_at is not None:
        raise CodeMissing
    if at >= code.used_at + LIFE:
        raise CodeMissing
    return code
