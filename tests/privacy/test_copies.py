"""A copy holds every table that names the person, sealed numbers in full, and nothing of others."""

import re
from datetime import timedelta
from itertools import chain

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField
from tests.makers import make_person
from tests.privacy.seeded import CARD, IDENTITY, LATER, MAIL, NAME, PHONE, Seeded, seed

from kehui.ledger.facts import AccessLogged
from kehui.ledger.models import Access, Entry
from kehui.people.models import Account, Person, PersonKey
from kehui.privacy.register import register
from kehui.privacy.selectors import copies
from kehui.privacy.services.copies import give_copy

pytestmark = pytest.mark.django_db

SALT = b"0123456789abcdef"
ASKED = LATER + timedelta(days=1)


@pytest.fixture
def made() -> Seeded:
    return seed()


def test_a_copy_holds_every_word_the_person_wrote(made: Seeded) -> None:
    tables = give_copy(person=made.person, salt=SALT, at=ASKED)

    said = repr([each.rows for each in tables])
    in_files = {word for word in made.words if word not in said}
    assert {NAME, PHONE, CARD, IDENTITY, MAIL} & in_files == set()
    # the contents of two files, which a copy holds as files
    assert len(in_files - {made.words[-1]}) == 2  # and a quotation by the learned names


def test_a_copy_names_its_tables_and_columns_as_people_do(made: Seeded) -> None:
    tables = {each.model: each for each in give_copy(person=made.person, salt=SALT, at=ASKED)}

    need = tables["market.Need"]
    assert need.label == "科技所需"
    assert ("contact_channel", "联系电话或邮箱") in {(c.name, c.label) for c in need.columns}
    item = tables["market.Item"].rows[0]
    assert tables["market.Review"].rows[0]["reviewer"] == tables["people.Unmasking"].rows[0]["by"]
    assert tables["people.Unmasking"].rows[0]["by"] == "（另一个人）"
    assert (item["state"], item["holder"]) == ("已发布", made.person.pk)
    assert tables["market.Indicator"].rows[0]["target"] == "85"
    assert tables["market.SavedSearch"].rows[0]["filters"] == {}
    assert tables["people.Consent"].rows[0]["withdrawn_at"] is None


def test_keys_hashes_and_vectors_stay_where_they_are(made: Seeded) -> None:
    tables = {each.model: each for each in give_copy(person=made.person, salt=SALT, at=ASKED)}

    assert "password" not in tables["people.Account"].rows[0]
    assert "hash" not in tables["people.ApiToken"].rows[0]
    assert set(tables["people.PersonKey"].rows[0]) == {"person", "master", "profile", "made_at"}
    assert "phone_code" not in tables["people.PersonalDetails"].rows[0]


def test_a_copy_is_recorded_as_an_access(made: Seeded) -> None:
    tables = give_copy(person=made.person, salt=SALT, at=ASKED)

    access = Access.objects.get(at=ASKED)
    assert (access.actor, access.number, access.reason) == (
        made.person.pk, made.person.pk, "本人导出",
    )  # fmt: skip
    fact = AccessLogged.of(Entry.objects.get(pk=access.entry_id))
    assert fact.fields == tuple(sorted(each.model for each in tables))


def test_a_number_that_cannot_be_read_does_not_hold_back_the_rest(made: Seeded) -> None:
    PersonKey.objects.filter(person=made.person).update(wrapped=b"broken")

    tables = {each.model: each for each in give_copy(person=made.person, salt=SALT, at=ASKED)}

    assert "打不开" in tables["people.PersonalDetails"].rows[0]["phone"]
    assert tables["people.Person"].rows[0]["name"] == NAME


def test_others_are_not_in_it(made: Seeded) -> None:
    stranger = make_person("虋讟外人")

    said = repr(give_copy(person=stranger, salt=SALT, at=ASKED))

    assert [word for word in made.words if word in said] == []
    assert "虋讟外人" not in repr(give_copy(person=made.person, salt=SALT, at=ASKED))


def test_what_is_inside_is_told_before(made: Seeded) -> None:
    inside = dict(copies.counts(made.person))

    tables = give_copy(person=made.person, salt=SALT, at=ASKED)
    told = {each.label: len(each.rows) for each in tables}
    assert told == inside
    assert inside["科技所需"] == 2


def test_every_table_has_a_name_in_chinese() -> None:
    named = [copies.title_of(apps.get_model(each)) for each in copies.references()]

    assert [each for each in named if each.isascii()] == []


def test_what_signs_in_is_in_no_copy(made: Seeded) -> None:
    account = made.person.account
    Authenticator.objects.create(user=account, type="totp", data={"secret": "sealed-secret"})
    UserSession.objects.create(user=account, ip="::1", session_key="opens-a-session")

    said = repr(give_copy(person=made.person, salt=SALT, at=ASKED))

    assert "::1" in said
    assert not re.search("sealed-secret|opens-a-session", said)


def test_every_column_that_names_a_person_is_walked() -> None:
    """Found here another way: by the relations of the models, and by the register."""
    walked = {(model, name) for model, names in copies.references().items() for name in names}

    by_schema = {
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in chain(model._meta.local_fields, model._meta.local_many_to_many)
        if isinstance(field, ForeignKey | OneToOneField | ManyToManyField)
        and field.related_model in {Person, Account}
    }
    by_number = {
        (each.model, each.name)
        for each in register().personal
        if each.name in {"person", "actor", "by", "number"}
        and apps.get_model(each.model)._meta.get_field(each.name).get_internal_type()
        == "BigIntegerField"
    }
    assert by_schema | by_number <= walked
    assert walked - by_schema - by_number == {("people.Person", "pk")}


def test_what_hangs_on_a_row_of_a_person_is_walked_too() -> None:
    walked = set(copies.parts())

    assert {
        "market.Need", "market.Offer", "market.Indicator", "market.Achievement",
        "market.ImportRow", "market.Studio_best_works", "matching.Suggestion", "people.CallCount",
    } <= walked  # fmt: skip
    assert walked & set(copies.references()) == set()
