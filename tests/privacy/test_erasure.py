"""Who asks to be forgotten is forgotten: in the database, on the disk, in logs and in the index."""

import logging
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from tests.makers import (
    MIANYANG,
    NOW,
    make_account,
    make_operator,
    make_organization,
    make_person,
    make_seat,
    make_steward,
    make_team,
)
from tests.market.writing import (
    NEED,
    begin_need,
    publish_need,
    publish_offer,
    submit,
    write_need,
)
from tests.parallel import meanwhile
from tests.people.test_people_leaks import dump
from tests.privacy.seeded import LATER, Seeded, found_in, seed

from kehui.core.dates import day_of
from kehui.jobs.ledger import drain
from kehui.ledger.models import Entry, Receipt
from kehui.ledger.services import verify
from kehui.market.facts import ItemHandedOver
from kehui.market.models import CloseReason, Item, NamingEdition, Need
from kehui.market.services import close_item
from kehui.matching import services as matching
from kehui.matching.models import Suggestion
from kehui.notices.models import Notice
from kehui.people.facts import PersonErased
from kehui.people.models import GONE, Account, Level, Membership, Person, Seat, Team
from kehui.people.services import NotAnOperator, end_seat
from kehui.privacy.register import register
from kehui.privacy.selectors.belongings import KEPT_BY_OTHERS, rows_of
from kehui.privacy.services.erasure import NO_TEXT, LeavingHindered, empty_of, erase_person

pytestmark = pytest.mark.django_db

LEFT = LATER + timedelta(days=1)


@pytest.fixture
def made() -> Seeded:
    return seed()


def contents(folder: Path) -> bytes:
    """Return names and contents of all files under a folder."""
    files = [each for each in sorted(folder.rglob("*")) if each.is_file()]
    return b"\n".join([str(each).encode() + b"\n" + each.read_bytes() for each in files])


def everything(folder: Path) -> bytes:
    """Return what the database, the files, the index and the cache of this process hold."""
    cached = repr(getattr(cache, "_cache", {})).encode()
    kept = [contents(Path(each)) for each in (settings.MEDIA_ROOT, settings.INDEX_DIR)]
    return b"\n".join([dump(folder), cached, *kept])


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_person_is_found_after_leaving(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        made = seed()
        drain()
        matching.build_index(at=LATER + timedelta(hours=1))
        before = found_in(everything(tmp_path), made.words)
        erase_person(person=made.person, by=made.person, at=LEFT)
        drain()
        for night in range(1, 3):
            matching.build_index(at=LEFT + timedelta(days=night))

    sealed = {"13987654321", "6222021234567890128", "11010519491231002X"}
    assert set(made.words) - set(before) == sealed
    assert found_in(everything(tmp_path), made.words) == []
    assert found_in(caplog.text.encode(), made.words) == []


def test_the_number_and_the_history_stay(made: Seeded) -> None:
    erase_person(person=made.person, by=made.person, at=LEFT)

    person = Person.objects.get(pk=made.person.pk)
    assert (person.name, person.title, person.level, person.left_at) == (GONE, "", Level.V0, LEFT)
    assert not Account.objects.filter(person=person).exists()
    states = Item.objects.filter(holder=person).order_by("pk").values_list("state", "title")
    assert list(states) == [("closed", "已注销用户的信息")] * 2
    erased = Entry.objects.get(kind="person.erased")
    assert (PersonErased.of(erased).person, erased.actor) == (person.pk, person.pk)
    kinds = set(Entry.objects.filter(at=LEFT).values_list("kind", flat=True))
    assert kinds == {
        "access.reason_forgotten",
        "consent.withdrawn",
        "deal.declined",
        "deal.moved",
        "item.closed",
        "person.erased",
        "person.key_destroyed",
        "studio.changed",
        "team.left",
        "token.revoked",
    }
    assert list(verify().damaged) == []
    assert Receipt.objects.filter(person=person.pk).count() == 0


def test_others_keep_what_is_theirs(made: Seeded) -> None:
    others = Item.objects.exclude(holder=made.person)
    before = list(others.order_by("pk").values_list("title", "state"))

    erase_person(person=made.person, by=made.person, at=LEFT)

    assert list(others.order_by("pk").values_list("title", "state")) == before
    digest = Notice.objects.get(key="search:1:x")
    assert digest.body == "别的需求；（已删除）"
    for edition in NamingEdition.objects.all():
        assert edition.content[0]["quotes"] == [{"item": 0, "words": "别人的话"}]
    assert Suggestion.objects.exclude(explanation__passages=[]).count() == 0


def test_twice_is_as_good_as_once(made: Seeded) -> None:
    assert erase_person(person=made.person, by=made.person, at=LEFT)
    facts = Entry.objects.count()

    assert not erase_person(person=made.person, by=made.person, at=LEFT)
    assert Entry.objects.count() == facts


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_waits_and_changes_nothing() -> None:
    person = make_account().person
    assert person is not None

    def leave() -> bool:
        return erase_person(person=person, by=person, at=LEFT)

    with ExitStack() as stack:
        with transaction.atomic():
            assert leave()
            second = stack.enter_context(meanwhile(leave))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        assert second.result(timeout=5) is False
    assert Entry.objects.filter(kind="person.erased").count() == 1


def test_only_oneself_or_an_operator() -> None:
    person = make_person()

    with pytest.raises(NotAnOperator):
        erase_person(person=person, by=make_person(), at=LEFT)
    assert erase_person(person=person, by=make_operator(), at=LEFT)


def test_the_last_agent_and_the_last_operator_are_told_what_to_do_first() -> None:
    firm = make_organization("测试泡菜厂")
    agent, operator = make_seat(organization=firm).person, make_operator()

    with pytest.raises(LeavingHindered) as refusal:
        erase_person(person=agent, by=agent, at=LEFT)
    assert "你是“测试泡菜厂”唯一的经办人" in str(refusal.value)
    assert "在那里退出席位" in str(refusal.value)
    with pytest.raises(LeavingHindered) as refusal:
        erase_person(person=operator, by=operator, at=LEFT)
    assert "你是平台唯一的运营人员" in str(refusal.value)
    assert not Person.objects.exclude(left_at=None).exists()

    make_seat(organization=firm)
    make_operator()
    assert erase_person(person=agent, by=agent, at=LEFT)
    assert erase_person(person=operator, by=operator, at=LEFT)


def test_an_organization_keeps_its_items_with_another_agent() -> None:
    firm = make_organization()
    leaver, heir = [make_seat(make_person(), organization=firm).person for _ in range(2)]
    need = publish_need(leaver, organization=firm, contact_name="厵滟", contact_channel="x@y.cn")
    draft = begin_need(leaver, organization=firm)
    offer = publish_offer(leaver, owner=firm)

    erase_person(person=leaver, by=leaver, at=LEFT)

    need = Need.objects.get(pk=need.pk)
    assert (need.holder, need.state, need.contact_name) == (heir, "published", heir.name)
    assert (need.contact_channel, need.title) == ("", NEED["title"])
    assert Item.objects.get(pk=draft.pk).holder == heir
    handed = [ItemHandedOver.of(each) for each in Entry.objects.filter(kind="item.handed_over")]
    assert [(each.item, each.holder) for each in handed] == [
        (each.pk, heir.pk) for each in (need, draft, offer)
    ]
    links = Notice.objects.filter(person=heir, reason="contact").values_list("link", flat=True)
    assert sorted(links) == sorted(
        [f"/needs/{need.pk}/", f"/publish/{draft.pk}/", f"/offers/{offer.pk}/"]
    )


def test_what_waits_is_withdrawn_and_what_has_ended_stays_as_it_is() -> None:
    person = make_person()
    ended = publish_need(person)
    close_item(item=ended, person=person, reason=CloseReason.SOLVED_HERE, at=NOW)
    waiting = submit(write_need(person))

    erase_person(person=person, by=person, at=LEFT)

    states = Item.objects.order_by("pk").values_list("pk", "state", "close_reason")
    assert list(states) == [(ended.pk, "closed", "solved_here"), (waiting.pk, "withdrawn", "")]
    assert set(Item.objects.values_list("title", flat=True)) == {"已注销用户的信息"}


def test_items_of_an_organization_without_any_agent_end_but_keep_their_words() -> None:
    firm = make_organization()
    seat = make_seat(organization=firm)
    need = publish_need(seat.person, organization=firm)
    end_seat(seat=seat, by=seat.person, at=LEFT)

    erase_person(person=seat.person, by=seat.person, at=LEFT)

    need = Need.objects.get(pk=need.pk)
    assert (need.state, need.title, need.contact_channel) == ("closed", NEED["title"], "")


def test_a_team_goes_to_its_oldest_member_and_seats_end() -> None:
    lead, member = make_person(), make_person()
    shared, alone = make_team("联合攻关队", lead=lead, members=(member,)), make_team(lead=lead)
    steward = make_steward(lead)
    later = make_seat(lead, role=Seat.Role.REVIEWER, valid_from=date(2027, 1, 1))
    over = make_seat(lead, role=Seat.Role.STEWARD, valid_until=date(2026, 2, 1), region=MIANYANG)

    erase_person(person=lead, by=lead, at=LEFT)

    assert steward == lead
    assert Team.objects.get(pk=shared.pk).lead == member
    assert Team.objects.get(pk=shared.pk).name == "联合攻关队"
    assert Team.objects.get(pk=alone.pk).name == GONE
    assert not Membership.objects.filter(person=lead, until=None).exists()
    today = day_of(LEFT)
    ends = Seat.objects.filter(person=lead).order_by("pk").values_list("valid_until", flat=True)
    assert list(ends) == [today, later.valid_from, over.valid_until]
    ended = Entry.objects.filter(kind="seat.ended").count()
    handed = Entry.objects.filter(kind="team.handed_over").count()
    assert (ended, handed) == (2, 1)


def test_every_personal_field_says_what_becomes_of_it() -> None:
    """The register refuses a field without a fate; here, each fate can be carried out."""
    rows = rows_of(Person(pk=0), [])
    doomed: dict[str, set[str]] = {}
    for each in register().personal:
        doomed.setdefault(each.model, set()).add(each.fate)
        if each.fate == "blank" and each.model not in KEPT_BY_OTHERS:
            empty_of(each.model, apps.get_model(each.model)._meta.get_field(each.name))

    deleted = {model for model, fates in doomed.items() if "delete" in fates}
    assert {model for model in deleted if doomed[model] != {"delete"}} == set()
    wanted = {model for model, fates in doomed.items() if fates & {"delete", "blank"}}
    assert wanted - KEPT_BY_OTHERS == set(rows)


def test_no_text_stays_with_a_number() -> None:
    """What stays is a number, a date, a code, a yes or no; words only under a signed contract."""
    codes = {
        ("people.Organization", "name"), ("people.Organization", "uscc"),
        ("ledger.Entry", "payload"), ("people.Consent", "purpose"),
    }  # fmt: skip
    words = [
        (each.model, each.name)
        for each in register().personal
        if each.fate not in {"delete", "blank", "lapse", "proof"}
        for field in [apps.get_model(each.model)._meta.get_field(each.name)]
        if field.get_internal_type() in {"CharField", "TextField"} and not field.choices
    ]

    assert set(words) - codes == set()


def test_a_field_that_cannot_be_empty_needs_words_instead() -> None:
    with pytest.raises(TypeError, match=r"market\.Item\.revision cannot be empty"):
        empty_of("market.Item", Item._meta.get_field("revision"))


def test_the_words_instead_fit() -> None:
    assert 100 <= len(NO_TEXT) <= 3000
