"""Write down what a person agrees to and takes back, in which words, when and where."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.people.facts import ConsentGiven, ConsentWithdrawn
from kehui.people.models import Channel, Consent, Person
from kehui.people.selectors import consents
from kehui.people.selectors.consents import Purpose


class PurposeUnknown(Refused):
    code = "PURPOSE_UNKNOWN"
    message = _("没有这项用途。")
    message_en = "There is no such purpose."
    status = 404


class BasicsNeeded(Refused):
    code = "BASICS_NEEDED"
    message = _("没有基本服务就没有账号。不想再用，请在个人设置里注销账号。")
    message_en = (
        "There is no account without the basic service. "
        "If you want to leave, please close the account in your settings."
    )
    status = 409


@transaction.atomic
def give_consent(*, person: Person, purpose: str, channel: Channel, at: datetime) -> Consent:
    """Write a receipt for today's words, and record ConsentGiven; twice is as good as once.

    A receipt for older words is closed: the new words come in their place.

    Raises:
        PurposeUnknown: it is not on the list.
    """
    wanted = _purpose(purpose)
    _hold(person)
    standing = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).first()
    if standing is not None and standing.edition == wanted.newest.number:
        return standing
    if standing is not None:
        standing.withdrawn_at = at
        standing.save(update_fields=["withdrawn_at"])
    receipt = Consent.objects.create(
        person=person,
        purpose=purpose,
        edition=wanted.newest.number,
        channel=channel,
        given_at=at,
    )
    given = ConsentGiven(
        person=person.pk, purpose=purpose, edition=receipt.edition, channel=channel.value
    )
    record(given, actor=person.pk, at=at)
    return receipt


@transaction.atomic
def withdraw_consent(*, person: Person, purpose: str, channel: Channel, at: datetime) -> None:
    """Take a consent back, or refuse what is done unless one refuses; twice is as good as once.

    Records ConsentWithdrawn. Nothing else of the account depends on it.

    Raises:
        PurposeUnknown: it is not on the list.
        BasicsNeeded: they end with the account.
    """
    wanted = _purpose(purpose)
    if not wanted.is_optional:
        raise BasicsNeeded
    _hold(person)
    if not consents.stands(person, purpose):
        return
    standing = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).first()
    if standing is None:  # done unless one refuses: this is the first word
        standing = Consent(
            person=person, purpose=purpose, edition=wanted.newest.number, channel=channel
        )
    _withdraw(standing, channel, at=at)


def withdraw_all(*, person: Person, channel: Channel, at: datetime) -> None:
    """Close every standing receipt of somebody who leaves; the receipts stay as proof."""
    for standing in Consent.objects.filter(person=person, withdrawn_at=None).order_by("pk"):
        _withdraw(standing, channel, at=at)


def _withdraw(standing: Consent, channel: Channel, *, at: datetime) -> None:
    standing.withdrawn_at = at
    standing.save()
    withdrawn = ConsentWithdrawn(
        person=standing.person_id,
        purpose=standing.purpose,
        edition=standing.edition,
        channel=channel.value,
    )
    record(withdrawn, actor=standing.person_id, at=at)


def _purpose(code: str) -> Purpose:
    if code not in consents.purposes():
        raise PurposeUnknown
    return consents.purposes()[code]


def _hold(person: Person) -> None:
    """Two answers at once are written one by one."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
