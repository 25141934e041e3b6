"""Sealed numbers: given, found, shown masked, seen in full with a reason, destroyed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from tests.core.vault.key_desk import open_desk
from tests.makers import NOW, PASSWORD, make_account, make_operator, make_person
from tests.parallel import meanwhile

from kehui.core.crypto import GM, INTL, Profile
from kehui.core.errors import Refused
from kehui.core.vault.fields import HIDDEN
from kehui.core.vault.holders import KeyServiceDown, KeyUnknown
from kehui.core.vault.safe import ValueDamaged
from kehui.ledger.models import Entry
from kehui.people import selectors, services
from kehui.people.models import Account, Detail, Person, PersonalDetails, PersonKey, Try, Unmasking
from kehui.people.selectors import personal
from kehui.people.selectors.personal import Masked
from kehui.people.services import (
    DetailMissing,
    NotAnOperator,
    PhoneShared,
    SignInFailed,
    TooManyUnmaskings,
    UnmaskingReasonMissing,
    UsernameIsPhone,
)

pytestmark = pytest.mark.django_db

PHONE = "13812345678"
OTHER = "13900001111"
IDENTITY = "11010519491231002X"
CARD = "4111111111111111"


@pytest.fixture(params=["intl", "gm"], autouse=True)
def profile(request: pytest.FixtureRequest, settings: Settings) -> Profile:
    """Run the whole file in both profiles."""
    settings.CRYPTO = request.param
    return GM if request.param == "gm" else INTL


def again(person: Person) -> Person:
    return personal.with_details(Person.objects.all()).get(pk=person.pk)


def give_all(person: Person) -> Person:
    services.give_phone(person=person, phone=PHONE, at=NOW)
    services.give_identity_number(person=person, number=IDENTITY, at=NOW)
    services.give_bank_card(person=person, number=CARD, at=NOW)
    return again(person)


def rows_of(*models: type[Model]) -> str:
    return repr(
        [
            [
                bytes(each) if isinstance(each, memoryview) else getattr(each, "data", each)
                for each in row
            ]
            for model in models
            for row in model._default_manager.order_by("pk").values_list()
        ]
    )


def test_given_numbers_are_sealed_and_shown_masked(profile: Profile) -> None:
    person = give_all(make_person())

    assert personal.masked(person) == Masked(
        phone="138****5678", identity_number="110***********002X", bank_card="**** 1111"
    )
    given = [Detail.PHONE, Detail.IDENTITY_NUMBER, Detail.BANK_CARD]
    assert [personal.opened(person, each) for each in given] == [PHONE, IDENTITY, CARD]
    assert (person.key.profile, person.key.made_at) == (profile.name, NOW)
    assert f"{person.details.phone}" == HIDDEN
    stored = rows_of(PersonalDetails, PersonKey, Entry)
    assert [each for each in (PHONE, IDENTITY, CARD) if each in stored] == []
    facts = Entry.objects.filter(kind="person.changed").order_by("pk")
    assert [each.payload for each in facts] == [
        f'{{"fields":["{each}"],"person":{person.pk}}}' for each in given
    ]


def test_who_has_given_nothing_has_nothing_to_show() -> None:
    person = again(make_person())

    assert personal.masked(person) == Masked()
    assert personal.opened(person, Detail.PHONE) == ""


def test_a_new_number_replaces_the_old_and_the_same_changes_nothing() -> None:
    person = make_person()
    services.give_phone(person=person, phone=PHONE, at=NOW)
    services.give_phone(person=person, phone="+86 138-1234-5678", at=NOW + timedelta(days=1))
    assert again(person).details.changed_at == NOW

    services.give_phone(person=person, phone=OTHER, at=NOW)

    assert personal.opened(again(person), Detail.PHONE) == OTHER
    assert list(personal.holders_of(Detail.PHONE, PHONE)) == []
    assert Entry.objects.filter(kind="person.changed").count() == 2


@pytest.mark.parametrize(
    "act",
    [
        lambda person: services.give_phone(person=person, phone="1381234567", at=NOW),
        lambda person: services.give_identity_number(
            person=person, number="110105194912310021", at=NOW
        ),
        lambda person: services.give_bank_card(person=person, number="4111111111111112", at=NOW),
    ],
)
def test_a_wrong_number_leaves_everything_as_it_was(act: Callable[[Person], None]) -> None:
    person = give_all(make_person())
    before = rows_of(PersonalDetails)

    with pytest.raises(Refused) as caught:
        act(person)

    assert rows_of(PersonalDetails) == before
    assert caught.value.params == {}


def test_three_persons_may_share_a_phone_and_the_fourth_may_not() -> None:
    people = [make_person() for _each in range(4)]
    for each in people[:3]:
        services.give_phone(person=each, phone=PHONE, at=NOW)

    with pytest.raises(PhoneShared):
        services.give_phone(person=people[3], phone=PHONE, at=NOW)

    assert list(personal.holders_of(Detail.PHONE, PHONE)) == people[:3]
    with CaptureQueriesContext(connection) as asked:
        shared = personal.sharing([again(each) for each in people][:3])
    assert shared == dict.fromkeys([each.pk for each in people[:3]], 2)
    assert len(asked) == 5  # four times `again`, and one


def test_who_has_no_number_shares_none() -> None:
    lone = give_all(make_person())

    assert personal.sharing([lone, again(make_person())]) == {}
    assert personal.sharing([]) == {}


def test_a_number_is_taken_back() -> None:
    person = give_all(make_person())

    services.take_back(person=person, detail=Detail.PHONE, at=NOW)
    services.take_back(person=person, detail=Detail.PHONE, at=NOW)
    services.take_back(person=make_person(), detail=Detail.PHONE, at=NOW)

    assert personal.masked(again(person)).phone == ""
    assert list(personal.holders_of(Detail.PHONE, PHONE)) == []
    assert Entry.objects.filter(kind="person.changed").count() == 4


# Sign-in ----------------------------------------------------------------------------------------


def phoned(username: str, *, number: str = PHONE, password: str = PASSWORD) -> Account:
    person = make_person()
    services.give_phone(person=person, phone=number, at=NOW)
    return make_account(username, person=person, password=password)


def sign_in(username: str, password: str = PASSWORD) -> Any:
    return services.check_sign_in(username=username, password=password, address="192.0.2.1", at=NOW)


@pytest.mark.parametrize("given", [PHONE, "+86 138 1234 5678", "１３８１２３４５６７８"])
def test_a_phone_signs_in_as_the_username_does(given: str) -> None:
    account = phoned("wang")

    assert sign_in(given) == sign_in("wang") == account


def test_of_those_who_share_a_phone_the_password_tells() -> None:
    one, two = phoned("one"), phoned("two", password="another long word")

    assert sign_in(PHONE) == one
    assert sign_in(PHONE, "another long word") == two
    with pytest.raises(SignInFailed):
        sign_in(PHONE, "none of theirs at all")


def test_a_phone_of_nobody_is_answered_as_a_wrong_password() -> None:
    make_person()
    with pytest.raises(SignInFailed) as caught:
        sign_in(OTHER)

    assert caught.value.params == {}
    assert OTHER not in rows_of(Try)
    assert Try.objects.count() == 2


def test_an_old_username_that_is_a_phone_still_signs_in() -> None:
    old = make_account(PHONE)

    assert sign_in(PHONE) == old
    with pytest.raises(UsernameIsPhone):
        services.sign_up(username=OTHER, password=PASSWORD, name="王芳", region="510100", at=NOW)


def test_finding_by_phone_costs_the_same_for_one_and_for_three() -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert personal.usernames_of(PHONE)
        return len(asked)

    phoned("one")
    first = cost()
    phoned("two")
    phoned("three")

    assert cost() == first == 1


# Seen in full -----------------------------------------------------------------------------------


def unmask(person: Person, by: Person, **changed: Any) -> str:
    return services.unmask(
        **{
            "person": person,
            "detail": Detail.PHONE,
            "by": by,
            "reason": "identity",
            "note": "当面核对",
            "at": NOW,
            **changed,
        }
    )


def test_who_sees_a_number_says_why_and_is_recorded() -> None:
    person, operator = give_all(make_person()), make_operator()

    assert unmask(person, operator, note="  当面 核对 ") == PHONE

    row = Unmasking.objects.get()
    assert (row.person, row.by, row.detail, row.reason) == (person, operator, "phone", "identity")
    assert (row.note, row.at) == ("当面 核对", NOW)
    fact = Entry.objects.get(kind="person.detail_seen")
    assert fact.payload == (
        f'{{"detail":"phone","person":{person.pk},"reason":"identity","unmasking":{row.pk}}}'
    )
    assert (fact.actor, fact.at) == (operator.pk, NOW)
    assert list(personal.unmaskings_of(person)) == [row]


def test_only_operators_see_and_not_their_own() -> None:
    person = give_all(make_person())

    with pytest.raises(NotAnOperator):
        unmask(person, make_person())
    with pytest.raises(NotAnOperator):
        unmask(person, make_operator(person))
    assert Unmasking.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"note": " "}, "note"),
        ({"note": "长" * 121}, "note"),
        ({"reason": "curiosity"}, "reason"),
        ({"reason": ""}, "reason"),
    ],
)
def test_without_a_reason_nothing_is_shown(changed: dict[str, str], field: str) -> None:
    person = give_all(make_person())

    with pytest.raises(UnmaskingReasonMissing) as caught:
        unmask(person, make_operator(), **changed)

    assert caught.value.field == field
    assert Unmasking.objects.count() == 0


def test_a_day_has_so_many_and_no_more(settings: Settings) -> None:
    settings.UNMASKINGS_PER_DAY = 2
    person, operator = give_all(make_person()), make_operator()
    for _each in range(2):
        unmask(person, operator)

    with pytest.raises(TooManyUnmaskings):
        unmask(person, operator)

    assert unmask(person, operator, at=NOW + timedelta(days=1, seconds=1)) == PHONE
    assert unmask(person, make_operator()) == PHONE


def test_what_was_not_given_cannot_be_seen() -> None:
    with pytest.raises(DetailMissing):
        unmask(make_person(), make_operator())


# Damage -----------------------------------------------------------------------------------------


def test_swapped_rows_are_told() -> None:
    one, two = give_all(make_person()), make_person()
    services.give_phone(person=two, phone=OTHER, at=NOW)
    theirs = again(two).details
    PersonalDetails.objects.filter(pk=two.pk).update(phone=one.details.phone)
    PersonalDetails.objects.filter(pk=one.pk).update(phone=theirs.phone)

    for each in (one, two):
        with pytest.raises(ValueDamaged, match="key"):
            unmask(again(each), make_operator())
        assert personal.masked(again(each)).phone == HIDDEN
    assert Unmasking.objects.count() == 0


def test_swapped_columns_and_swapped_keys_are_told() -> None:
    person, other = give_all(make_person()), give_all(make_person())
    row = person.details
    PersonalDetails.objects.filter(pk=person.pk).update(phone=row.bank_card)
    with pytest.raises(ValueDamaged):
        personal.opened(again(person), Detail.PHONE)

    PersonKey.objects.filter(pk=other.pk).update(wrapped=person.key.wrapped)
    with pytest.raises(ValueDamaged):
        personal.opened(again(other), Detail.PHONE)


@pytest.mark.parametrize("length", [0, 9, 37, 40])
def test_a_value_that_was_cut_off_is_told(length: int) -> None:
    person = give_all(make_person())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_personaldetails SET phone = substring(phone FOR %s)", [length]
        )

    with pytest.raises(ValueDamaged):
        personal.opened(again(person), Detail.PHONE)


def test_other_key_files_are_told_by_name(settings: Settings, tmp_path: Path) -> None:
    person = give_all(make_person())
    settings.KEYS_DIR = tmp_path / "elsewhere"

    with pytest.raises(KeyUnknown) as caught:
        personal.opened(again(person), Detail.PHONE)

    assert person.key.master in str(caught.value)
    assert personal.masked(again(person)).phone == HIDDEN


def test_a_missing_key_is_told() -> None:
    person = give_all(make_person())
    PersonKey.objects.all().delete()

    with pytest.raises(ValueDamaged):
        personal.opened(again(person), Detail.PHONE)


def test_when_the_key_service_is_down_nothing_is_lost(settings: Settings, tmp_path: Path) -> None:
    person = make_person()
    with open_desk(tmp_path / "far") as desk:
        settings.KEY_SERVICE = desk.url
        services.give_phone(person=person, phone=PHONE, at=NOW)
        account = phoned("wang", number=OTHER)
        assert personal.masked(again(person)).phone == "138****5678"
        assert sign_in(OTHER) == account
        before = rows_of(PersonalDetails)
        desk.says = (503, b"")
        with pytest.raises(KeyServiceDown):
            services.give_phone(person=person, phone="13700000000", at=NOW)
        with pytest.raises(KeyServiceDown):
            sign_in(OTHER)
        assert personal.masked(again(person)).phone == HIDDEN
        assert sign_in("wang") == account
        assert rows_of(PersonalDetails) == before
        desk.says = None

        services.give_phone(person=person, phone="13700000000", at=NOW)

        assert personal.opened(again(person), Detail.PHONE) == "13700000000"


# Forgotten --------------------------------------------------------------------------------------


def test_a_destroyed_key_takes_the_values_along() -> None:
    person, operator = give_all(make_person()), make_operator()

    with pytest.raises(NotAnOperator):
        services.destroy_key(person=person, by=make_person(), at=NOW)
    services.destroy_key(person=person, by=operator, at=NOW)
    services.destroy_key(person=person, by=person, at=NOW)

    assert personal.masked(again(person)) == Masked()
    assert not PersonKey.objects.exists()
    assert not PersonalDetails.objects.exists()
    assert Entry.objects.filter(kind="person.key_destroyed").count() == 1
    services.give_phone(person=person, phone=PHONE, at=NOW)
    assert personal.opened(again(person), Detail.PHONE) == PHONE


def test_rows_are_written_out_sealed_and_read_in_again() -> None:
    person = give_all(make_person())

    text = serializers.serialize("json", PersonalDetails.objects.all(), fields=["phone"])

    assert PHONE not in text
    (read,) = serializers.deserialize("json", text)
    assert getattr(read.object, "phone", None) == person.details.phone


@pytest.mark.django_db(transaction=True)
def test_two_who_give_the_last_free_place_at_once_are_counted_one_by_one() -> None:
    people = [make_person() for _each in range(4)]
    for each in people[:2]:
        services.give_phone(person=each, phone=PHONE, at=NOW)

    with (
        meanwhile(services.give_phone, person=people[2], phone=PHONE, at=NOW) as one,
        meanwhile(services.give_phone, person=people[3], phone=PHONE, at=NOW) as two,
    ):
        outcomes = [each.exception(timeout=60) for each in (one, two)]

    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "PhoneShared"]
    assert selectors.personal.holders_of(Detail.PHONE, PHONE).count() == 3
