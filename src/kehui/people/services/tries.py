"""Sign-in, and the throttle that makes guessing passwords pointless."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network

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
    message = _("用户名、手机号或密码不对。")
    message_en = "The username, the mobile number or the password is wrong."


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
    own = _subject("name", name)
    _count([(own, TRIES_PER_USERNAME), (_subject("net", block(address)), TRIES_PER_BLOCK)], at=at)
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
    own = _subject("name", account.username)
    _count([(own, TRIES_PER_USERNAME), (_subject("net", block(address)), TRIES_PER_BLOCK)], at=at)
    if not account.check_password(password):
        raise PasswordMismatch
    Try.objects.filter(subject=own).delete()


def count_sign_up(*, address: str, at: datetime) -> None:
    """Count one sign-up from this block of addresses.

    Raises:
        TooManyTries: there were too many.
    """
    _count([(_subject("join", block(address)), SIGN_UPS_PER_BLOCK)], at=at)


def count_from(occasion: str, *, address: str, most: int, at: datetime) -> None:
    """Count one try of this occasion from this block of addresses, of at most so many in WINDOW.

    Raises:
        TooManyTries: there were too many.
    """
    _count([(_subject(occasion, block(address)), most)], at=at)


def forget_tries(*, before: datetime) -> int:
    """Delete tries older than `before`; they are of no use after WINDOW."""
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


def _subject(kind: str, text: str) -> str:
    """Name a subject by a keyed hash: a plain one of a mobile number is soon guessed."""
    return salted_hmac("kehui.people.tries", f"{kind}:{text}", algorithm="sha256").hexdigest()


@transaction.atomic
def _count(limits: Iterable[tuple[str, int]], *, at: datetime) -> None:
    """Write one try for each subject, or none if one has reached its limit.

    Under a lock per subject, so that many tries at once are counted one by
    one; a refused try is not counted, so that waiting always helps.
    """
    limits = sorted(limits)
    for subject, _limit in limits:
        locks.hold(subject)
    for subject, limit in limits:
        recent = Try.objects.filter(subject=subject, at__gt=at - WINDOW).order_by("-at")
        # the try that must grow old before one more fits in
        if oldest := recent.values_list("at", flat=True)[limit - 1 : limit].first():
            raise TooManyTries(minutes=math.ceil((oldest + WINDOW - at) / timedelta(minutes=1)))
    Try.objects.bulk_create(Try(subject=subject, at=at) for subject, _limit in limits)
