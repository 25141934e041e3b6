"""Sign-in, and the throttle that makes guessing passwords pointless."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from typing import NamedTuple

from django.contrib.auth import authenticate
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from kehui.core import locks
from kehui.core.errors import Refused
from kehui.core.personal_numbers import phone_or_none
from kehui.people.models import Account, Try
from kehui.people.selectors.personal import usernames_of

WINDOW = timedelta(minutes=15)
TRIES_PER_USERNAME = 8
# An office or a village shares one address: generous for it, useless for a botnet of one block.
TRIES_PER_BLOCK = 100
SIGN_UPS_PER_BLOCK = 60
BLOCK_BITS = {4: 24, 6: 56}


class SignInFailed(Refused):
    code = "SIGN_IN_FAILED"
    message = _("用户名、手机号、邮箱或密码不对。")
    message_en = "The username, the phone, the e-mail address or the password is wrong."


class PasswordMismatch(Refused):
    code = "PASSWORD_MISMATCH"
    message = _("密码不对，什么也没有改动。")
    message_en = "The password is wrong; nothing was changed."
    field = "password"


class TooManyTries(Refused):
    code = "TOO_MANY_TRIES"
    message = _("尝试次数太多。请 {minutes} 分钟后再试。")
    message_en = "Too many tries. Please try again in {minutes} minutes."
    status = 429


def check_sign_in(*, username: str, password: str, address: str, at: datetime) -> Account:
    """Return the account of this username, or mobile number, and password.

    A name that does not exist costs as long and gets the same answer as a
    wrong password. A success forgets the tries with this name. Of persons who
    share a mobile number, the password says who it is.

    Raises:
        SignInFailed: the two do not belong together, or the account is shut.
        TooManyTries: of this name, or from this block of addresses.
    """
    name = phone_or_none(username) or Account.normalize_username(username)
    own = subject("name", name)
    count(_of_sign_in(own, address), at=at)
    for each in usernames_of(username):
        account = authenticate(username=each, password=password)
        if isinstance(account, Account) and account.person_id is not None:
            Try.objects.filter(subject=own).delete()
            return account
    raise SignInFailed


def confirm_password(*, account: Account, password: str, address: str, at: datetime) -> None:
    """Make sure that it is the person who asks for what cannot be undone.

    Raises:
        PasswordMismatch: it is another password.
        TooManyTries: of this account, or from this block of addresses.
    """
    own = subject("name", account.username)
    count(_of_sign_in(own, address), at=at)
    if not account.check_password(password):
        raise PasswordMismatch
    Try.objects.filter(subject=own).delete()


def count_sign_up(*, address: str, at: datetime) -> None:
    """Count one sign-up from this block of addresses.

    Raises:
        TooManyTries: there were too many.
    """
    count([Limit(subject("join", block(address)), SIGN_UPS_PER_BLOCK)], at=at)


def _of_sign_in(own: str, address: str) -> list["Limit"]:
    return [Limit(own, TRIES_PER_USERNAME), Limit(subject("net", block(address)), TRIES_PER_BLOCK)]


def count_from(occasion: str, *, address: str, most: int, at: datetime) -> None:
    """Count one try of this occasion from this block of addresses, of at most so many in WINDOW.

    Raises:
        TooManyTries: there were too many.
    """
    count([Limit(subject(occasion, block(address)), most)], at=at)


def forget_tries(*, before: datetime) -> int:
    """Delete tries older than `before`; of no use after the longest window."""
    return Try.objects.filter(at__lt=before).delete()[0]


def block(address: str) -> str:
    """Return the network that counts as one source: /24 of IPv4, /56 of IPv6, or the text."""
    try:
        place = ip_address(address)
    except ValueError:
        return address
    mapped = None if isinstance(place, IPv4Address) else place.ipv4_mapped
    place = mapped or place
    return str(ip_network((place, BLOCK_BITS[place.version]), strict=False))


def subject(kind: str, text: str) -> str:
    """Name a subject by a keyed hash: a plain one of a mobile number is soon guessed."""
    return salted_hmac("kehui.people.tries", f"{kind}:{text}", algorithm="sha256").hexdigest()


class Limit(NamedTuple):
    """So many tries of a subject within a window; a subject may have several."""

    subject: str
    most: int
    window: timedelta = WINDOW


@transaction.atomic
def count(limits: Iterable[Limit], *, at: datetime) -> None:
    """Write one try for each subject, or none if one has reached a limit.

    Under a lock per subject, so that many tries at once are counted one by
    one; a refused try is not counted, so that waiting always helps. Where the count cannot be
    made, the error rises: what was to be counted does not happen.

    Raises:
        TooManyTries: and how long until the last of the limits is open again.
    """
    limits = sorted(limits)
    subjects = list(dict.fromkeys(each.subject for each in limits))
    for each in subjects:
        locks.hold(each)
    waits = [wait for each in limits if (wait := _wait(each, at=at))]
    if waits:
        raise TooManyTries(minutes=math.ceil(max(waits) / timedelta(minutes=1)))
    Try.objects.bulk_create(Try(subject=each, at=at) for each in subjects)


def _wait(limit: Limit, *, at: datetime) -> timedelta | None:
    """Return how long until the try that must grow old before one more fits in is old."""
    recent = Try.objects.filter(subject=limit.subject, at__gt=at - limit.window).order_by("-at")
    oldest = recent.values_list("at", flat=True)[limit.most - 1 : limit.most].first()
    return None if oldest is None else oldest + limit.window - at
