"""Receipts of what people agree to: in which words, when, where; taken back, never rewritten."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils.translation import override
from tests.makers import CHENGDU, NOW, PASSWORD, make_person
from tests.parallel import meanwhile

from kehui.ledger.models import Entry
from kehui.people import services
from kehui.people.facts import ConsentGiven, ConsentWithdrawn
from kehui.people.models import Channel, Consent, Detail, Person
from kehui.people.selectors import consents
from kehui.people.selectors.consents import BASICS, PERSONALIZATION, PHONE, Edition, Wording
from kehui.people.services import BasicsNeeded, PurposeUnknown, give_consent, withdraw_consent

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)


def give(person: Person, purpose: str = PERSONALIZATION) -> Consent:
    return give_consent(person=person, purpose=purpose, channel=Channel.SETTINGS, at=NOW)


def withdraw(person: Person, purpose: str = PERSONALIZATION) -> None:
    withdraw_consent(person=person, purpose=purpose, channel=Channel.SETTINGS, at=LATER)


def written(person: Person) -> list[tuple[object, ...]]:
    rows = Consent.objects.filter(person=person).order_by("pk")
    return list(rows.values_list("purpose", "edition", "channel", "given_at", "withdrawn_at"))


def test_signing_up_asks_for_the_basics_alone() -> None:
    account = services.sign_up(
        username="newcomer", password=PASSWORD, name="王小明", region=CHENGDU, at=NOW
    )

    assert account.person is not None
    assert written(account.person) == [("basics", 1, "sign_up", NOW, None)]
    (given,) = [ConsentGiven.of(each) for each in Entry.objects.filter(kind="consent.given")]
    person = account.person.pk
    assert given == ConsentGiven(person=person, purpose="basics", edition=1, channel="sign_up")


def test_a_phone_is_agreed_to_by_giving_it_and_taken_back_with_it() -> None:
    person = make_person()
    assert not consents.stands(person, PHONE)

    services.give_phone(person=person, phone="13812345678", at=NOW)
    services.give_phone(person=person, phone="13812345678", at=NOW)
    assert consents.stands(person, PHONE)

    services.take_back(person=person, detail=Detail.PHONE, at=LATER)
    services.take_back(person=person, detail=Detail.BANK_CARD, at=LATER)
    assert not consents.stands(person, PHONE)
    assert written(person) == [("phone", 1, "settings", NOW, LATER)]


def test_what_is_done_unless_refused_is_refused_and_given_again() -> None:
    person = make_person()
    assert consents.stands(person, PERSONALIZATION)

    withdraw(person)
    withdraw(person)
    assert not consents.stands(person, PERSONALIZATION)
    give(person)
    give(person)
    assert consents.stands(person, PERSONALIZATION)
    withdraw(person)

    assert written(person) == [
        ("personalization", 1, "settings", None, LATER),
        ("personalization", 1, "settings", NOW, LATER),
    ]
    kinds = Entry.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["consent.withdrawn", "consent.given", "consent.withdrawn"]
    fact = ConsentWithdrawn.of(Entry.objects.order_by("pk")[0])
    assert (fact.purpose, fact.edition, fact.channel) == ("personalization", 1, "settings")


def test_new_words_want_a_new_receipt(monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person()
    old = give(person)
    purpose = consents.purposes()[PERSONALIZATION]
    words = Wording(chinese="新的说法", english="New words")
    second = Edition(number=2, since=date(2027, 1, 1), words=words)
    renewed = replace(purpose, editions=(*purpose.editions, second))
    monkeypatch.setitem(consents.purposes(), PERSONALIZATION, renewed)

    new = give(person)

    old.refresh_from_db()
    assert (old.withdrawn_at, new.edition, new.withdrawn_at) == (NOW, 2, None)


def test_the_basics_end_with_the_account_and_unknown_purposes_are_refused() -> None:
    person = make_person()

    with pytest.raises(BasicsNeeded):
        withdraw(person, BASICS)
    with pytest.raises(PurposeUnknown):
        withdraw(person, "advertising")
    with pytest.raises(PurposeUnknown):
        give(person, "advertising")
    assert not Consent.objects.exists()


def test_every_purpose_speaks_both_languages_and_counts_its_editions() -> None:
    for each in consents.purposes().values():
        assert [edition.number for edition in each.editions] == [*range(1, len(each.editions) + 1)]
        assert all(edition.words.chinese and edition.words.english for edition in each.editions)
    title = consents.purposes()[PHONE].title
    with override("en"):
        assert str(title) == "Mobile number"
    with override("zh-hans"):
        assert str(title) == "手机号"


def test_nothing_optional_stands_for_somebody_new_but_what_the_law_lets_one_refuse() -> None:
    said = {each.purpose.code: each for each in consents.said_by(make_person())}

    assert {code for code, each in said.items() if each.stands} == {PERSONALIZATION}
    assert said[PERSONALIZATION].purpose.is_refusable


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_the_second_waits() -> None:
    person = make_person()

    with ExitStack() as stack:
        with transaction.atomic():
            give(person)
            second = stack.enter_context(meanwhile(give, person))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        assert second.result(timeout=5).pk == Consent.objects.get().pk
