"""Give, change, take back and look at the numbers that are sealed with a person's key."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, names, personal_numbers
from kehui.core.crypto import Key
from kehui.core.errors import Refused
from kehui.core.vault import safe
from kehui.ledger.services import record
from kehui.people import policies
from kehui.people.facts import (
    PersonalDetailSeen,
    PersonChanged,
    PersonKeyDestroyed,
    PersonReachable,
)
from kehui.people.models import (
    CONTACTS,
    Channel,
    Detail,
    Person,
    PersonalDetails,
    PersonKey,
    Unmasking,
)
from kehui.people.selectors import consents, personal
from kehui.people.services.consents import give_consent, withdraw_consent
from kehui.people.services.organizations import NotAnOperator

PERSONS_PER_CONTACT = 3  # a family, a village clerk; docs/glossary.md
DAY = timedelta(days=1)
NOTE_LENGTH = 120


class PhoneShared(Refused):
    code = "PHONE_SHARED"
    message = _("这个手机号已有 {most} 个人在用，不能再加。确需共用，请联系平台运营人员。")
    message_en = (
        "{most} persons use this mobile number already. "
        "If it really has to be shared, please ask the operators."
    )
    status = 409
    field = "phone"


class EmailShared(Refused):
    code = "EMAIL_SHARED"
    message = _("这个邮箱已有 {most} 个人在用，不能再加。确需共用，请联系平台运营人员。")
    message_en = (
        "{most} persons use this e-mail address already. "
        "If it really has to be shared, please ask the operators."
    )
    status = 409
    field = "contact"


class DetailMissing(Refused):
    code = "DETAIL_MISSING"
    message = _("这个人没有登记这一项。")
    message_en = "This person has not given this."
    status = 404


class UnmaskingReasonMissing(Refused):
    code = "UNMASKING_REASON"
    message = _("请选一个原因，并用不超过 120 字写明为什么要看。")
    message_en = "Please choose a reason and say in at most 120 characters why you need to see it."
    field = "note"


class TooManyUnmaskings(Refused):
    code = "TOO_MANY_UNMASKINGS"
    message = _("24 小时内最多查看 {most} 次完整信息，已到上限。")
    message_en = "At most {most} numbers may be seen in full within 24 hours; that is reached."
    status = 429


@transaction.atomic
def give_phone(*, person: Person, phone: str, at: datetime) -> None:
    """Seal a mobile number for the person, in place of an earlier one; to give it is to agree.

    Raises:
        PhoneMalformed: it is no mobile number.
        PhoneShared: three other persons have it.
        KeyServiceDown, KeyServiceRefused, KeyUnknown, KeyFileBroken: nothing was changed.
    """
    number = personal_numbers.phone(phone, field="phone")
    _make_sure_of_room(person, Detail.PHONE, number)
    _give(person, Detail.PHONE, number, at=at)
    give_consent(person=person, purpose=consents.PHONE, channel=Channel.SETTINGS, at=at)


@transaction.atomic
def confirm_contact(
    *, person: Person, detail: Detail, value: str, at: datetime, channel: Channel = Channel.SETTINGS
) -> None:
    """Seal a phone or address that a code has just proved, and record PersonReachable.

    `value` is in its one form.

    Raises:
        PhoneShared, EmailShared: three other persons have it.
        KeyServiceDown, KeyServiceRefused, KeyUnknown, KeyFileBroken: nothing was changed.
    """
    _make_sure_of_room(person, detail, value)
    _give(person, detail, value, at=at)
    PersonalDetails.objects.filter(person=person).update(**{f"{detail}_confirmed_at": at})
    give_consent(person=person, purpose=detail.value, channel=channel, at=at)
    record(PersonReachable(person=person.pk, way=detail.value), actor=person.pk, at=at)


def _make_sure_of_room(person: Person, detail: Detail, value: str) -> None:
    codes = personal.codes_of(detail, value)
    with connection.cursor() as cursor:  # two who give it at once are counted one by one
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [codes[-1].hex()])
    others = personal.holders_of(detail, value).exclude(pk=person.pk)
    if others.count() >= PERSONS_PER_CONTACT:
        raise (PhoneShared if detail == Detail.PHONE else EmailShared)(most=PERSONS_PER_CONTACT)


@transaction.atomic
def give_identity_number(*, person: Person, number: str, at: datetime) -> None:
    """Seal an identity number for the person.

    Raises:
        IdentityNumberMalformed, IdentityNumberWrong, BirthdayImpossible: see personal_numbers.
        KeyServiceDown, KeyServiceRefused, KeyUnknown, KeyFileBroken: nothing was changed.
    """
    tidy = personal_numbers.identity_number(number, on=dates.day_of(at), field="identity_number")
    _give(person, Detail.IDENTITY_NUMBER, tidy, at=at)


@transaction.atomic
def give_bank_card(*, person: Person, number: str, at: datetime) -> None:
    """Seal a bank card for the person.

    Raises:
        BankCardMalformed, BankCardWrong: see personal_numbers.
        KeyServiceDown, KeyServiceRefused, KeyUnknown, KeyFileBroken: nothing was changed.
    """
    _give(person, Detail.BANK_CARD, personal_numbers.bank_card(number, field="bank_card"), at=at)


def _give(person: Person, detail: Detail, number: str, *, at: datetime) -> None:
    person = locked(person)
    if personal.opened(person, detail) == number:
        return
    key = _key(person, at=at)
    value = safe.sealed(key, number, table=personal.TABLE, column=detail, row=person.pk)
    code = personal.codes_of(detail, number)[0]
    wanted = {detail.value: value, f"{detail}_code": code, "changed_at": at}
    wanted |= _unconfirmed(detail)
    PersonalDetails.objects.update_or_create(person=person, defaults=wanted)
    record(PersonChanged(person=person.pk, fields=(detail.value,)), actor=person.pk, at=at)


def _unconfirmed(detail: Detail) -> dict[str, None]:
    return {f"{detail}_confirmed_at": None} if detail in CONTACTS else {}


def locked(person: Person) -> Person:
    """Return the person with key and details as they are now; nobody else changes them till commit.

    Other rows may still come to refer to the person meanwhile. Two questions: one that had to wait
    for its lock would join key and details as they were before.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    return personal.with_details(Person.objects.all()).get(pk=person.pk)


def _key(person: Person, *, at: datetime) -> Key:
    if PersonKey.objects.filter(person=person).exists():
        return personal.key_of(person)
    keys = safe.holder()
    key, master, wrapped = safe.new_key(keys, place=personal.KEY_PLACE, owner=person.pk)
    PersonKey.objects.create(
        person=person, master=master, profile=key.profile.name, wrapped=wrapped, made_at=at
    )
    return key


@transaction.atomic
def take_back(*, person: Person, detail: Detail, at: datetime) -> None:
    """Delete one number of the person; without effect when there is none.

    Who deletes the mobile number or the address takes the consent back with it.
    """
    empty = {detail.value: None, f"{detail}_code": None, "changed_at": at} | _unconfirmed(detail)
    rows = PersonalDetails.objects.filter(person=locked(person))
    if rows.exclude(**{detail.value: None}).update(**empty):
        record(PersonChanged(person=person.pk, fields=(detail.value,)), actor=person.pk, at=at)
    if detail in CONTACTS:
        purpose = detail.value
        withdraw_consent(person=person, purpose=purpose, channel=Channel.SETTINGS, at=at)


@transaction.atomic
def unmask(
    *, person: Person, detail: Detail, by: Person, reason: str, note: str, at: datetime
) -> str:
    """Return a number in full, and record who saw it, when and why: PersonalDetailSeen.

    Raises:
        NotAnOperator: `by` is none, or is the person.
        UnmaskingReasonMissing: no reason of the list, or no note.
        TooManyUnmaskings: settings.UNMASKINGS_PER_DAY within 24 hours.
        DetailMissing: there is nothing to see.
        ValueDamaged, KeyUnknown, KeyServiceDown, KeyServiceRefused: it cannot be read.
    """
    said = names.tidy(note)
    if not policies.may_unmask(by, person, today=dates.day_of(at)):
        raise NotAnOperator
    if reason not in Unmasking.Reason.values or not 1 <= len(said) <= NOTE_LENGTH:
        raise UnmaskingReasonMissing(
            field="note" if reason in Unmasking.Reason.values else "reason"
        )
    locked(by)  # counted one by one
    if Unmasking.objects.filter(by=by, at__gt=at - DAY).count() >= settings.UNMASKINGS_PER_DAY:
        raise TooManyUnmaskings(most=settings.UNMASKINGS_PER_DAY)
    number = personal.opened(person, detail)
    if not number:
        raise DetailMissing
    row = Unmasking.objects.create(
        person=person, detail=detail, by=by, reason=reason, note=said, at=at
    )
    seen = PersonalDetailSeen(
        person=person.pk, detail=detail.value, reason=reason, unmasking=row.pk
    )
    record(seen, actor=by.pk, at=at)
    return number


def opened_numbers(person: Person) -> dict[str, str]:
    """Return the person's own numbers in full, by column, for a copy that only they get.

    Whoever calls this logs the access. Where one cannot be opened stands why.
    """
    person = personal.with_details(Person.objects.all()).get(pk=person.pk)
    found = {}
    for each in Detail:
        try:
            found[each.value] = personal.opened(person, each)
        except Refused as refusal:
            found[each.value] = str(refusal)
    return found


def reach(person: Person) -> dict[str, str]:
    """Return the confirmed contacts of a person in full, by their names, for a letter to them.

    Where one cannot be opened now, there is none.
    """
    person = personal.with_details(Person.objects.all()).get(pk=person.pk)
    details = personal.details_of(person)
    found = {}
    for each in CONTACTS:
        if details and getattr(details, f"{each}_confirmed_at"):
            with suppress(Refused):
                found[each] = personal.opened(person, Detail(each))
    return found


@transaction.atomic
def destroy_key(*, person: Person, by: Person, at: datetime) -> None:
    """Delete the person's key and sealed values for good; without effect when there are none.

    Raises:
        NotAnOperator: `by` is neither the person (or whose entry it became) nor an operator.
    """
    if not policies.may_erase(by, person, today=dates.day_of(at)):
        raise NotAnOperator
    locked(person)
    PersonalDetails.objects.filter(person=person).delete()
    if PersonKey.objects.filter(person=person).delete()[0]:
        record(PersonKeyDestroyed(person=person.pk), actor=by.pk, at=at)
