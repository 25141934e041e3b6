"""One of two, and two again: every row follows, and comes back."""

from datetime import date, timedelta

import pytest
from django.db.models import QuerySet
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

from kehui.ledger.models import Entry
from kehui.people.facts import KeptApart, OrganizationsMerged, PersonsMerged
from kehui.people.models import (
    Account,
    ApiToken,
    Level,
    Membership,
    Organization,
    Person,
    Seat,
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
    issue_token,
)
from kehui.people.services.merging import (
    AlreadyMerged,
    MergeImpossible,
    MergeOtherWay,
    MergeReasonMissing,
    TwoPersonRule,
    approve_merge,
    ask_to_merge,
    keep_apart,
    merge,
)
from kehui.people.services.splitting import undo_merge

pytestmark = pytest.mark.django_db

WHY = "两人持同一身份证，当面核对"
LATER = NOW + timedelta(hours=1)


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
