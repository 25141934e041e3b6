"""What was merged is made two again: every byte, also of what came late."""

from contextlib import ExitStack
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from tests.makers import (
    NOW,
    TODAY,
    make_account,
    make_operator,
    make_organization,
    make_person,
    make_seat,
    make_team,
)
from tests.parallel import meanwhile

from kehui.ledger.models import Entry
from kehui.people.facts import PersonsSplit
from kehui.people.models import (
    Level,
    MergeLog,
    Person,
    Seat,
    Team,
)
from kehui.people.selectors.references import (
    Thing,
    survivors_of,
)
from kehui.people.services import (
    grant_seat,
)
from kehui.people.services.merging import (
    AlreadyMerged,
    merge,
)
from kehui.people.services.splitting import MergedSince, NotMerged, gather_late, undo_merge

pytestmark = pytest.mark.django_db

WHY = "两人持同一身份证，当面核对"
LATER = NOW + timedelta(hours=1)
HISTORY = {"ledger_entry", "ledger_cursor", "people_mergelog"}


def everything() -> dict[str, list[str]]:
    """Return all rows of all tables but those of history, as the database writes them."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table not in HISTORY:
                rows = sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(table))
                cursor.execute(rows)
                found[table] = [row[0] for row in cursor.fetchall()]
    return found


def test_one_agent_of_both_keeps_one_open_seat() -> None:
    firm, same = make_organization(), make_organization(code=None)
    agent = make_seat(organization=firm).person
    make_seat(agent, organization=same)
    before = everything()

    log = merge(survivor=firm, absorbed=same, by=make_operator(), reason=WHY, at=NOW)
    assert Seat.objects.valid_on(TODAY).filter(person=agent).count() == 1

    by = Person.objects.get(pk=log.by_id)
    undo_merge(log=log, by=by, at=LATER)
    now = everything()
    assert {each for each in before if before[each] != now[each]} <= {
        "people_person", "people_seat",
    }  # fmt: skip
    assert set(before["people_seat"]) <= set(now["people_seat"])  # beside the operator's


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_merging_and_undoing_leaves_every_byte_as_it_was(data: st.DataObject) -> None:
    with transaction.atomic():
        by, people = make_operator(), [make_person(level=Level.V2) for _ in range(3)]
        firms = [make_organization(code=None) for _ in range(3)]
        picks = st.tuples(st.sampled_from(people), st.sampled_from(firms))
        for person, firm in data.draw(st.sets(picks, max_size=6)):
            make_seat(person, organization=firm)
        for lead in data.draw(st.lists(st.sampled_from(people), max_size=2)):
            others = data.draw(st.sets(st.sampled_from(people), max_size=2)) - {lead}
            make_team(lead=lead, host=firms[0], members=tuple(others))
        for person in data.draw(st.sets(st.sampled_from(people))):
            make_account(person=person, acting_for=data.draw(st.sampled_from(firms)))
            Person.objects.filter(pk=person.pk).update(employer=firms[1])
        before = everything()
        things: list[tuple[Thing, Thing]] = [(people[0], people[1]), (people[2], people[0])]
        things += [(firms[0], firms[1]), (firms[2], firms[0])]
        chosen = data.draw(st.lists(st.sampled_from(things), unique=True, min_size=1))
        chosen = [each for each in things if each in chosen]

        logs = [merge(survivor=one, absorbed=two, by=by, reason=WHY, at=NOW) for one, two in chosen]
        assert everything() != before
        for log in reversed(logs):
            undo_merge(log=log, by=by, at=LATER)

        assert everything() == before
        assert [each.left for each in MergeLog.objects.order_by("pk")] == [
            each.left for each in logs
        ]
        transaction.set_rollback(True)


def test_what_was_changed_since_stays_and_is_told() -> None:
    survivor, absorbed, third = make_person(), make_person(), make_person()
    team, other = make_team(lead=absorbed), make_team(lead=absorbed)
    by = make_operator()
    log = merge(survivor=survivor, absorbed=absorbed, by=by, reason=WHY, at=NOW)
    team.lead = third
    team.save()

    log = undo_merge(log=log, by=by, at=LATER)

    team.refresh_from_db()
    other.refresh_from_db()
    assert (team.lead_id, other.lead_id) == (third.pk, absorbed.pk)
    assert log.left == [["people.Team", "lead_id", team.pk, "changed_since"]]
    assert PersonsSplit.of(Entry.objects.latest("pk")).rows == len(log.moved) - 1


def test_what_has_no_room_any_more_stays_and_is_told() -> None:
    survivor, absorbed, firm = make_person(), make_person(), make_organization()
    seat, kept = make_seat(absorbed, organization=firm), make_seat(absorbed)
    by = make_operator()
    log = merge(survivor=survivor, absorbed=absorbed, by=by, reason=WHY, at=NOW)
    make_seat(absorbed, organization=firm)  # by an act that had begun before

    log = undo_merge(log=log, by=by, at=LATER)

    seat.refresh_from_db()
    kept.refresh_from_db()
    assert (seat.person_id, kept.person_id) == (survivor.pk, absorbed.pk)
    assert log.left == [["people.Seat", "person_id", seat.pk, "one_open_seat_of_a_kind"]]


def test_a_chain_is_undone_from_its_end() -> None:
    one, two, three, by = make_person(), make_person(), make_person(), make_operator()
    seat = make_seat(one)
    first = merge(survivor=two, absorbed=one, by=by, reason=WHY, at=NOW)
    second = merge(survivor=three, absorbed=two, by=by, reason=WHY, at=NOW)
    assert survivors_of(Person, [one.pk]) == {one.pk: three.pk}

    with pytest.raises(MergedSince):
        undo_merge(log=first, by=by, at=LATER)
    undo_merge(log=second, by=by, at=LATER)
    undo_merge(log=first, by=by, at=LATER)

    seat.refresh_from_db()
    assert seat.person_id == one.pk
    with pytest.raises(NotMerged):
        undo_merge(log=first, by=by, at=LATER)


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_of_a_pair_the_second_waits_and_is_refused() -> None:
    one, other, by = make_person(), make_person(), make_operator()

    with ExitStack() as stack:
        with transaction.atomic():
            merge(survivor=one, absorbed=other, by=by, reason=WHY, at=NOW)
            back = partial(merge, survivor=other, absorbed=one, by=by, reason=WHY, at=NOW)
            second = stack.enter_context(meanwhile(back))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(AlreadyMerged):
            second.result(timeout=60)

    assert MergeLog.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_merge_waits_for_an_act_that_holds_the_absorbed_and_takes_it_along() -> None:
    one, other, by, firm = make_person(), make_person(), make_operator(), make_organization()

    with ExitStack() as stack:
        with transaction.atomic():
            seat = grant_seat(
                person=other,
                role=Seat.Role.AGENT,
                organization=firm,
                region=firm.region_id,
                by=by,
                at=NOW,
            )
            act = partial(merge, survivor=one, absorbed=other, by=by, reason=WHY, at=NOW)
            merging = stack.enter_context(meanwhile(act))
            with pytest.raises(TimeoutError):
                merging.result(timeout=0.3)
        merging.result(timeout=60)

    seat.refresh_from_db()
    assert seat.person_id == one.pk


@pytest.mark.django_db(transaction=True)
def test_an_act_that_was_late_is_gathered_and_goes_back_too() -> None:
    one, other, by = make_person(), make_person(), make_operator()

    act = partial(merge, survivor=one, absorbed=other, by=by, reason=WHY, at=NOW)
    with ExitStack() as stack, transaction.atomic():
        team = Team.objects.create(name="迟到的团队", lead=other, founded_at=NOW)
        log = stack.enter_context(meanwhile(act)).result(timeout=60)
    team.refresh_from_db()
    assert team.lead_id == other.pk

    assert gather_late(at=LATER) == 1
    assert gather_late(at=LATER) == 0
    team.refresh_from_db()
    assert team.lead_id == one.pk

    undo_merge(log=log, by=by, at=LATER)
    team.refresh_from_db()
    assert team.lead_id == other.pk
    assert gather_late(at=LATER) == 0


def test_what_is_late_at_one_who_was_merged_on_goes_with_the_last_merge() -> None:
    one, two, three, by = make_person(), make_person(), make_person(), make_operator()
    merge(survivor=two, absorbed=one, by=by, reason=WHY, at=NOW)
    merge(survivor=three, absorbed=two, by=by, reason=WHY, at=NOW)
    firm = make_organization()
    make_seat(three, organization=firm)
    doubled = make_seat(two, organization=firm)

    assert gather_late(at=LATER) == 1  # the open seat ends

    doubled.refresh_from_db()
    assert (doubled.person_id, doubled.valid_until) == (two.pk, TODAY)
