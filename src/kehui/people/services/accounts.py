"""Sign up, and what a person decides about the own account and profile."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, disciplines, lookalikes, names, regions
from kehui.core.errors import Refused
from kehui.core.personal_numbers import phone_or_none
from kehui.ledger.services import record
from kehui.people import policies
from kehui.people.facts import PasswordChanged, PersonChanged, PersonIdentified, PersonJoined
from kehui.people.models import Account, Channel, Level, Organization, Person
from kehui.people.selectors.consents import BASICS
from kehui.people.services.consents import give_consent
from kehui.people.services.organizations import AlreadyIdentified, NotAnOperator
from kehui.people.services.seats import NoSeat

USERNAME = re.compile(r"[\w.@+-]{3,40}")
TITLE_LENGTH = 40
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128
SHORTEST_WORD, SHORTEST_REST = 2, 4  # of words a guesser knows, and of what is left without them


class UsernameMalformed(Refused):
    code = "USERNAME_FORM"
    message = _("用户名应为 3 至 40 个字母、数字、汉字或 . @ + - _。")
    message_en = "A username has 3 to 40 letters, digits or . @ + - _."
    field = "username"


class UsernameIsPhone(Refused):
    code = "USERNAME_IS_PHONE"
    message = _(
        "用户名不要用手机号：用户名不加密。请另取一个，手机号注册后在设置里填，同样能登录。"
    )
    message_en = (
        "Please do not take a mobile number as username: usernames are not sealed. "
        "Give the number in your settings later; it signs you in as well."
    )
    field = "username"


class UsernameTaken(Refused):
    code = "USERNAME_TAKEN"
    message = _("这个用户名已有人用。请换一个。")
    message_en = "This username is taken. Please choose another."
    status = 409
    field = "username"


class PasswordWeak(Refused):
    code = "PASSWORD_WEAK"
    message = _("密码要 8 至 128 位，不能是常见密码，也不能主要由姓名、用户名或平台名拼成。")
    message_en = (
        "A password has 8 to 128 characters, is not a common one, "
        "and is more than your name, your username or the platform's name."
    )
    field = "password"


class PasswordWrong(Refused):
    code = "PASSWORD_WRONG"
    message = _("原密码不对。")
    message_en = "The present password is wrong."
    field = "old"


class TitleTooLong(Refused):
    code = "TITLE_LENGTH"
    message = _("职称或职务最多 40 个字。")
    message_en = "A title has at most 40 characters."
    field = "title"


@transaction.atomic
def sign_up(
    *,
    username: str,
    password: str,
    name: str,
    region: str,
    at: datetime,
    title: str = "",
    discipline_codes: Iterable[str] = (),
    is_sci_tech_worker: bool = False,
    language: str = "zh-hans",
) -> Account:
    """Enter a person with an account, and record PersonJoined.

    The receipt for the basics is written with it; nothing else is asked for here.

    The level is V1; V2 where settings.OPEN_VERIFICATION says so.

    Raises:
        UsernameMalformed, UsernameIsPhone, UsernameTaken, PasswordWeak,
        NameMalformed, TitleTooLong, RegionUnknown, DisciplineUnknown: the field of the same name.
    """
    username = _username(username)
    _check_password(password, (username, name))
    person = Person.objects.create(
        name=names.person(name, field="name"),
        title=_title(title),
        region_id=regions.parse(region, on=dates.day_of(at), field="region"),
        disciplines=[
            disciplines.parse(each, field="disciplines").code for each in discipline_codes
        ],
        level=Level.V2 if settings.OPEN_VERIFICATION else Level.V1,
        is_sci_tech_worker=is_sci_tech_worker,
        joined_at=at,
    )
    try:
        with transaction.atomic():
            account = Account.objects.create_user(
                username, password, person=person, created_at=at, language=language
            )
    except IntegrityError:  # taken a moment ago
        raise UsernameTaken from None
    joined = PersonJoined(person=person.pk, region=person.region_id, level=person.level)
    record(joined, actor=person.pk, at=at)
    give_consent(person=person, purpose=BASICS, channel=Channel.SIGN_UP, at=at)
    return account


def _username(text: str) -> str:
    username = Account.normalize_username(text)
    if not USERNAME.fullmatch(username) or lookalikes.is_disguised(username):
        raise UsernameMalformed
    if phone_or_none(username):
        raise UsernameIsPhone
    if Account.objects.filter(username=username).exists():
        raise UsernameTaken
    return username


def _check_password(password: str, words: Iterable[str], *, field: str = "password") -> None:
    """Refuse what guessers try first. No rule of composition: length is what counts."""
    rest = password.casefold()
    for word in (*words, settings.BRAND, settings.TAGLINE, "kehui"):
        if len(word) >= SHORTEST_WORD:
            rest = rest.replace(word.casefold(), "")
    is_long = SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD
    if not is_long or len(rest) < SHORTEST_REST:
        raise PasswordWeak(field=field)
    try:
        validate_password(password)
    except ValidationError:
        raise PasswordWeak(field=field) from None


def _title(text: str) -> str:
    title = names.tidy(text)
    if len(title) > TITLE_LENGTH:
        raise TitleTooLong
    return title


@transaction.atomic
def describe_person(
    *,
    person: Person,
    name: str,
    title: str,
    region: str,
    at: datetime,
    is_sci_tech_worker: bool = False,
) -> Person:
    """Rewrite the own profile, and record PersonChanged if anything is new.

    An identified person keeps the name that was checked: a new one has to be
    identified again, so the level falls to V1.

    Raises:
        NameMalformed, TitleTooLong, RegionUnknown: the field of the same name.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    wanted = {
        "name": names.person(name, field="name"),
        "title": _title(title),
        "region_id": regions.parse(region, on=dates.day_of(at), field="region"),
        "is_sci_tech_worker": is_sci_tech_worker,
    }
    changed = [each for each, value in wanted.items() if getattr(person, each) != value]
    if not changed:
        return person
    if "name" in changed and person.level > Level.V1 and not settings.OPEN_VERIFICATION:
        wanted["level"] = Level.V1
        changed.append("level")
    for each in changed:
        setattr(person, each, wanted[each])
    person.save(update_fields=[*changed, "look"])  # it follows the name
    record(PersonChanged(person=person.pk, fields=tuple(changed)), actor=person.pk, at=at)
    return person


@transaction.atomic
def identify_person(*, person: Person, by: Person, at: datetime) -> Person:
    """Confirm who the person is: level V2. Records PersonIdentified.

    Raises:
        NotAnOperator: `by` is none, or is the person.
        AlreadyIdentified: somebody confirmed it before.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not policies.may_identify_person(by, person, today=dates.day_of(at)):
        raise NotAnOperator
    if person.level >= Level.V2:
        raise AlreadyIdentified
    person.level = Level.V2
    person.save(update_fields=["level"])
    record(PersonIdentified(person=person.pk, level=Level.V2), actor=by.pk, at=at)
    return person


@transaction.atomic
def act_for(*, account: Account, organization: Organization | None, at: datetime) -> Account:
    """Let what the account does next be done for the organization, or for the person alone.

    Raises:
        NoSeat: the person has no agent's seat there today.
    """
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    today = dates.day_of(at)
    if organization and not policies.may_act_for(account.person, organization, today=today):
        raise NoSeat
    account.acting_for = organization
    account.save(update_fields=["acting_for"])
    return account


def set_elder_mode(*, account: Account, is_on: bool) -> None:
    account.elder_mode = is_on
    account.save(update_fields=["elder_mode"])


def set_language(*, account: Account, language: str) -> None:
    """Remember the language if it is one of ours; another is ignored, as Django does."""
    if language in dict(settings.LANGUAGES):
        account.language = language
        account.save(update_fields=["language"])


@transaction.atomic
def change_password(*, account: Account, old: str, new: str, at: datetime) -> Account:
    """Set a new password, and record PasswordChanged; every other session ends by itself.

    Raises:
        PasswordWrong: `old` is not the present one.
        PasswordWeak: `new` is short or common.
    """
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if not account.check_password(old):
        raise PasswordWrong
    return set_password(account=account, new=new, way="old", at=at)


@transaction.atomic
def set_password(*, account: Account, new: str, way: str, at: datetime) -> Account:
    """Set a password for somebody who has shown who it is; second factors stay as they are.

    Raises:
        PasswordWeak: `new` is short or common.
    """
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    _check_password(new, (account.username, account.shown_name), field="new")
    account.set_password(new)
    account.save(update_fields=["password"])
    if account.person:
        changed = PasswordChanged(person=account.person.pk, way=way)
        record(changed, actor=account.person.pk, at=at)
    return account
