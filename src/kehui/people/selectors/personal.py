"""Questions about sealed numbers: shown masked, found by code. `opened` is for services alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from kehui.core import emails, personal_numbers
from kehui.core.crypto import Key
from kehui.core.errors import Refused
from kehui.core.vault import safe
from kehui.core.vault.fields import HIDDEN
from kehui.core.vault.safe import ValueDamaged
from kehui.people.models import Account, Detail, Person, PersonalDetails, PersonKey, Unmasking

TABLE: Final = PersonalDetails._meta.db_table  # part of what a value is bound to
KEY_PLACE: Final = PersonKey._meta.db_table
MASKS: Final[dict[str, Callable[[str], str]]] = {
    Detail.PHONE: personal_numbers.masked_phone,
    Detail.EMAIL: emails.masked_email,
    Detail.IDENTITY_NUMBER: personal_numbers.masked_identity_number,
    Detail.BANK_CARD: personal_numbers.masked_bank_card,
}


@dataclass(frozen=True, kw_only=True)
class Masked:
    """A person's numbers as they are shown; "" where there is none, dots where no key answers."""

    phone: str = ""
    email: str = ""
    identity_number: str = ""
    bank_card: str = ""


def masked(person: Person) -> Masked:
    """Return the numbers masked; two queries unless `key` and `details` are loaded.

    A list must not fail for one value that cannot be read: who asks for it in full is told why.
    """
    details = details_of(person)
    given = [each for each in Detail.values if details and getattr(details, each)]
    try:
        return Masked(**{each: MASKS[each](opened(person, Detail(each))) for each in given})
    except Refused:
        return Masked(**dict.fromkeys(given, HIDDEN))


def details_of(person: Person) -> PersonalDetails | None:
    return getattr(person, "details", None)  # Django raises an AttributeError where no row is


def opened(person: Person, detail: Detail) -> str:
    """Return the number in full, or "". Whoever calls this answers for who sees it.

    Raises:
        ValueDamaged, KeyUnknown, KeyServiceDown, KeyServiceRefused.
    """
    details = details_of(person)
    if details is None or getattr(details, detail) is None:
        return ""
    key, value = key_of(person), getattr(details, detail)
    return safe.opened(key, value, table=TABLE, column=detail, row=details.pk)


def key_of(person: Person) -> Key:
    """Return the person's key, unwrapped.

    Raises:
        ValueDamaged, KeyUnknown, KeyServiceDown, KeyServiceRefused.
    """
    row: PersonKey | None = getattr(person, "key", None)
    if row is None:
        raise ValueDamaged(why="key")
    return safe.unwrapped(
        safe.holder(), bytes(row.wrapped), master=row.master, place=KEY_PLACE, owner=row.pk
    )


def with_details(persons: QuerySet[Person]) -> QuerySet[Person]:
    """Load what `masked` needs, so that a list of persons costs no further queries."""
    return persons.select_related("key", "details")


def codes_of(detail: Detail, number: str) -> list[bytes]:
    return safe.codes(safe.holder(), number, table=TABLE, column=detail)


def holders_of(detail: Detail, number: str) -> QuerySet[Person]:
    """Return the persons who have this number, in its one form, by key."""
    wanted = Q(**{f"details__{detail}_code__in": codes_of(detail, number)})
    return Person.objects.filter(wanted).order_by("pk")


def confirmed_holders_of(detail: Detail, value: str) -> QuerySet[Person]:
    """Return the persons who proved with a code that this phone or address is theirs."""
    proved = Q(**{f"details__{detail}_confirmed_at__isnull": False})
    return holders_of(detail, value).filter(proved)


def confirmed_accounts_of(detail: Detail, value: str) -> list[Account]:
    """Return the open accounts that a code sent to this phone or address signs in, by key."""
    holders = confirmed_holders_of(detail, value).order_by()
    return list(Account.objects.filter(person__in=holders, is_active=True).order_by("pk"))


def usernames_of(given: str) -> list[str]:
    """Return the usernames that a text at the sign-in may mean: a username or a contact.

    An address counts once it is confirmed; a phone counts at once, as ever.
    """
    name = Account.normalize_username(given)
    if number := personal_numbers.phone_or_none(given):
        holders = holders_of(Detail.PHONE, number)
    elif address := emails.email_or_none(given):
        holders = confirmed_holders_of(Detail.EMAIL, address)
    else:
        return [name]
    # an account goes to the survivor of a merge, the number stays where its key is
    holders = holders.order_by()
    wanted = Q(person__in=holders) | Q(person__absorbed__in=holders) | Q(username=name)
    found = Account.objects.filter(wanted).order_by("pk").distinct()
    return list(found.values_list("username", flat=True)) or [name]


def sharing(persons: list[Person], detail: Detail = Detail.PHONE) -> dict[int, int]:
    """Return how many others have the same number, by person; one query for all of them.

    `details` must be loaded. A number under an older index key is found after the re-encryption.
    """
    codes = {
        each.pk: bytes(getattr(details, f"{detail}_code"))
        for each in persons
        if (details := details_of(each)) and getattr(details, detail)
    }
    column = f"{detail}_code"
    rows = PersonalDetails.objects.filter(**{f"{column}__in": list(codes.values())})
    seen: dict[bytes, int] = {}
    for code in rows.values_list(column, flat=True):
        seen[bytes(code)] = seen.get(bytes(code), 0) + 1
    return {pk: seen[code] - 1 for pk, code in codes.items() if seen[code] > 1}


def unmaskings_of(person: Person) -> QuerySet[Unmasking]:
    """Return who had this person's numbers shown in full, the latest first."""
    return Unmasking.objects.filter(person=person).select_related("by").order_by("-at", "-pk")
