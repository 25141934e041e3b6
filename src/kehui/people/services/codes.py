"""Codes: ask for one, and answer it. What the answer proves is used in `proofs`."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from kehui.core import emails, personal_numbers
from kehui.core.errors import Refused
from kehui.core.vault import texts
from kehui.people.models import MOST_TRIES, Code
from kehui.people.services.tries import Limit, block, count, subject

LIFE: Final = timedelta(minutes=10)  # ASVS 5.0, 6.6.3: at most ten minutes
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PER_CONTACT: Final = ((1, MINUTE), (5, HOUR), (10, DAY))
PER_DEVICE: Final = ((10, HOUR),)
PER_BLOCK: Final = ((30, HOUR), (200, DAY))
ANSWERS_PER_BLOCK: Final = 100
TABLE: Final = Code._meta.db_table


class CodeMissing(Refused):
    """This browser asked for none, or did so long ago."""

    code = "CODE_MISSING"
    message = _("这一步已经过期。请重新获取验证码。")
    message_en = "This step has expired. Please ask for a new code."
    status = 409


class CodeExpired(Refused):
    code = "CODE_EXPIRED"
    message = _("验证码已过期（10 分钟内有效）。请重新获取一个。")
    message_en = "The code has expired after ten minutes. Please ask for a new one."
    field = "digits"


class CodeUsed(Refused):
    code = "CODE_USED"
    message = _("这个验证码已经用过，每个只能用一次。请重新获取一个。")
    message_en = "This code was used already; each serves once. Please ask for a new one."
    status = 409
    field = "digits"


class CodeWrong(Refused):
    code = "CODE_WRONG"
    message = _("验证码不对，还可以试 {left} 次。")
    message_en = "The code is wrong; {left} more tries."
    field = "digits"


class CodeTriesOver(Refused):
    code = "CODE_TRIES"
    message = _("这个验证码已试错 5 次，不能再用。请重新获取一个。")
    message_en = "Five wrong tries: this code is of no more use. Please ask for a new one."
    status = 429
    field = "digits"


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A phone or an e-mail address in its one form."""

    way: Code.Way
    value: str

    @property
    def masked(self) -> str:
        is_phone = self.way == Code.Way.PHONE
        mask = personal_numbers.masked_phone if is_phone else emails.masked_email
        return mask(self.value)


def read_contact(text: str) -> Contact:
    """Return what somebody typed where either may stand.

    Raises:
        PhoneMalformed, EmailMalformed: it is neither; an @ says what it was meant to be.
    """
    if "@" in text or "＠" in text:
        return Contact(way=Code.Way.EMAIL, value=emails.email(text, field="contact"))
    return Contact(way=Code.Way.PHONE, value=personal_numbers.phone(text, field="contact"))


@transaction.atomic
def ask_code(
    *,
    contact: Contact,
    use: Code.Use,
    ticket: str,
    digits: str,
    address: str,
    at: datetime,
    device: str = "",
) -> Code:
    """Write down a code that the caller sends.

    Whether anybody here has this contact is neither asked nor told: every contact costs the same
    and gets the same answer. `ticket` and `digits` are random; the ticket stays in one browser.

    Raises:
        TooManyTries: for this contact, device, block of addresses, or for everybody together.
        KeyServiceDown, KeyServiceRefused: nothing was written.
    """
    count(_limits(contact, address, device), at=at)
    return Code.objects.create(
        ticket=hashed(ticket),
        use=use,
        way=contact.way,
        contact=texts.sealed_text(contact.value, table=TABLE, column="contact"),
        digits=_keyed(ticket, digits),
        asked_at=at,
        expires_at=at + LIFE,
    )


def _limits(contact: Contact, address: str, device: str) -> list[Limit]:
    everybody = ((settings.CODES_PER_HOUR, HOUR),)
    wanted = [
        ("code to", contact.value, PER_CONTACT),
        ("code net", block(address), PER_BLOCK),
        ("code device", device, PER_DEVICE if device else ()),
        ("code", "everybody", everybody),
    ]
    return [
        Limit(subject(kind, text), most, window)
        for kind, text, limits in wanted
        for most, window in limits
    ]


def answer_code(*, ticket: str, digits: str, use: Code.Use, address: str, at: datetime) -> Contact:
    """Check the digits, and return the phone or address that they prove.

    Under a lock of its row, so that of two right answers one counts and of six wrong ones five do.
    A wrong answer stays counted although it is refused.

    Raises:
        CodeMissing: no code of this ticket and use.
        CodeUsed, CodeExpired, CodeTriesOver, CodeWrong: see there.
        TooManyTries: from this block of addresses.
    """
    count([Limit(subject("answer net", block(address)), ANSWERS_PER_BLOCK)], at=at)
    with transaction.atomic():
        code = locked(ticket, use)
        refusal = _judged(code, ticket, digits, at=at)
        code.save(update_fields=["tries", "used_at"])
    if refusal is not None:
        raise refusal
    return contact_of(code)


def _judged(code: Code, ticket: str, digits: str, *, at: datetime) -> Refused | None:
    """Note the answer on the row, and return why it does not count."""
    if code.used_at is not None:
        return CodeUsed()
    if at >= code.expires_at:
        return CodeExpired()
    if code.tries >= MOST_TRIES:
        return CodeTriesOver()
    if constant_time_compare(code.digits, _keyed(ticket, digits)):
        code.used_at = at
        return None
    code.tries += 1
    left = MOST_TRIES - code.tries
    return CodeWrong(left=left) if left else CodeTriesOver()


def forget_codes(*, before: datetime) -> int:
    """Delete codes asked for before then; they are of no use after an hour."""
    return Code.objects.filter(asked_at__lt=before).delete()[0]


def locked(ticket: str, use: Code.Use) -> Code:
    rows = Code.objects.select_for_update().filter(ticket=hashed(ticket), use=use)
    if (code := rows.first()) is None:
        raise CodeMissing
    return code


def contact_of(code: Code) -> Contact:
    value = texts.opened_text(code.contact, table=TABLE, column="contact")
    return Contact(way=Code.Way(code.way), value=value)


def hashed(ticket: str) -> str:
    return sha256(ticket.encode()).hexdigest()


def _keyed(ticket: str, digits: str) -> str:
    """Return a keyed hash: a plain one of six digits is found by trying them all."""
    tidy = "".join(each for each in unicodedata.normalize("NFKC", digits) if each.isdigit())
    said = f"{ticket}:{tidy}"
    return salted_hmac("kehui.people.codes", said, algorithm="sha256").hexdigest()
