from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from pytest_django import Settings
from tests.makers import (
    CHENGDU,
    LIQUOR,
    NOW,
    SICHUAN,
    TODAY,
    make_account,
    make_operator,
    make_organization,
    make_person,
    make_seat,
    make_uscc,
)
from tests.parallel import meanwhile

from kehui.core.errors import Refused
from kehui.core.uscc import UsccCheckFailed, UsccMalformed
from kehui.ledger.models import Entry
from kehui.people import selectors, services
from kehui.people.facts import (
    OrganizationIdentified,
    OrganizationRegistered,
    SeatEnded,
    SeatGranted,
)
from kehui.people.models import Level, Organization, Person, Seat

pytestmark = pytest.mark.django_db
ENTERPRISE = Organization.Kind.ENTERPRISE
CODE = make_uscc(20260302)


def register(person: Person, **changed: Any) -> Organization:
    values: dict[str, Any] = {
        "name": "蜀南测试酒业有限公司",
        "kind": ENTERPRISE,
        "uscc": CODE,
        "region": CHENGDU,
        "industry": LIQUOR,
        "size": "small",
        "at": NOW,
    } | changed
    return services.register_organization(person=person, **values)


def test_registering_gives_the_first_person_a_seat_and_records_both() -> None:
    person = make_person()

    organization = register(person, uscc=f" {CODE[:8].lower()}-{CODE[8:]} ")

    assert (organization.uscc, organization.level) == (CODE, Level.V1)
    assert (organization.industry, organization.size) == ("1512", "small")
    seat = Seat.objects.get()
    assert (seat.person, seat.organization, seat.role, seat.valid_from, seat.valid_until) == (
        person,
        organization,
        "agent",
        TODAY,
        None,
    )
    person.refresh_from_db()
    assert person.employer == organization
    registered, granted = Entry.objects.in_order()
    assert OrganizationRegistered.of(registered) == OrganizationRegistered(
        organization=organization.pk, organization_kind="enterprise", region=CHENGDU, level=1
    )
    assert SeatGranted.of(granted) == SeatGranted(
        seat=seat.pk,
        person=person.pk,
        organization=organization.pk,
        role="agent",
        region=CHENGDU,
    )


def test_who_has_an_employer_keeps_it() -> None:
    employer = make_organization()
    person = make_person(employer=employer)

    register(person)

    person.refresh_from_db()
    assert person.employer == employer


def test_open_verification_confirms_an_organization_at_once(settings: Settings) -> None:
    settings.OPEN_VERIFICATION = True

    assert register(make_person()).level == Level.V2


def test_a_body_without_a_unified_code_gives_another_number() -> None:
    organization = register(
        make_person(), uscc="", alternative_id={"kind": "登记证", "number": "测试0001"}, industry=""
    )

    assert (organization.uscc, organization.industry) == (None, "")


@pytest.mark.parametrize(
    ("name", "number"),
    [("另一个名字", "测试0001"), ("白马合作社（筹）", "测试0002"), ("白马合作社(筹)", "测试0002")],
)
def test_a_second_contact_of_a_body_without_code_asks_for_a_seat(name: str, number: str) -> None:
    first = {"kind": "登记证", "number": "测试0001"}
    register(make_person(), name="白马合作社（筹）", uscc="", alternative_id=first)

    other = {"kind": "登记证", "number": number}
    with pytest.raises(services.OrganizationExists) as refused:
        register(make_person(), name=name, uscc="", alternative_id=other)

    assert "开通席位" in str(refused.value)
    assert Organization.objects.count() == 1


def test_the_same_name_elsewhere_or_a_like_one_is_another_body() -> None:
    for name, region in (
        ("白马合作社", CHENGDU),
        ("白马合作社", SICHUAN),
        ("白 马合作社总", CHENGDU),
    ):
        number = {"kind": "登记证", "number": name + region}
        register(make_person(), name=name, uscc="", alternative_id=number, region=region)

    assert Organization.objects.count() == 3


@pytest.mark.parametrize(
    ("changed", "refusal", "field"),
    [
        ({"name": "川"}, services.OrganizationNameMalformed, "name"),
        ({"name": "川" * 81}, services.OrganizationNameMalformed, "name"),
        ({"uscc": ""}, services.UsccMissing, "uscc"),
        ({"uscc": "12345"}, UsccMalformed, "uscc"),
        ({"uscc": CODE[:-1] + ("A" if CODE[-1] != "A" else "B")}, UsccCheckFailed, "uscc"),
        ({"region": "没有"}, Refused, "region"),
        ({"industry": "Q9999"}, Refused, "industry"),
    ],
)
def test_a_wrong_field_is_named_and_no_organization_is_kept(
    changed: dict[str, object], refusal: type[Refused], field: str
) -> None:
    with pytest.raises(refusal) as caught:
        register(make_person(), **changed)

    assert caught.value.field == field
    assert not Organization.objects.exists()
    assert not Entry.objects.exists()


def test_a_code_registered_again_is_refused_without_naming_the_owner() -> None:
    owner = make_person("沈知远")
    register(owner)

    with pytest.raises(services.OrganizationExists) as caught:
        register(make_person(), name="另一个名字")

    assert (caught.value.code, caught.value.status) == ("ORG_EXISTS", 409)
    assert "沈知远" not in str(caught.value)
    assert "蜀南" not in str(caught.value)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_register_a_code_at_once_the_second_waits_and_is_refused() -> None:
    first, other = make_person(), make_person()
    with ExitStack() as stack:
        with transaction.atomic():
            register(first)
            second = stack.enter_context(meanwhile(register, other))
            with pytest.raises(NotYet):
                second.result(timeout=0.3)
        with pytest.raises(services.OrganizationExists):
            second.result(timeout=10)

    assert Organization.objects.count() == 1
    assert [seat.person for seat in Seat.objects.all()] == [first]


def test_another_broken_rule_of_the_database_is_a_bug_and_rises() -> None:
    with pytest.raises(IntegrityError):
        register(make_person(), kind=None)


def test_an_operator_confirms_an_organization_once() -> None:
    operator, organization = make_operator(), make_organization(level=Level.V1)

    services.identify_organization(organization=organization, by=operator, at=NOW)

    organization.refresh_from_db()
    assert organization.level == Level.V2
    assert [OrganizationIdentified.of(entry) for entry in Entry.objects.all()] == [
        OrganizationIdentified(organization=organization.pk, level=2)
    ]
    with pytest.raises(services.AlreadyIdentified):
        services.identify_organization(organization=organization, by=operator, at=NOW)


def test_its_own_agent_does_not_confirm_an_organization() -> None:
    organization = make_organization(level=Level.V1)
    agent = make_operator(make_seat(organization=organization).person)

    with pytest.raises(services.NotAnOperator):
        services.identify_organization(organization=organization, by=agent, at=NOW)


def test_an_agent_gives_a_colleague_a_seat() -> None:
    seat = make_seat()
    colleague = make_person()

    granted = services.grant_seat(
        person=colleague,
        role=Seat.Role.AGENT,
        organization=seat.organization,
        region=CHENGDU,
        by=seat.person,
        at=NOW,
    )

    assert (granted.person, granted.valid_from) == (colleague, TODAY)
    assert Entry.objects.get().actor == seat.person.pk


def test_a_stranger_gives_no_seat() -> None:
    with pytest.raises(services.OutOfScope):
        services.grant_seat(
            person=make_person(),
            role=Seat.Role.REVIEWER,
            organization=None,
            region=SICHUAN,
            by=make_person(),
            at=NOW,
        )


@pytest.mark.parametrize("days_ahead", [0, 7])
def test_the_same_seat_is_not_given_twice(days_ahead: int) -> None:
    held = make_seat(
        role=Seat.Role.STEWARD, region=SICHUAN, valid_from=TODAY + timedelta(days=days_ahead)
    )

    with pytest.raises(services.SeatExists):
        services.grant_seat(
            person=held.person,
            role=Seat.Role.STEWARD,
            organization=None,
            region=SICHUAN,
            by=None,
            at=NOW,
        )


def test_an_agents_seat_without_an_organization_is_a_bug_and_rises() -> None:
    with pytest.raises(IntegrityError):
        services.grant_seat(
            person=make_person(),
            role=Seat.Role.AGENT,
            organization=None,
            region=CHENGDU,
            by=None,
            at=NOW,
        )


def test_a_seat_that_ended_may_be_given_again() -> None:
    over = make_seat(role=Seat.Role.REVIEWER, region=SICHUAN, valid_until=TODAY)

    seat = services.grant_seat(
        person=over.person,
        role=Seat.Role.REVIEWER,
        organization=None,
        region=SICHUAN,
        by=None,
        at=NOW,
    )

    assert seat.pk != over.pk


def test_a_seat_taken_back_is_gone_at_once_and_nobody_acts_through_it() -> None:
    seat = make_seat()
    account = make_account(person=seat.person, acting_for=seat.organization)
    by = make_operator()

    services.end_seat(seat=seat, by=by, at=NOW)

    seat.refresh_from_db()
    account.refresh_from_db()
    assert (seat.valid_until, account.acting_for) == (TODAY, None)
    assert not Seat.objects.valid_on(TODAY).filter(pk=seat.pk).exists()
    assert [SeatEnded.of(entry) for entry in Entry.objects.all()] == [
        SeatEnded(
            seat=seat.pk,
            person=seat.person_id,
            organization=seat.organization_id,
            role="agent",
        )
    ]
    with pytest.raises(services.SeatOver):
        services.end_seat(seat=seat, by=by, at=NOW)


def test_a_seat_with_a_last_day_to_come_ends_earlier() -> None:
    seat = make_seat(role=Seat.Role.STEWARD, valid_until=TODAY + timedelta(days=9))

    assert services.end_seat(seat=seat, by=seat.person, at=NOW).valid_until == TODAY


def test_a_stranger_ends_no_seat() -> None:
    with pytest.raises(services.OutOfScope):
        services.end_seat(seat=make_seat(), by=make_person(), at=NOW)


def test_a_name_like_another_one_waits_for_an_operator(settings: Settings) -> None:
    settings.OPEN_VERIFICATION = True
    first = register(make_person())
    names = [
        "蜀南测试酒业有限责任公司",
        "蜀南\u202e测试酒业",
        "蜀南测试酒業有限公司",
        "蜀南测试机械有限公司",
    ]

    made = [register(make_person(), name=name, uscc=make_uscc()) for name in names]

    assert [each.level for each in (first, *made)] == [Level.V2] + [Level.V1] * 3 + [Level.V2]
    assert [each.name for each in made[:3]] == [
        "蜀南测试酒业有限责任公司",
        "蜀南测试酒业",
        names[2],
    ]
    assert list(selectors.organizations_like(first.name, besides=first.pk)) == made[:3]
    assert selectors.alike([first, *made]) == {
        first.pk: made[0].name, **{each.pk: first.name for each in made[:3]}
    }  # fmt: skip
    signs = make_organization("···")
    assert (signs.look, selectors.alike([signs, make_organization("——、")])) == ("", {})


def test_what_a_name_looks_like_follows_the_name() -> None:
    firm = make_organization("科汇酒业")
    firm.name = "科汇机械"
    firm.save()

    assert Organization.objects.get().look == "科汇机械"


def test_names_that_were_here_before_get_their_look() -> None:
    firms = [make_organization(f"科汇{place}號酒業") for place in range(3)]
    Organization.objects.update(look="")
    step: Any = import_module("kehui.people.migrations.0005_looks_of_organizations")
    step.CHUNK = 2

    step.fill(apps, None)

    assert [each.look for each in Organization.objects.order_by("pk")] == [
        each.look for each in firms
    ]
