"""Whoever asks for a copy, or to be forgotten, asks for every entry that is theirs."""

from datetime import timedelta

import pytest
from tests.makers import NOW, make_account, make_operator, make_person

from kehui.people.models import GONE, MergeLog, Person
from kehui.people.services import give_phone
from kehui.people.services.merging import merge
from kehui.privacy.services.copies import give_copy
from kehui.privacy.services.erasure import FORGOTTEN, erase_person

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def merged() -> tuple[Person, Person]:
    survivor, absorbed = make_person("爨一"), make_person("爨二")
    make_account(person=survivor)
    give_phone(person=absorbed, phone="13800005678", at=NOW)
    merge(
        survivor=survivor,
        absorbed=absorbed,
        by=make_operator(),
        reason="爨一和爨二是同一人",
        at=NOW,
    )
    return survivor, absorbed


def test_a_copy_holds_what_facts_say_under_either_number() -> None:
    survivor, _ = merged()

    tables = {
        each.model: each.rows
        for each in give_copy(person=survivor, salt=b"0123456789abcdef", at=LATER)
    }

    assert {row["name"] for row in tables["people.Person"]} == {"爨一", "爨二"}
    said = {row["kind"] for row in tables["ledger.Entry"]}
    assert {"person.changed", "consent.given"} <= said  # of the phone, under the absorbed number


def test_all_entries_are_forgotten_together() -> None:
    survivor, absorbed = merged()

    assert erase_person(person=survivor, by=survivor, at=LATER)

    absorbed.refresh_from_db()
    survivor.refresh_from_db()
    for each in (survivor, absorbed):
        assert (each.name, each.look, each.left_at) == (GONE, "", LATER)
    assert not hasattr(Person.objects.get(pk=absorbed.pk), "details")
    assert MergeLog.objects.get().reason == FORGOTTEN
