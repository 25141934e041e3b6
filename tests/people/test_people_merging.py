"""One of two, and two again: every row follows, and comes back."""

from contextlib import ExitStack
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from tests.makers import (
    MIANYANG,
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
from kehui.people.facts import KeptApart, OrganizationsMerged, PersonsMerged, PersonsSplit
from kehui.people.models import (
    Account,
    ApiToken,
    Level,
    Membership,
    MergeLog,
    Organization,
    Person,
    Seat,
    Team,
)
from kehui.people.selectors import usable_token
from kehui.people.selectors.personal import usernames_of
from kehui.people.selectors.references import (
    Thing,
    columns_naming,
    numbers_of,
    survivors_of,
)
from kehui.people.services import (
    NotAnOperator,
    give_identity_number,
    give_phone,
    grant_seat,
    issue_token,
)
from kehui.people.services.merging import (
    AlreadyMerged,
    MergedSince,
    MergeImpossible,
    MergeOtherWay,
    MergeReasonMissing,
    NotMerged,
    TwoPersonRule,
    approve_merge,
    ask_to_merge,
    gather_late,
    keep_apart,
    merge,
    undo_merge,
)

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


def rows_naming(thing: Thing) -> int:
    return sum(
        QuerySet(model).filter(**{column.attname: thing.pk}).count()
        for model, column in columns_naming(type(thing))
    )


def test_every_row_of_the_absorbed_becomes_the_survivors() -> None:
    survivor, absorbed, by = make_person("张伟"), make_person("张伟"), make_operator()
    firm = make_organization()
    make_seat(absorbed, organization=firm)
    team = make_team(lead=absorbed)

    log = merge(survivor=survivor, absorbed=absorbed, by=by, reason=WHY, at=NOW)

    absorbed.refresh_from_db()
    team.refresh_from_db()
    assert absorbed.merged_into_id == survivor.pk
    assert (team.lead_id, Seat.objects.get(organization=firm).person_id) == (
        survivor.pk, survivor.pk,
    )  # fmt: skip
    assert (rows_naming(absorbed), log.left, log.waits, log.stands) == (0, [], False, True)
    assert PersonsMerged.of(Entry.objects.get()) == PersonsMerged(
        merge=log.pk, survivor=survivor.pk, absorbed=absorbed.pk, second=None, rows=3
    )


def test_figures_of_facts_follow_by_the_number() -> None:
    survivor, absorbed, third = make_person(), make_person(), make_person()
    log = merge(survivor=survivor, absorbed=absorbed, by=make_operator(), reason=WHY, at=NOW)

    numbers = [survivor.pk, absorbed.pk, third.pk]
    assert survivors_of(Person, numbers) == {
        survivor.pk: survivor.pk, absorbed.pk: survivor.pk, third.pk: third.pk,
    }  # fmt: skip
    assert numbers_of(survivor) == [survivor.pk, absorbed.pk]

    undo_merge(log=log, by=make_operator(), at=LATER)
    assert survivors_of(Person, numbers)[absorbed.pk] == absorbed.pk
    assert numbers_of(survivor) == [survivor.pk]


def test_the_walk_finds_the_columns_of_every_app() -> None:
    found = {(model._meta.label, column.name) for model, column in columns_naming(Person)}

    assert {
        ("people.Seat", "person"),
        ("market.Item", "holder"),
        ("matching.Feedback", "by"),
        ("notices.Notice", "person"),
    } <= found
    assert {label for label, _ in found} & {"people.PersonKey", "matching.Profile"} == set()
    assert "people.MergeLog" not in {label for label, _ in found}
    assert ("people.Account", "acting_for") in {
        (model._meta.label, column.name) for model, column in columns_naming(Organization)
    }


def test_what_both_hold_stays_behind_and_ends() -> None:
    survivor, absorbed, firm = make_person(), make_person(), make_organization()
    make_seat(survivor, organization=firm)
    doubled = make_seat(absorbed, organization=firm)
    team = make_team(lead=survivor, members=(absorbed,))
    place = Membership.objects.get(team=team, person=absorbed)

    log = merge(survivor=survivor, absorbed=absorbed, by=make_operator(), reason=WHY, at=NOW)

    doubled.refresh_from_db()
    place.refresh_from_db()
    assert (doubled.person_id, doubled.valid_until) == (absorbed.pk, TODAY)
    assert (place.person_id, place.until) == (absorbed.pk, TODAY)
    assert sorted(log.left) == [
        ["people.Membership", "person_id", place.pk, "one_open_place_per_team"],
        ["people.Seat", "person_id", doubled.pk, "one_open_seat_of_a_kind"],
    ]


def test_beside_the_survivors_account_the_other_is_shut_with_its_tokens() -> None:
    survivor, absorbed = make_account().person, make_account("gone").person
    assert survivor
    assert absorbed
    secret = "k" * 43
    issue_token(person=absorbed, name="脚本", scopes=[ApiToken.Scope.READ], secret=secret, at=NOW)

    log = merge(survivor=survivor, absorbed=absorbed, by=make_operator(), reason=WHY, at=NOW)
    assert not Account.objects.get(username="gone").is_active
    assert usable_token(secret, at=LATER) is None

    undo_merge(log=log, by=make_operator(), at=LATER)
    assert Account.objects.get(username="gone").is_active
    assert usable_token(secret, at=LATER)


def test_an_account_goes_to_a_survivor_without_one_and_the_phone_still_signs_in() -> None:
    survivor, absorbed = make_person(), make_person()
    account = make_account("zhangwei", person=absorbed)
    give_phone(person=absorbed, phone="13800005678", at=NOW)

    merge(survivor=survivor, absorbed=absorbed, by=make_operator(), reason=WHY, at=NOW)

    account.refresh_from_db()
    assert (account.person_id, account.is_active) == (survivor.pk, True)
    assert usernames_of("13800005678") == ["zhangwei"]


def test_two_contacts_of_one_firm_end_in_one_organization() -> None:
    firm = make_organization("绵阳科达机械有限公司", region=MIANYANG)
    same = make_organization("绵阳科达机械公司", code=None, region=MIANYANG, level=Level.V1)
    one, other = make_seat(organization=firm).person, make_seat(organization=same).person
    make_account(person=other, acting_for=same)

    log = merge(survivor=firm, absorbed=same, by=make_operator(), reason="同一营业执照", at=NOW)

    agents = Seat.objects.valid_on(TODAY).filter(organization=firm).values_list("person", flat=True)
    assert set(agents) == {one.pk, other.pk}
    assert Account.objects.get(person=other).acting_for_id == firm.pk
    fact = OrganizationsMerged.of(Entry.objects.get())
    assert (fact.survivor, fact.absorbed, log.left) == (firm.pk, same.pk, [])


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


def test_two_affirmed_need_two_operators() -> None:
    one, other = make_person(level=Level.V3), make_person(level=Level.V3)
    by, second = make_operator(), make_operator()

    for approver in (None, by, make_person()):
        with pytest.raises(TwoPersonRule) as refused:
            merge(survivor=one, absorbed=other, by=by, reason=WHY, at=NOW, second=approver)
        assert (refused.value.code, refused.value.status) == ("TWO_PERSON", 403)
    log = ask_to_merge(survivor=one, absorbed=other, by=by, reason=WHY, at=NOW)
    assert (log.waits, Entry.objects.count()) == (True, 0)
    with pytest.raises(TwoPersonRule):
        approve_merge(log=log, by=by, at=LATER)
    log = approve_merge(log=log, by=second, at=LATER)

    assert (log.stands, log.second_id, str(log)) == (True, second.pk, f"{other} → {one}")
    assert Entry.objects.get().actor == second.pk
    with pytest.raises(AlreadyMerged):
        approve_merge(log=log, by=second, at=LATER)


def test_one_operator_is_enough_for_others() -> None:
    log = ask_to_merge(
        survivor=make_person(level=Level.V3),
        absorbed=make_person(),
        by=make_operator(),
        reason=WHY,
        at=NOW,
    )
    assert log.stands


@pytest.mark.parametrize("reason", ["", "  ", "长" * 121])
def test_a_merge_says_why(reason: str) -> None:
    with pytest.raises(MergeReasonMissing):
        merge(
            survivor=make_person(),
            absorbed=make_person(),
            by=make_operator(),
            reason=reason,
            at=NOW,
        )


def test_nobody_merges_oneself_nor_the_own_organization() -> None:
    by, firm = make_operator(), make_organization()
    make_seat(by, organization=firm)

    for one, other, who in (
        (by, make_person(), by),
        (make_person(), by, by),
        (make_person(), make_person(), make_person()),
    ):
        with pytest.raises(NotAnOperator):
            merge(survivor=one, absorbed=other, by=who, reason=WHY, at=NOW)
    with pytest.raises(NotAnOperator):
        merge(survivor=make_organization(), absorbed=firm, by=by, reason=WHY, at=NOW)
    log = merge(survivor=by, absorbed=make_person(), by=make_operator(), reason=WHY, at=NOW)
    with pytest.raises(NotAnOperator):
        undo_merge(log=log, by=by, at=LATER)


def test_an_operator_whose_seat_was_taken_back_merges_nothing_more() -> None:
    one, other = make_person(level=Level.V3), make_person(level=Level.V3)
    by = make_operator()
    log = ask_to_merge(survivor=one, absorbed=other, by=by, reason=WHY, at=NOW)
    Seat.objects.filter(person=by).update(valid_until=date(2026, 3, 2))

    with pytest.raises(NotAnOperator):
        approve_merge(log=log, by=make_operator(), at=LATER)


def test_two_with_different_numbers_are_two() -> None:
    one, other, by = make_person("李明"), make_person("李明"), make_operator()
    give_identity_number(person=one, number="11010519491231002X", at=NOW)
    give_identity_number(person=other, number="440524198001010013", at=NOW)
    with pytest.raises(MergeImpossible) as refused:
        merge(survivor=one, absorbed=other, by=by, reason=WHY, at=NOW)
    assert "是两个人" in str(refused.value)

    with pytest.raises(MergeImpossible, match="两家单位"):
        merge(
            survivor=make_organization(),
            absorbed=make_organization(),
            by=by,
            reason=WHY,
            at=NOW,
        )
    with pytest.raises(MergeImpossible):
        merge(survivor=one, absorbed=one, by=by, reason=WHY, at=NOW)


def test_who_is_better_known_survives() -> None:
    by = make_operator()
    with pytest.raises(MergeOtherWay):
        merge(
            survivor=make_person(level=Level.V1), absorbed=make_person(), by=by, reason=WHY, at=NOW
        )
    with pytest.raises(MergeOtherWay):
        merge(
            survivor=make_organization(code=None),
            absorbed=make_organization(),
            by=by,
            reason=WHY,
            at=NOW,
        )


def test_a_person_and_an_organization_are_never_one() -> None:
    with pytest.raises(TypeError):
        merge(
            survivor=make_person(),
            absorbed=make_organization(),
            by=make_operator(),
            reason=WHY,
            at=NOW,
        )


def test_whoever_was_forgotten_stays_forgotten() -> None:
    one, other, by = make_person(), make_person(), make_operator()
    log = merge(survivor=one, absorbed=other, by=by, reason=WHY, at=NOW)
    gone = {"name": "已注销用户", "title": "", "level": 0, "left_at": NOW}
    Person.objects.filter(pk=other.pk).update(**gone)
    with pytest.raises(MergeImpossible):
        undo_merge(log=log, by=by, at=LATER)

    third = make_person()
    Person.objects.filter(pk=third.pk).update(**gone)
    with pytest.raises(MergeImpossible):
        merge(survivor=make_person(), absorbed=third, by=by, reason=WHY, at=NOW)


def test_two_people_of_one_name_are_kept_apart() -> None:
    one, other, by = make_person("王芳"), make_person("王芳"), make_operator()

    log = keep_apart(one=one, other=other, by=by, reason="两人都来过中心", at=NOW)

    assert (log.waits, log.stands) == (False, False)
    assert KeptApart.of(Entry.objects.get()) == KeptApart(
        merge=log.pk, thing="person", one=one.pk, other=other.pk
    )
    assert Person.objects.filter(name="王芳", merged_into=None).count() == 2
    apart = keep_apart(
        one=make_organization(), other=make_organization(), by=by, reason="两张执照", at=NOW
    )
    assert KeptApart.of(Entry.objects.latest("pk")).thing == "organization"
    assert apart.absorbed != apart.survivor


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
