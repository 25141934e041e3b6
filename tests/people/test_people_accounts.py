from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings
from tests.makers import (
    CHENGDU,
    NOW,
    PASSWORD,
    WUHOU,
    make_account,
    make_operator,
    make_person,
    make_region,
    make_seat,
)
from tests.parallel import meanwhile

from kehui.core.disciplines import DisciplineUnknown
from kehui.core.names import NameMalformed
from kehui.core.regions import RegionUnknown
from kehui.ledger.models import Entry
from kehui.people import services
from kehui.people.facts import PersonChanged, PersonIdentified, PersonJoined
from kehui.people.models import Account, Level, Person

pytestmark = pytest.mark.django_db


def sign_up(username: str = "shen", **changed: Any) -> Account:
    make_region(CHENGDU)
    values: dict[str, Any] = {
        "password": PASSWORD,
        "name": "沈知远",
        "region": CHENGDU,
        "at": NOW,
    } | changed
    return services.sign_up(username=username, **values)


def test_signing_up_makes_a_person_an_account_and_one_fact() -> None:
    account = sign_up(
        "Ｓhen.ZY", name=" 沈知远 ", title="高级工程师", discipline_codes=["550"], language="en"
    )

    person = account.person
    assert person is not None
    assert (account.username, account.language, account.created_at) == ("shen.zy", "en", NOW)
    assert account.check_password(PASSWORD)
    assert account.password.startswith("argon2$argon2id$")
    assert (person.name, person.title, person.region_id) == ("沈知远", "高级工程师", CHENGDU)
    assert (person.level, person.disciplines, person.joined_at) == (Level.V1, ["550"], NOW)
    assert [PersonJoined.of(entry) for entry in Entry.objects.filter(kind="person.joined")] == [
        PersonJoined(person=person.pk, region=CHENGDU, level=1)
    ]


def test_open_verification_lets_a_newcomer_publish_at_once(settings: Settings) -> None:
    settings.OPEN_VERIFICATION = True

    person = sign_up().person
    assert person is not None
    assert person.level == Level.V2


@pytest.mark.parametrize(
    ("changed", "refusal", "field"),
    [
        ({"username": "沈"}, services.UsernameMalformed, "username"),
        ({"username": "shen zhi yuan"}, services.UsernameMalformed, "username"),
        ({"username": "shеn.zhiyuan"}, services.UsernameMalformed, "username"),  # е is Cyrillic
        ({"password": "short"}, services.PasswordWeak, "password"),
        ({"password": "qwertyuiop"}, services.PasswordWeak, "password"),
        ({"password": "x" * 129}, services.PasswordWeak, "password"),
        ({"password": "Shen沈知远KEHUI1"}, services.PasswordWeak, "password"),
        ({"name": "　"}, NameMalformed, "name"),
        ({"title": "长" * 41}, services.TitleTooLong, "title"),
        ({"region": "999999"}, RegionUnknown, "region"),
        ({"discipline_codes": ["999"]}, DisciplineUnknown, "disciplines"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(
    changed: dict[str, Any], refusal: type[services.UsernameMalformed], field: str
) -> None:
    with pytest.raises(refusal) as caught:
        sign_up(**({"username": "shen"} | changed))

    assert caught.value.field == field
    assert (Person.objects.count(), Account.objects.count(), Entry.objects.count()) == (0, 0, 0)


def test_a_username_is_taken_in_any_case_and_width() -> None:
    sign_up("shen")

    with pytest.raises(services.UsernameTaken):
        sign_up("ＳHEN")
    assert Person.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_a_username_at_once_the_second_is_refused() -> None:
    make_region(CHENGDU)
    with ExitStack() as stack:
        with transaction.atomic():
            sign_up("shen")
            second = stack.enter_context(meanwhile(sign_up, "shen"))
            with pytest.raises(NotYet):
                second.result(timeout=0.5)
        with pytest.raises(services.UsernameTaken):
            second.result(timeout=10)

    assert (Person.objects.count(), Entry.objects.count()) == (1, 2)  # joined, agreed


def test_describing_oneself_changes_the_profile_and_names_the_fields() -> None:
    person = make_person("沈知远", title="工程师")
    make_region(WUHOU)

    services.describe_person(
        person=person, name="沈知远", title="教授", region=WUHOU, at=NOW, is_sci_tech_worker=True
    )

    person.refresh_from_db()
    assert (person.title, person.region_id, person.level) == ("教授", WUHOU, Level.V2)
    assert [PersonChanged.of(entry) for entry in Entry.objects.all()] == [
        PersonChanged(person=person.pk, fields=("title", "region_id", "is_sci_tech_worker"))
    ]


def test_describing_oneself_as_before_changes_nothing() -> None:
    person = make_person("沈知远")

    services.describe_person(person=person, name="沈知远", title="", region=CHENGDU, at=NOW)

    assert not Entry.objects.exists()


@pytest.mark.parametrize(("is_open", "level"), [(False, Level.V1), (True, Level.V2)])
def test_a_new_name_has_to_be_identified_again(
    settings: Settings, level: Level, *, is_open: bool
) -> None:
    settings.OPEN_VERIFICATION = is_open
    person = make_person("沈知远", level=Level.V2)

    services.describe_person(person=person, name="沈之远", title="", region=CHENGDU, at=NOW)

    person.refresh_from_db()
    assert (person.name, person.level) == ("沈之远", level)


def test_an_operator_identifies_a_person_once() -> None:
    operator, person = make_operator(), make_person(level=Level.V1)

    services.identify_person(person=person, by=operator, at=NOW)

    person.refresh_from_db()
    assert person.level == Level.V2
    (entry,) = Entry.objects.all()
    assert PersonIdentified.of(entry) == PersonIdentified(person=person.pk, level=2)
    assert entry.actor == operator.pk
    with pytest.raises(services.AlreadyIdentified):
        services.identify_person(person=person, by=operator, at=NOW)


def test_only_another_who_operates_identifies_a_person() -> None:
    operator = make_operator(make_person(level=Level.V1))

    for by in (make_person(), operator):
        with pytest.raises(services.NotAnOperator):
            services.identify_person(person=operator, by=by, at=NOW)


def test_an_account_acts_for_an_organization_and_for_itself_again() -> None:
    seat = make_seat()
    account = make_account(person=seat.person)

    services.act_for(account=account, organization=seat.organization, at=NOW)
    account.refresh_from_db()
    assert account.acting_for == seat.organization

    services.act_for(account=account, organization=None, at=NOW)
    account.refresh_from_db()
    assert account.acting_for is None


def test_without_a_seat_an_account_does_not_act_for_an_organization() -> None:
    account = make_account()

    with pytest.raises(services.NoSeat):
        services.act_for(account=account, organization=make_seat().organization, at=NOW)


def test_preferences_are_remembered_and_unknown_languages_ignored() -> None:
    account = make_account()

    services.set_elder_mode(account=account, is_on=True)
    services.set_language(account=account, language="en")
    services.set_language(account=account, language="tlh")

    account.refresh_from_db()
    assert (account.elder_mode, account.language) == (True, "en")


def test_a_new_password_needs_the_old_one_and_some_strength() -> None:
    account = make_account()
    fresh = "staple battery horse"

    with pytest.raises(services.PasswordWrong):
        services.change_password(account=account, old="wrong", new=fresh, at=NOW)
    with pytest.raises(services.PasswordWeak) as caught:
        services.change_password(account=account, old=PASSWORD, new="short", at=NOW)
    assert caught.value.field == "new"

    services.change_password(account=account, old=PASSWORD, new=fresh, at=NOW)
    account.refresh_from_db()
    assert account.check_password(fresh)
