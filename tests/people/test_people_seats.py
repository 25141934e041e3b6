"""Roles by place and level: who gives which seat, and the three administrators apart."""

from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.makers import (
    CHENGDU,
    MIANYANG,
    NOW,
    SICHUAN,
    TODAY,
    WUHOU,
    make_operator,
    make_person,
    make_region,
    make_seat,
)
from tests.parallel import meanwhile

from kehui.ledger.models import Entry
from kehui.people import policies, services
from kehui.people.models import SEPARATED, Person, Seat

pytestmark = pytest.mark.django_db
Role = Seat.Role
TOMORROW = TODAY + timedelta(days=1)
LATER = TODAY + timedelta(days=30)


def make_security_admin() -> Person:
    return make_seat(role=Role.SECURITY_ADMIN, region=SICHUAN).person


def grant(person: Person, role: Seat.Role, *, by: Person | None, region: str = SICHUAN) -> Seat:
    return services.grant_seat(
        person=person, role=role, organization=None, region=make_region(region).pk, by=by, at=NOW
    )


@pytest.mark.parametrize(
    ("giver", "given_roles"),
    [
        (Role.SECURITY_ADMIN, set(Role)),
        (Role.OPERATOR, set(Role) - {*SEPARATED, Role.AUDITOR}),
        (Role.CENTER_MANAGER, {Role.STEWARD, Role.TRIAGE_CLERK, Role.VENDOR}),
        (Role.SYSTEM_ADMIN, set()),
        (Role.AUDIT_ADMIN, set()),
        (Role.COORDINATOR, set()),
    ],
)
def test_a_seat_lets_give_those_of_lower_rank(giver: Seat.Role, given_roles: set[str]) -> None:
    person = make_seat(role=giver, region=CHENGDU).person

    may = {r for r in Role if policies.may_grant(person, r, None, CHENGDU, today=TODAY)}

    assert may == given_roles


def test_a_seat_lets_give_in_its_place_and_below_only() -> None:
    manager = make_seat(role=Role.CENTER_MANAGER, region=CHENGDU).person

    assert grant(make_person(), Role.STEWARD, by=manager, region=WUHOU).region_id == WUHOU
    for place in (SICHUAN, MIANYANG):
        with pytest.raises(services.OutOfScope) as refused:
            grant(make_person(), Role.STEWARD, by=manager, region=place)
        assert (refused.value.code, refused.value.status) == ("SCOPE", 403)
    assert Seat.objects.filter(role=Role.STEWARD).count() == 1


def test_a_manager_ends_seats_of_the_own_place_only() -> None:
    manager = make_seat(role=Role.CENTER_MANAGER, region=CHENGDU).person
    ours, theirs = (make_seat(role=Role.STEWARD, region=each) for each in (WUHOU, MIANYANG))

    services.end_seat(seat=ours, by=manager, at=NOW)
    with pytest.raises(services.OutOfScope):
        services.end_seat(seat=theirs, by=manager, at=NOW)

    assert list(Seat.objects.valid_on(TODAY).filter(role=Role.STEWARD)) == [theirs]


@pytest.mark.parametrize("first", SEPARATED)
@pytest.mark.parametrize("second", SEPARATED)
def test_nobody_holds_two_of_the_three(first: Seat.Role, second: Seat.Role) -> None:
    admin, person = make_security_admin(), make_person()
    grant(person, first, by=admin)

    with pytest.raises((services.RolesSeparated, services.SeatExists)) as refused:
        grant(person, second, by=admin)

    code = "SEAT_EXISTS" if first == second else "ROLE_SEPARATION"
    assert (refused.value.code, refused.value.status) == (code, 409)
    assert Seat.objects.filter(person=person).count() == 1


def test_the_database_refuses_it_too() -> None:
    person = make_person()
    make_seat(person, role=Role.SYSTEM_ADMIN, valid_from=date(2026, 1, 1))

    with pytest.raises(IntegrityError, match="at_most_one_of_the_three_admins"):
        make_seat(person, role=Role.AUDIT_ADMIN, valid_from=date(2026, 6, 1))


def test_one_after_the_other_is_allowed() -> None:
    admin, person = make_security_admin(), make_person()
    seat = make_seat(person, role=Role.SYSTEM_ADMIN, region=SICHUAN, valid_until=TOMORROW)
    services.end_seat(seat=seat, by=admin, at=NOW)

    assert grant(person, Role.AUDIT_ADMIN, by=admin).role == Role.AUDIT_ADMIN


def test_a_seat_that_has_yet_to_begin_counts_unless_this_one_ends_before() -> None:
    admin, person = make_security_admin(), make_person()
    make_seat(person, role=Role.AUDIT_ADMIN, region=SICHUAN, valid_from=LATER)
    order: dict[str, Any] = {
        "person": person,
        "role": Role.SYSTEM_ADMIN,
        "organization": None,
        "at": NOW,
    }

    for until in (None, LATER + timedelta(days=1)):
        with pytest.raises(services.RolesSeparated):
            services.grant_seat(**order, region=SICHUAN, by=admin, valid_until=until)
    brief = services.grant_seat(**order, region=SICHUAN, by=admin, valid_until=LATER)

    assert brief.valid_until == LATER


def test_a_substitute_must_not_hold_another_one_and_cannot_get_it_afterwards() -> None:
    admin = make_security_admin()
    system = make_seat(role=Role.SYSTEM_ADMIN, region=SICHUAN)
    auditing, free = make_seat(role=Role.AUDIT_ADMIN, region=SICHUAN).person, make_person()
    order: dict[str, Any] = {"seat": system, "by": admin, "at": NOW, "valid_until": LATER}

    with pytest.raises(services.RolesSeparated):
        services.appoint_substitute(**order, person=auditing)
    seat = services.appoint_substitute(**order, person=free)
    with pytest.raises(services.RolesSeparated):
        grant(free, Role.SECURITY_ADMIN, by=admin)

    assert (seat.stands_in_for, seat.role, seat.region_id) == (system, system.role, SICHUAN)
    assert Entry.objects.filter(kind="seat.granted").count() == 1


def test_a_substitute_leaves_with_the_seat() -> None:
    manager = make_seat(role=Role.CENTER_MANAGER, region=CHENGDU).person
    seat = make_seat(role=Role.STEWARD, region=WUHOU)
    person = make_person()
    services.appoint_substitute(seat=seat, person=person, by=manager, at=NOW, valid_until=LATER)

    services.end_seat(seat=seat, by=manager, at=NOW)

    assert not policies.serves(person, WUHOU, today=TODAY)
    assert Entry.objects.filter(kind="seat.ended").count() == 2


def test_a_substitute_is_for_a_time_and_for_somebody_else() -> None:
    manager = make_seat(role=Role.CENTER_MANAGER, region=CHENGDU).person
    seat = make_seat(role=Role.STEWARD, region=WUHOU, valid_until=LATER)
    other = make_person()
    order: dict[str, Any] = {"by": manager, "at": NOW}
    first = services.appoint_substitute(seat=seat, person=other, valid_until=TOMORROW, **order)

    for wrong, person, until in (
        (seat, make_person(), LATER + timedelta(days=1)),
        (seat, make_person(), TODAY),
        (seat, seat.person, TOMORROW),
        (first, make_person(), TOMORROW),
    ):
        with pytest.raises(services.SubstituteMisplaced):
            services.appoint_substitute(seat=wrong, person=person, valid_until=until, **order)
    with pytest.raises(services.OutOfScope):
        services.appoint_substitute(
            seat=seat, person=make_person(), valid_until=TOMORROW, by=other, at=NOW
        )
    services.end_seat(seat=seat, by=manager, at=NOW)
    with pytest.raises(services.SeatOver):
        services.appoint_substitute(seat=seat, person=make_person(), valid_until=TOMORROW, **order)


def test_what_else_the_database_refuses_is_no_refusal_of_ours() -> None:
    with pytest.raises(IntegrityError, match="an_agent_acts_for_an_organization"):
        grant(make_person(), Role.AGENT, by=None)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["grant", "end", "stand_in"]),
        st.integers(0, 2),
        st.sampled_from([*SEPARATED, Role.STEWARD]),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_no_order_of_acts_brings_two_of_the_three_into_one_hand(
    steps: list[tuple[str, int, Seat.Role]],
) -> None:
    """Against a model of three persons: what is held, and what has to be refused."""
    with transaction.atomic():
        admin, persons = make_security_admin(), [make_person() for _ in range(3)]
        principals = {role: make_seat(role=role, region=SICHUAN) for role in (*SEPARATED,)}
        held: dict[int, dict[str, Seat]] = {0: {}, 1: {}, 2: {}}
        for act, number, role in steps:
            mine = held[number]
            if act == "end":
                if role in mine:
                    services.end_seat(seat=mine.pop(role), by=admin, at=NOW)
                continue
            is_refused = role in mine or (role in SEPARATED and any(r in mine for r in SEPARATED))
            try:
                if act == "grant" or role not in SEPARATED:
                    seat = grant(persons[number], role, by=admin)
                else:
                    seat = services.appoint_substitute(
                        seat=principals[role],
                        person=persons[number],
                        by=admin,
                        at=NOW,
                        valid_until=LATER,
                    )
            except (services.RolesSeparated, services.SeatExists):
                assert is_refused
            else:
                assert not is_refused
                mine[role] = seat
        for person in persons:
            rows = Seat.objects.valid_on(TODAY).filter(person=person, role__in=SEPARATED)
            assert rows.count() <= 1
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_of_two_grants_at_once_the_second_waits_and_is_refused() -> None:
    admin, person = make_security_admin(), make_person()
    with ExitStack() as stack:
        with transaction.atomic():
            grant(person, Role.SYSTEM_ADMIN, by=admin)
            second = stack.enter_context(meanwhile(grant, person, Role.AUDIT_ADMIN, by=admin))
            with pytest.raises(NotYet):
                second.result(timeout=0.3)
        with pytest.raises(services.RolesSeparated):
            second.result(timeout=10)

    assert [seat.role for seat in Seat.objects.filter(person=person)] == [Role.SYSTEM_ADMIN]


@pytest.mark.django_db(transaction=True)
def test_of_two_rows_at_once_the_database_lets_in_one() -> None:
    """Past the services: what an importer or a person at the console might do."""
    person = make_person(region=SICHUAN)
    with ExitStack() as stack:
        with transaction.atomic():
            make_seat(person, role=Role.SYSTEM_ADMIN, region=SICHUAN)
            second = stack.enter_context(
                meanwhile(make_seat, person, role=Role.SECURITY_ADMIN, region=SICHUAN)
            )
            with pytest.raises(NotYet):
                second.result(timeout=0.3)
        with pytest.raises(IntegrityError, match="at_most_one_of_the_three_admins"):
            second.result(timeout=10)

    assert Seat.objects.filter(person=person).count() == 1


def test_an_operator_still_gives_what_serves_the_business() -> None:
    seat = grant(make_person(), Role.REVIEWER, by=make_operator())

    assert policies.may_review(seat.person, today=TODAY)
