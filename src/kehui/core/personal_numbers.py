"""Numbers that belong to one person: mobile phones, identity numbers, bank cards.

Read leniently, kept in one form, shown masked. No message repeats the number: messages are logged.
"""

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused

_SIGNS = re.compile(r"[\s\-\u2010-\u2015\u2212().\u200b-\u200f\u2060\ufeff]+")
_COUNTRY = re.compile(r"(?:\+86|0086)(?=1[3-9][0-9]{9}\Z)|86(?=1[3-9][0-9]{9}\Z)")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_IDENTITY = re.compile(r"[1-9][0-9]{16}[0-9X]")
_CARD = re.compile(r"[1-9][0-9]{12,18}")

# GB 11643-1999, ISO 7064 MOD 11-2
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
OLDEST = 120


class PhoneMalformed(Refused):
    code = "PHONE_FORM"
    message = _("看不懂这个手机号。请填 11 位大陆手机号，例如 138 开头的。")
    message_en = "This is not a mobile number. Please enter the 11 digits of a mainland mobile."


class IdentityNumberMalformed(Refused):
    code = "IDENTITY_FORM"
    message = _("身份证号应为 18 位，最后一位可以是 X。15 位的旧证请换成新证号。")
    message_en = (
        "An identity number has 18 characters, the last of which may be X. "
        "Please use the new number of an old card of 15."
    )


class IdentityNumberWrong(Refused):
    """The check digit does not fit; which one would is not said."""

    code = "IDENTITY_CHECK"
    message = _("身份证号的校验位对不上。请对照证件再核对一遍。")
    message_en = "The check digit of the identity number is wrong. Please compare it with the card."


class BirthdayImpossible(Refused):
    code = "IDENTITY_BIRTHDAY"
    message = _("身份证号里的出生日期不可能。请对照证件再核对一遍。")
    message_en = "The date of birth in this number is impossible. Please compare it with the card."


class BankCardMalformed(Refused):
    code = "BANK_CARD_FORM"
    message = _("银行卡号应为 13 至 19 位数字。")
    message_en = "A bank card has 13 to 19 digits."


class BankCardWrong(Refused):
    code = "BANK_CARD_CHECK"
    message = _("银行卡号的校验位对不上。请对照卡面再核对一遍。")
    message_en = "The check digit of the card is wrong. Please compare it with the card."


def _plain(text: str) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text)).upper()


def phone_or_none(text: str) -> str | None:
    """Return the 11 digits if the text is a mobile number of the mainland."""
    digits = _COUNTRY.sub("", _plain(text))
    return digits if _MOBILE.fullmatch(digits) else None


def phone(text: str, *, field: str | None = None) -> str:
    """Return the 11 digits of a mobile number, however it was written.

    Raises:
        PhoneMalformed: it is none.
    """
    digits = phone_or_none(text)
    if digits is None:
        raise PhoneMalformed(field=field)
    return digits


def identity_number(text: str, *, on: date, field: str | None = None) -> str:
    """Return an identity number of 18 characters (GB 11643), its check and birthday examined.

    The place of issue is not looked up: codes are withdrawn, and numbers stay.

    Raises:
        IdentityNumberMalformed, IdentityNumberWrong: form, check digit.
        BirthdayImpossible: no such day, after `on`, or more than 120 years before it.
    """
    number = _plain(text)
    if not _IDENTITY.fullmatch(number):
        raise IdentityNumberMalformed(field=field)
    if number[-1] != identity_check(number[:17]):
        raise IdentityNumberWrong(field=field)
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise BirthdayImpossible(field=field) from None
    if born > on or on.year - born.year > OLDEST:
        raise BirthdayImpossible(field=field)
    return number


def identity_check(digits: str) -> str:
    """Return the check character of the first 17 digits."""
    products = (int(each) * weight for each, weight in zip(digits, _WEIGHTS, strict=True))
    return _CHECKS[sum(products) % 11]


def bank_card(text: str, *, field: str | None = None) -> str:
    """Return the 13 to 19 digits of a bank card, its check digit (ISO/IEC 7812-1) examined.

    Raises:
        BankCardMalformed, BankCardWrong: form, check digit.
    """
    digits = _plain(text)
    if not _CARD.fullmatch(digits):
        raise BankCardMalformed(field=field)
    if digits[-1] != luhn_check(digits[:-1]):
        raise BankCardWrong(field=field)
    return digits


def luhn_check(digits: str) -> str:
    """Return the check digit that follows these digits: every second is doubled, from the right."""
    doubled = (sum(divmod(2 * int(each), 10)) for each in digits[::-2])
    return str(-(sum(doubled) + sum(int(each) for each in digits[-2::-2])) % 10)


def masked_phone(digits: str) -> str:
    return f"{digits[:3]}****{digits[-4:]}"


def masked_identity_number(number: str) -> str:
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def masked_bank_card(digits: str) -> str:
    """Show the last four digits: what a slip of paper shows too."""
    return f"**** {digits[-4:]}"
