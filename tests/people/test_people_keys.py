"""Renewing keys: everything is sealed anew, in steps, beside people who are at work."""

import shutil
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings
from tests.core.vault.key_desk import open_desk
from tests.makers import NOW, make_person
from tests.parallel import meanwhile

from kehui.core.vault import safe
from kehui.core.vault.holders import KeyServiceDown
from kehui.core.vault.key_file import KeyFile
from kehui.ledger.models import Entry
from kehui.people import services
from kehui.people.models import Detail, Person, PersonalDetails, PersonKey
from kehui.people.selectors import personal
from kehui.people.services import Chunk, KeysElsewhere, KeysMissing

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def again(person: Person) -> Person:
    return personal.with_details(Person.objects.all()).get(pk=person.pk)


def phoned(number: str) -> Person:
    person = make_person()
    services.give_phone(person=person, phone=number, at=NOW)
    return person


def everything() -> list[Chunk]:
    """Run all steps, of two persons each."""
    done = [services.reseal(at=LATER, limit=2)]
    while (after := done[-1].last) is not None:
        done.append(services.reseal(at=LATER, after=after, limit=2))
    return done


def test_every_value_gets_a_new_key_and_stays_what_it_was() -> None:
    people = [phoned(f"1381234567{each}") for each in range(5)]
    services.give_bank_card(person=people[0], number="4111111111111111", at=NOW)
    before = {each.pk: again(each).details.phone for each in people}

    master = services.add_master_key(at=LATER)
    done = everything()

    assert [each.resealed for each in done] == [2, 2, 1, 0]
    assert set(PersonKey.objects.values_list("master", "made_at")) == {(master, LATER)}
    for number, each in enumerate(people):
        assert personal.opened(again(each), Detail.PHONE) == f"1381234567{number}"
        assert list(personal.holders_of(Detail.PHONE, f"1381234567{number}")) == [each]
        assert again(each).details.phone != before[each.pk]
    assert personal.opened(again(people[0]), Detail.BANK_CARD) == "4111111111111111"
    assert again(people[0]).details.changed_at == NOW  # the person changed nothing
    fact = Entry.objects.get(kind="keys.master_added")
    assert fact.payload == f'{{"master":"{master}","profile":"intl"}}'


def test_the_other_profile_takes_over_and_finds_old_and_new_meanwhile(settings: Settings) -> None:
    people = [phoned("13812345678") for _each in range(3)]
    settings.CRYPTO = "gm"

    services.add_master_key(at=LATER)
    services.reseal(at=LATER, limit=1)

    assert [each.key.profile for each in map(again, people)] == ["gm", "intl", "intl"]
    assert list(personal.holders_of(Detail.PHONE, "13812345678")) == people
    services.give_phone(person=people[2], phone="13900001111", at=LATER)
    everything()
    assert {each.key.profile for each in map(again, people)} == {"gm"}
    assert list(personal.holders_of(Detail.PHONE, "13812345678")) == people[:2]
    assert list(personal.holders_of(Detail.PHONE, "13900001111")) == people[2:]


def test_an_interrupted_run_begins_again_and_passes_over_what_is_done() -> None:
    for each in range(3):
        phoned(f"1381234567{each}")
    services.add_master_key(at=LATER)
    services.reseal(at=LATER, limit=2)

    assert [each.resealed for each in everything()] == [1, 0]
    assert [each.resealed for each in everything()] == [0]


def test_what_cannot_be_read_is_named_and_left() -> None:
    good, damaged, foreign = phoned("13812345670"), phoned("13812345671"), phoned("13812345672")
    value = again(good).details.phone
    PersonalDetails.objects.filter(pk=damaged.pk).update(phone=value)
    PersonKey.objects.filter(pk=foreign.pk).update(master="0" * 16)
    services.add_master_key(at=LATER)

    chunk = services.reseal(at=LATER)

    assert (chunk.resealed, chunk.unreadable) == (1, (damaged.pk, foreign.pk))
    assert again(damaged).details.phone == value
    assert again(foreign).key.master == "0" * 16
    assert services.reseal(at=LATER, after=chunk.last or 0).last is None


def test_a_key_without_values_is_renewed_too() -> None:
    person = phoned("13812345678")
    PersonalDetails.objects.all().delete()
    master = services.add_master_key(at=LATER)

    assert services.reseal(at=LATER).resealed == 1
    assert again(person).key.master == master


def test_keys_that_are_gone_are_not_silently_made_anew(settings: Settings) -> None:
    services.check_keys()  # nothing sealed, nothing lost
    phoned("13812345678")
    services.check_keys()
    shutil.rmtree(settings.KEYS_DIR)

    for act in (services.check_keys, lambda: services.add_master_key(at=LATER)):
        with pytest.raises(KeysMissing) as caught:
            act()
        assert caught.value.params["count"] == 1
    assert not Path(settings.KEYS_DIR).exists()


def test_a_service_renews_its_own_master_key(settings: Settings, tmp_path: Path) -> None:
    with open_desk(tmp_path / "far") as desk:
        settings.KEY_SERVICE = desk.url
        person = phoned("13812345678")
        services.check_keys()
        with pytest.raises(KeysElsewhere):
            services.add_master_key(at=LATER)
        master = desk.keys.add()
        desk.says = (503, b"")
        with pytest.raises(KeyServiceDown):
            services.reseal(at=LATER)
        desk.says = None
        assert again(person).key.master != master

        assert services.reseal(at=LATER).resealed == 1

        assert again(person).key.master == master
        assert personal.opened(again(person), Detail.PHONE) == "13812345678"


@pytest.mark.django_db(transaction=True)
def test_two_keys_added_at_once_are_both_kept() -> None:
    with ExitStack() as stack:
        with transaction.atomic():
            one = services.add_master_key(at=LATER)
            adding = stack.enter_context(meanwhile(services.add_master_key, at=LATER))
            with pytest.raises(TimeoutError):
                adding.result(timeout=0.3)
        other = adding.result(timeout=60)

    keys = safe.holder()
    assert isinstance(keys, KeyFile)
    assert {one, other} < keys.masters()


@pytest.mark.django_db(transaction=True)
def test_a_number_that_changes_meanwhile_is_not_overwritten() -> None:
    """The one who edits holds the person; the re-encryption waits, and reads the new number."""
    person = phoned("13812345678")
    master = services.add_master_key(at=LATER)

    with ExitStack() as stack:
        with transaction.atomic():
            services.give_phone(person=person, phone="13900001111", at=LATER)
            resealing = stack.enter_context(meanwhile(services.reseal, at=LATER))
            with pytest.raises(TimeoutError):
                resealing.result(timeout=0.3)
        chunk = resealing.result(timeout=60)

    assert chunk.resealed == 1
    assert again(person).key.master == master
    assert personal.opened(again(person), Detail.PHONE) == "13900001111"


@pytest.mark.django_db(transaction=True)
def test_an_edit_during_the_re_encryption_waits_and_uses_the_new_key() -> None:
    person = phoned("13812345678")
    master = services.add_master_key(at=LATER)

    with ExitStack() as stack:
        with transaction.atomic():
            services.reseal(at=LATER)
            giving = stack.enter_context(
                meanwhile(services.give_phone, person=person, phone="13900001111", at=LATER)
            )
            with pytest.raises(TimeoutError):
                giving.result(timeout=0.3)
        giving.result(timeout=60)

    assert again(person).key.master == master
    assert personal.opened(again(person), Detail.PHONE) == "13900001111"
    assert safe.holder().master() == master
