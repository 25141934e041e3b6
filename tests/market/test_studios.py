from contextlib import ExitStack
from typing import Any

import pytest
from django.db import transaction
from tests.makers import NOW, make_organization, make_person, make_seat, make_team
from tests.market.writing import LATER, publish_offer, write_offer
from tests.parallel import meanwhile

from kehui.core.errors import Refused
from kehui.ledger.models import Entry
from kehui.market import services
from kehui.market.facts import StudioChanged, StudioTransferred
from kehui.market.models import Studio
from kehui.market.services.fields import (
    ContactInText,
    NeedFieldMissing,
    TooLong,
    UnknownValue,
    ValueMalformed,
)
from kehui.market.services.studios import (
    IllegalMove,
    NotYourStudio,
    StudioExists,
    TooManyBestWorks,
)
from kehui.people.models import Organization, Person, Team

pytestmark = pytest.mark.django_db


def open_for(owner: Person | Team | Organization, person: Person, **values: Any) -> Studio:
    return services.open_studio(owner=owner, person=person, values=values, at=NOW)


def test_a_person_a_team_and_an_organization_open_a_studio_each() -> None:
    person = make_person(region="511500")
    team = make_team(lead=person)
    firm = make_seat(person, organization=make_organization(region="510107")).organization
    assert firm is not None

    studios = [open_for(each, person) for each in (person, team, firm)]

    assert [each.owner for each in studios] == [person, team, firm]
    assert [each.region_id for each in studios] == ["511500", "511500", "510107"]
    assert {each.state for each in studios} == {"open"}


def test_nobody_opens_a_studio_for_somebody_else() -> None:
    for owner in (make_person(), make_team(), make_organization()):
        with pytest.raises(NotYourStudio):
            open_for(owner, make_person())


def test_there_is_one_studio_each() -> None:
    person = make_person()
    open_for(person, person)

    with pytest.raises(StudioExists):
        open_for(person, person)


def test_what_a_studio_says_of_itself() -> None:
    person = make_person()
    studio = open_for(person, person)

    services.edit_studio(
        studio=studio,
        person=person,
        values={"name": " 盐水工作室 ", "skills": ["膜分离"], "weekly_hours": 80},
        at=LATER,
    )

    studio.refresh_from_db()
    assert (studio.name, studio.skills, studio.weekly_hours) == ("盐水工作室", ["膜分离"], 80)
    assert StudioChanged.of(Entry.objects.get(kind="studio.changed")).studio == studio.pk


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": ""}, NeedFieldMissing),
        ({"name": "盐" * 61}, TooLong),
        ({"weekly_hours": 81}, UnknownValue),
        ({"skills": ["盐" * 31]}, ValueMalformed),
        ({"directions": "加微信 kehui2026"}, ContactInText),
        ({"person": 3}, UnknownValue),
    ],
)
def test_what_a_studio_may_not_say(values: dict[str, Any], refusal: type[Refused]) -> None:
    person = make_person()
    studio = open_for(person, person)

    with pytest.raises(refusal):
        services.edit_studio(studio=studio, person=person, values=values, at=LATER)


def test_a_studio_pauses_and_opens_but_never_pauses_twice() -> None:
    person = make_person()
    studio = open_for(person, person)

    for state in ("paused", "open", "closed", "open"):
        services.move_studio(studio=studio, person=person, to=Studio.State(state), at=LATER)
    services.move_studio(studio=studio, person=person, to=Studio.State.PAUSED, at=LATER)
    with pytest.raises(IllegalMove) as caught:
        services.move_studio(studio=studio, person=person, to=Studio.State.PAUSED, at=LATER)

    assert str(caught.value) == "“暂停接单”的工作室不能改成“暂停接单”。"
    assert Studio.objects.get().opened_at == NOW


def test_a_studio_is_handed_to_ones_own_team() -> None:
    person = make_person()
    team, other = make_team(lead=person), make_team()
    studio = open_for(person, person)

    with pytest.raises(NotYourStudio):
        services.transfer_studio(studio=studio, person=person, to=other, at=LATER)
    services.transfer_studio(studio=studio, person=person, to=team, at=LATER)
    with pytest.raises(StudioExists):
        services.transfer_studio(studio=studio, person=person, to=team, at=LATER)

    assert Studio.objects.get().owner == team
    assert StudioTransferred.of(Entry.objects.get(kind="studio.transferred")) == StudioTransferred(
        studio=studio.pk, owner_before=f"person:{person.pk}", owner_after=f"team:{team.pk}"
    )


def test_strangers_change_nothing() -> None:
    person, stranger = make_person(), make_person()
    studio = open_for(person, person)

    with pytest.raises(NotYourStudio):
        services.edit_studio(studio=studio, person=stranger, values={}, at=LATER)
    with pytest.raises(NotYourStudio):
        services.move_studio(studio=studio, person=stranger, to=Studio.State.CLOSED, at=LATER)
    with pytest.raises(NotYourStudio):
        services.transfer_studio(studio=studio, person=stranger, to=stranger, at=LATER)
    with pytest.raises(NotYourStudio):
        services.choose_best_works(studio=studio, person=stranger, offers=[], at=LATER)


def test_best_works_are_published_offers_of_the_shelf() -> None:
    offer = publish_offer()
    person, studio = offer.holder, offer.studio
    draft, foreign = write_offer(person), publish_offer()

    services.choose_best_works(studio=studio, person=person, offers=[offer], at=LATER)
    for bad in ([draft], [foreign], [offer] * 6):
        with pytest.raises(TooManyBestWorks):
            services.choose_best_works(studio=studio, person=person, offers=bad, at=LATER)

    assert list(studio.best_works.all()) == [offer]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_finds_the_studio_there() -> None:
    person = make_person()
    with ExitStack() as stack:
        with transaction.atomic():
            open_for(person, person)
            second = stack.enter_context(meanwhile(open_for, person, person))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(StudioExists):
            second.result(timeout=5)

    assert Studio.objects.count() == 1
