from datetime import timedelta

import pytest
from django.db import transaction
from tests.makers import (
    CHENGDU,
    NOW,
    SICHUAN,
    make_account,
    make_operator,
    make_organization,
    make_person,
    make_region,
    make_seat,
    make_uscc,
)

from kehui.ledger.services import catch_up
from kehui.notices.models import Notice
from kehui.notices.readers import READER
from kehui.people import services
from kehui.people.models import ApiToken, Level, Organization, Seat

pytestmark = pytest.mark.django_db(transaction=True)


def told() -> list[tuple[int, str]]:
    catch_up(READER)
    return list(Notice.objects.order_by("pk").values_list("person", "title"))


def test_a_person_is_told_of_being_identified_in_the_own_language() -> None:
    chinese = make_person(level=Level.V1)
    english = make_account(person=make_person(level=Level.V1), language="en").person
    operator = make_operator()
    for person in (chinese, english):
        assert person is not None
        services.identify_person(person=person, by=operator, at=NOW)

    titles = told()

    assert titles[0] == (chinese.pk, "你的身份已核验")
    assert [person for person, _title in titles] == [chinese.pk, english.pk if english else 0]
    assert {each.link for each in Notice.objects.all()} == {"/me/"}


def test_every_agent_is_told_when_the_organization_is_confirmed() -> None:
    organization = make_organization("蜀南测试酒业", level=Level.V1)
    agents = [make_seat(organization=organization).person for _ in range(2)]
    make_seat(organization=organization, valid_until=NOW.date())

    services.identify_organization(organization=organization, by=make_operator(), at=NOW)

    assert sorted(told()) == [(each.pk, "单位已核验：蜀南测试酒业") for each in agents]


def test_seats_given_and_taken_by_others_are_told_once() -> None:
    operator, person = make_operator(), make_person()
    make_region(SICHUAN)
    reviewer = Seat.Role.REVIEWER
    seat = services.grant_seat(
        person=person, role=reviewer, organization=None, region=SICHUAN, by=operator, at=NOW
    )
    services.end_seat(seat=seat, by=operator, at=NOW)

    expected = [
        (person.pk, "你有了新席位：四川省 · 质量审核员"),
        (person.pk, "席位已结束：四川省 · 质量审核员"),
    ]
    assert told() == expected
    assert told() == expected


def test_nobody_is_told_of_what_they_did_themselves() -> None:
    person = make_person()
    with transaction.atomic():
        services.register_organization(
            person=person,
            name="蜀南测试酒业有限公司",
            kind=Organization.Kind.ENTERPRISE,
            uscc=make_uscc(),
            region=CHENGDU,
            at=NOW,
        )
    services.end_seat(seat=Seat.objects.get(), by=person, at=NOW)

    assert told() == []


def test_the_end_of_a_token_is_told_unless_it_was_revoked_meanwhile() -> None:
    person = make_account(person=make_person()).person
    assert person is not None
    for name in ("月报程序", "停用的"):
        services.issue_token(
            person=person,
            name=name,
            scopes=[ApiToken.Scope.READ],
            secret=f"kehui_{name}",
            at=NOW,
            lifetime=timedelta(days=10),
        )
    services.warn_of_expiry(at=NOW)
    gone = ApiToken.objects.get(name="停用的")
    services.revoke_token(token=gone, person=person, at=NOW)

    assert told() == [(person.pk, "令牌“月报程序”将在 2026-03-12 到期")]
    assert Notice.objects.get().link == "/me/tokens/"
