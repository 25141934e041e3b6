"""Second factors: what is written down about them, and their secrets, sealed like other secrets."""

import base64
import binascii
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from kehui.core.crypto import BrokenSealError, bind
from kehui.core.vault import safe
from kehui.core.vault.safe import ValueDamaged
from kehui.ledger.services import record
from kehui.people.facts import FactorAdded, FactorRemoved
from kehui.people.models import Account, Person

PLACE = bind("mfa_authenticator", "data")
SECRETS = ("secret", "seed")  # of the codes of a phone, and of those on paper


@transaction.atomic
def note_factor_added(*, person: Person, factor: str, at: datetime) -> None:
    """Record FactorAdded; `factor` is one of settings.MFA_SUPPORTED_TYPES."""
    record(FactorAdded(person=person.pk, factor=factor), actor=person.pk, at=at)


@transaction.atomic
def note_factor_removed(*, person: Person, factor: str, at: datetime) -> None:
    """Record FactorRemoved."""
    record(FactorRemoved(person=person.pk, factor=factor), actor=person.pk, at=at)


@transaction.atomic
def reset_factors(*, account: Account, at: datetime) -> int:
    """Take every second factor from the account, and end its sessions; return how many there were.

    For operators, when phone and codes on paper are lost. Records FactorRemoved for each.
    """
    factors = list(Authenticator.objects.select_for_update().filter(user=account.pk))
    for each in factors:
        each.delete()
        if account.person:
            gone = FactorRemoved(person=account.person.pk, factor=each.type)
            record(gone, actor=None, at=at)
    for session in UserSession.objects.filter(user=account.pk):
        session.end()
    return len(factors)


def sealed_secret(text: str) -> str:
    """Wrap the secret of a factor with the master key: its name, a point, and base64.

    Raises:
        KeyServiceDown, KeyServiceRefused: it was not wrapped.
    """
    master, wrapped = safe.holder().wrap(text.encode(), bound=PLACE)
    return f"{master}.{base64.b64encode(wrapped).decode()}"


def opened_secret(sealed: str) -> str:
    """Return the secret of a factor.

    Raises:
        ValueDamaged: it was changed or cut off.
        KeyUnknown, KeyServiceDown, KeyServiceRefused: from the holder.
    """
    master, _point, wrapped = sealed.partition(".")
    try:
        written = base64.b64decode(wrapped, validate=True)
        return safe.holder().unwrap(written, master=master, bound=PLACE).decode()
    except BrokenSealError as error:
        raise ValueDamaged(why=error.why) from None
    except binascii.Error:
        raise ValueDamaged(why="form") from None


@transaction.atomic
def reseal_factors() -> int:
    """Wrap with today's master key every secret that an older one guards; return how many.

    Raises:
        ValueDamaged, KeyUnknown: one cannot be read; none was changed.
        KeyServiceDown, KeyServiceRefused: from the holder; none was changed.
    """
    today = safe.holder().master()
    renewed = 0
    for each in Authenticator.objects.select_for_update().order_by("pk"):
        stale = [name for name in SECRETS if name in each.data and not _is_of(each, name, today)]
        for name in stale:
            each.data[name] = sealed_secret(opened_secret(each.data[name]))
            renewed += 1
        if stale:
            each.save(update_fields=["data"])
    return renewed


def _is_of(authenticator: Authenticator, name: str, master: str) -> bool:
    return str(authenticator.data[name]).startswith(f"{master}.")
