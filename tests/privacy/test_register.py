"""Every field of every model is registered, as personal or as plain."""

import subprocess
import sys

from django.db.models import ForeignKey
from tests.architecture.source import REPOSITORY

from kehui.core.vault.fields import SealedField
from kehui.people.models import Account, Person
from kehui.privacy.register import fields, register

NAME_A_PERSON = {"actor"}  # numbers that are no foreign keys


def test_every_field_of_every_model_is_registered_once() -> None:
    found = [(model._meta.label, field.name) for model, field in fields()]
    known = register()

    unregistered = sorted(set(found) - known.known)
    gone = sorted(known.known - set(found))
    twice = sorted({(each.model, each.name) for each in known.personal} & known.plain)

    assert (unregistered, gone, twice) == ([], [], [])


def test_what_refers_to_a_person_is_personal() -> None:
    plain = register().plain

    assert [
        (model._meta.label, field.name)
        for model, field in fields()
        if (isinstance(field, ForeignKey) and field.related_model in {Person, Account})
        or field.name in NAME_A_PERSON
        if (model._meta.label, field.name) in plain
    ] == []


def test_sealed_fields_are_those_registered_as_sealed() -> None:
    sealed = {(each.model, each.name) for each in register().personal if each.level == "sealed"}

    assert sealed == {
        (model._meta.label, field.name)
        for model, field in fields()
        if isinstance(field, SealedField)
    }


def test_sensitive_numbers_rest_on_separate_consent() -> None:
    """PIPL 28 and 29: identity and financial accounts."""
    grounds = {
        each.name: each.basis.english for each in register().personal if each.level == "sealed"
    }

    assert grounds["identity_number"] == grounds["bank_card"] == "separate consent (PIPL 29)"


def test_a_word_speaks_both_languages_and_a_field_has_a_name() -> None:
    phone = next(each for each in register().personal if each.name == "phone")

    assert str(phone.purpose) == "开通账号、登录、识别本人"
    assert phone.label
    assert all(word.chinese and word.english for word in (phone.basis, phone.retention))


def test_the_page_of_the_register_is_current() -> None:
    done = subprocess.run(
        [sys.executable, REPOSITORY / "tools" / "privacy.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
