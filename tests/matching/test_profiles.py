"""A profile says what its person is known for, while the studio is open, and nothing else."""

from datetime import timedelta

import pytest
from tests.makers import MIANYANG, TODAY, make_account, make_person, make_seat
from tests.market.rows import put_offer
from tests.market.writing import publish_need, publish_offer
from tests.matching.pairs import AT, offer_of
from tests.matching.people import BRIDGE, SALT, gathered, known_for, shown

from kehui.ledger.services import catch_up, replay
from kehui.market.models import CloseReason, State, Studio
from kehui.market.services import close_item
from kehui.market.services.studios import (
    choose_best_works,
    edit_studio,
    move_studio,
    open_studio,
    transfer_studio,
)
from kehui.matching import adapter, readers
from kehui.matching.models import Profile
from kehui.matching.selectors import profiles
from kehui.matching.services import build_index, embed_items
from kehui.matching.services.profiles import gather_profile
from kehui.people.selectors import organizations_of
from kehui.people.services import describe_person, found_team

pytestmark = pytest.mark.django_db


def only() -> Profile:
    return Profile.objects.get()


def texts() -> dict[int, str]:
    return {each.pk: f"{each.title}\n{each.body}" for each in Profile.objects.all()}


def test_a_profile_is_made_of_the_studio_the_offers_and_the_disciplines_without_a_name() -> None:
    person = make_person("周文彬", disciplines=("61030",), title="教授", region=MIANYANG)
    studio = known_for({**SALT, "directions": "周文彬团队做高盐废水。"}, person)
    offer_of("salt", person, studio=studio, trl=7)
    offer_of("bridge", person, studio=studio, trl=4, title="周文彬的桥梁监测")
    offer_of("coating", person, studio=studio, state=State.CLOSED, trl=9, **CLOSED)

    gathered()

    told = only()
    assert told.title == "蒸发结晶、盐分回收"
    assert told.body.splitlines() == [
        "团队做高盐废水。", "的桥梁监测", "泡菜盐渍废水的盐分回收", "环境工程学",
    ]  # fmt: skip
    assert (told.region_id, told.trl, told.is_open) == (MIANYANG, 7, True)
    listing = adapter.listings.listing_of_profile(told)
    assert (listing.id, listing.owner, listing.kind) == (-person.pk, -person.pk, "person")
    assert "周文彬" not in f"{listing}"


CLOSED = {"close_reason": CloseReason.SOLVED_HERE, "closed_at": AT}


def test_without_skills_the_directions_head_a_profile_and_without_them_the_disciplines() -> None:
    one, other = make_person(), make_person(disciplines=("61030",))
    known_for({"directions": "高盐废水" * 30}, one)
    known_for({}, other)

    gathered()

    assert Profile.objects.get(person=one).title == ("高盐废水" * 30)[:60]
    assert Profile.objects.get(person=other).title == "环境工程学"


def test_best_works_are_told_first() -> None:
    person = make_person()
    studio = known_for(SALT, person)
    old = offer_of("salt", person, studio=studio)
    offer_of("bridge", person, studio=studio, published_at=AT)
    gathered()
    assert only().body.splitlines()[1:] == ["桥梁结构健康监测系统", "泡菜盐渍废水的盐分回收"]

    choose_best_works(studio=studio, person=person, offers=[old], at=AT)
    gathered()

    assert only().body.splitlines()[1:] == ["泡菜盐渍废水的盐分回收", "桥梁结构健康监测系统"]


def test_what_an_organization_or_a_corpus_published_does_not_speak_for_a_person() -> None:
    person = make_person()
    studio = known_for(SALT, person)
    firm = make_seat(person).organization
    offer_of("bridge", person, studio=studio, organization=firm)
    offer_of("coating", person, studio=studio, source="corpus:test")
    mine = offer_of("salt", person, studio=studio)

    gathered()

    assert only().body.splitlines()[1:] == [mine.title]
    assert profiles.offers_of([person.pk]) == {person.pk: [mine.pk]}


def test_the_newest_offers_speak_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "SPEAKING", 2)
    one, other = make_person(), make_person()
    shelf = [put_offer(one, published_at=AT + timedelta(days=day)) for day in (3, 1, 2)]
    alone = put_offer(other)

    assert profiles.offers_of([one.pk, other.pk]) == {
        one.pk: [shelf[0].pk, shelf[2].pk],
        other.pk: [alone.pk],
    }


@pytest.mark.parametrize("to", [Studio.State.PAUSED, Studio.State.CLOSED])
def test_a_studio_that_is_not_open_takes_its_person_out_at_once(to: Studio.State) -> None:
    studio = known_for(SALT)
    assert studio.person is not None
    gathered()
    build_index(at=AT)
    embed_items()
    assert shown() == [studio.person.pk]

    move_studio(studio=studio, person=studio.person, to=to, at=AT)
    gathered()

    told = only()
    assert (told.is_open, told.title, told.body, bytes(told.vector)) == (False, "", "", b"")
    assert shown() == []

    move_studio(studio=studio, person=studio.person, to=Studio.State.OPEN, at=AT)
    gathered()
    assert shown() == [studio.person.pk]


def test_who_never_was_open_has_no_profile() -> None:
    person = make_person(disciplines=("61030",))
    make_account(person=person)
    describe_person(person=person, name="陈建国", title="", region="510100", at=AT)
    gathered()
    gather_profile(person=987_654)  # gone

    assert not Profile.objects.exists()


def test_of_whom_nothing_is_told_there_is_no_profile() -> None:
    person = make_person()
    offer_of("salt", person, studio=known_for({}, person), source="corpus:test")

    gathered()

    assert not Profile.objects.exists()


def test_a_profile_is_rewritten_when_something_changes_and_only_then() -> None:
    studio = known_for(SALT)
    person = studio.person
    assert person is not None
    gathered()
    editions = [only().edition]
    gathered()
    editions.append(only().edition)

    edit_studio(studio=studio, person=person, values=BRIDGE, at=AT)
    gathered()
    editions.append(only().edition)
    describe_person(person=person, name="光纤光", title="", region="510100", at=AT)
    gathered()
    editions.append(only().edition)

    assert [each - editions[0] for each in editions] == [0, 0, 1, 2]
    assert only().title == "栅、结构健康监测"  # the person's own name stands nowhere


def test_an_offer_speaks_from_its_publication_to_its_end() -> None:
    offer = publish_offer()
    gathered()
    assert offer.title in only().body

    close_item(item=offer, person=offer.holder, reason=CloseReason.SOLVED_HERE, at=AT)
    gathered()

    assert offer.title not in only().body


def test_a_studio_handed_over_changes_both_profiles() -> None:
    giver = make_person()
    studio = known_for(SALT, giver)
    gathered()
    team = found_team(lead=giver, name="废水团队", host=None, at=AT)

    transfer_studio(studio=studio, person=giver, to=team, at=AT)
    gathered()
    assert [each.is_open for each in Profile.objects.all()] == [False]

    transfer_studio(studio=studio, person=giver, to=giver, at=AT)
    gathered()
    assert only().title == "蒸发结晶、盐分回收"


@pytest.mark.django_db(transaction=True)
def test_the_ledger_read_anew_gives_the_same_profiles() -> None:
    known_for(SALT)
    known_for(BRIDGE, make_person(region=MIANYANG))
    while catch_up(readers.PROFILES):
        pass
    before = texts()

    replay(readers.PROFILES)

    assert texts() == before
    assert len(before) == 2


def test_studios_of_organizations_drafts_and_needs_make_no_profile() -> None:
    agent = make_seat(make_person()).person
    firm = organizations_of(agent, today=TODAY).get()
    open_studio(owner=firm, person=agent, values=SALT, at=AT)
    publish_need(make_person())

    gathered()

    assert not Profile.objects.exists()
