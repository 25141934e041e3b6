"""Renew keys: add a master key, and seal again whatever an older one still guards."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.core.vault import safe
from kehui.core.vault.holders import KeyHolder, KeyUnknown
from kehui.core.vault.key_file import KeyFile
from kehui.core.vault.safe import ValueDamaged
from kehui.ledger.services import record
from kehui.people.facts import MasterKeyAdded
from kehui.people.models import Detail, Person, PersonalDetails, PersonKey
from kehui.people.selectors import personal


class KeysElsewhere(Refused):
    code = "KEYS_ELSEWHERE"
    message = _("主密钥由密钥服务保管，请在那里更换，再执行 kehui rotate keys --resume。")
    message_en = (
        "A service holds the master keys. Please renew the key there, "
        "then run kehui rotate keys --resume."
    )
    status = 409


class KeysMissing(Refused):
    code = "KEYS_MISSING"
    message = _(
        "密钥文件夹里没有密钥，而数据库里有 {count} 个人的信息是用它加密的。"
        "请把备份的密钥文件放回 {folder}，再启动。"
    )
    message_en = (
        "The key folder is empty, but the data of {count} persons is sealed with its keys. "
        "Please put the saved key files back into {folder} and start again."
    )
    status = 503


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """What one step of `reseal` did. `last` is None when nothing was left to do."""

    last: int | None
    resealed: int
    unreadable: tuple[int, ...]  # persons, for the operator to look at; nothing of theirs changed


def check_keys() -> None:
    """Make sure that keys are there for what is sealed. New ones would only hide the loss.

    Raises:
        KeysMissing: sealed values, and no key file.
    """
    keys = safe.holder()
    if isinstance(keys, KeyFile) and (count := _without(keys)):
        raise KeysMissing(count=count, folder=settings.KEYS_DIR)


def _without(keys: KeyFile) -> int:
    """Count the persons whose numbers, or second factor, cannot be read without lost files."""
    count = 0 if keys.exists() else PersonKey.objects.count()
    if not count and not keys.has_masters():
        factors = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
        count = int(factors.values("user").distinct().count())
    return count


def unheld() -> int:
    """Count the persons whose master key is not in our files; a service is not asked for each."""
    keys = safe.holder()
    if not isinstance(keys, KeyFile):
        return 0
    return PersonKey.objects.exclude(master__in=keys.masters()).count()


@transaction.atomic
def add_master_key(*, at: datetime) -> str:
    """Add a master key of settings.CRYPTO to the key file, and return its name.

    Raises:
        KeysElsewhere: a service holds the keys.
        KeysMissing: the files that belong to the database are not there.
    """
    keys = safe.holder()
    if not isinstance(keys, KeyFile):
        raise KeysElsewhere
    check_keys()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('kehui.keys', 2))")
    master = keys.add()
    record(MasterKeyAdded(master=master, profile=keys.profile.name), actor=None, at=at)
    return master


def stale(keys: KeyHolder) -> QuerySet[PersonKey]:
    """Return the persons' keys that another master key wraps, or that another profile made."""
    return PersonKey.objects.exclude(Q(master=keys.master()) & Q(profile=keys.profile.name))


@transaction.atomic
def reseal(*, at: datetime, after: int = 0, limit: int = 200) -> Chunk:
    """Give the next persons new keys, and seal and index their values anew; all of them or none.

    Whoever is just changing a number is waited for, and then read as changed. Begin with 0, go on
    with `last`; what is done already is passed over, so an interrupted run may begin with 0 again.

    Raises:
        KeyServiceDown, KeyServiceRefused: this step did not happen; the earlier ones stand.
    """
    keys = safe.holder()
    waiting = stale(keys).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:limit]
    chosen = list(waiting)
    rows = Person.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=chosen)
    list(rows.order_by("pk").values_list("pk"))  # locked: what is read now stays so
    people = personal.with_details(Person.objects.filter(key__in=stale(keys), pk__in=chosen))
    renewed: list[tuple[PersonKey, PersonalDetails | None]] = []
    unreadable: list[int] = []
    for person in people.order_by("pk"):
        try:
            renewed.append(_renewed(person, keys, at=at))
        except (ValueDamaged, KeyUnknown):
            unreadable.append(person.pk)
    _write(renewed)
    return Chunk(
        last=chosen[-1] if chosen else None, resealed=len(renewed), unreadable=tuple(unreadable)
    )


def _renewed(
    person: Person, keys: KeyHolder, *, at: datetime
) -> tuple[PersonKey, PersonalDetails | None]:
    """Return the person's rows under a new key, not yet written."""
    numbers = {each: personal.opened(person, each) for each in Detail}
    key, master, wrapped = safe.new_key(keys, place=personal.KEY_PLACE, owner=person.pk)
    row, details = person.key, personal.details_of(person)
    row.master, row.profile = master, key.profile.name
    row.wrapped, row.made_at = wrapped, at
    for each, number in numbers.items():
        if number and details:
            value = safe.sealed(key, number, table=personal.TABLE, column=each, row=person.pk)
            setattr(details, each, value)
            setattr(details, f"{each}_code", personal.codes_of(each, number)[0])
    return row, details


def _write(renewed: list[tuple[PersonKey, PersonalDetails | None]]) -> None:
    columns = [name for each in Detail.values for name in (each, f"{each}_code")]
    PersonKey.objects.bulk_update(
        [row for row, _details in renewed], ["master", "profile", "wrapped", "made_at"]
    )
    PersonalDetails.objects.bulk_update([details for _row, details in renewed if details], columns)
