"""Entries that may be one are told with reasons; nobody but people decides."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.makers import (
    CHENGDU,
    MIANYANG,
    NOW,
    make_operator,
    make_organization,
    make_person,
)

from kehui.people.models import Level, Organization, Person
from kehui.people.selectors import alike
from kehui.people.selectors.duplicates import (
    MOST_PER_ENTRY,
    Reason,
    merges,
    organizations_like,
    organizations_to_compare,
    persons_like,
    persons_to_compare,
)
from kehui.people.services import give_identity_number, give_phone
from kehui.people.services.merging import keep_apart, merge

pytestmark = pytest.mark.django_db

IDENTITY = "11010519491231002X"


def told(person: Person) -> list[tuple[str, tuple[Reason, ...]]]:
    return [(str(each.other), each.reasons) for each in persons_like([person])]


def test_two_of_one_name_in_two_places_are_not_even_asked_about() -> None:
    one = make_person("王芳", region=CHENGDU)
    make_person("王芳", region=MIANYANG)

    assert told(one) == []
    assert persons_to_compare() == []


def test_the_same_look_in_one_place_or_firm_is_a_reason_to_look() -> None:
    firm = make_organization()
    one = make_person("吉小云", employer=firm)
    make_person("𠮷小雲", region=MIANYANG, employer=firm)
    make_person("吉 小云")

    assert told(one) == [
        ("𠮷小雲", (Reason.SAME_LOOK_AND_EMPLOYER,)),
        ("吉 小云", (Reason.SAME_LOOK_AND_PLACE,)),
    ]


def test_one_phone_or_identity_number_is_a_stronger_reason() -> None:
    one, phone, identity, alone = (make_person(each) for each in ("甲", "乙", "丙", "丁"))
    for each in (one, phone):
        give_phone(person=each, phone="13800005678", at=NOW)
    for each in (one, identity):
        give_identity_number(person=each, number=IDENTITY, at=NOW)
    give_phone(person=alone, phone="13900005678", at=NOW)

    assert told(one) == [
        ("丙", (Reason.SAME_IDENTITY_NUMBER,)),
        ("乙", (Reason.SAME_PHONE,)),
    ]
    assert told(alone) == []


def test_a_pair_is_told_once_and_not_after_it_was_judged() -> None:
    one, other, third = make_person("李雷"), make_person("李雷"), make_person("李雷")
    pairs = persons_to_compare()
    assert {frozenset((each.entry.pk, each.other.pk)) for each in pairs} == {
        frozenset(each) for each in ((one.pk, other.pk), (one.pk, third.pk), (other.pk, third.pk))
    }
    assert len(pairs) == 3

    by = make_operator()
    apart = keep_apart(one=one, other=other, by=by, reason="父子", at=NOW)
    merged = merge(survivor=one, absorbed=third, by=by, reason="同一证件", at=NOW)

    assert persons_to_compare() == []
    assert merges() == [merged, apart]


def test_of_many_only_some_are_told() -> None:
    one = make_person("陈晨")
    for _ in range(MOST_PER_ENTRY + 2):
        make_person("陈晨")

    assert len(told(one)) == MOST_PER_ENTRY


def test_a_name_without_signs_is_like_nobody() -> None:
    make_person("——")
    one = make_person("……")

    assert (one.look, told(one), persons_like([])) == ("", [], [])


def test_organizations_are_asked_about_by_certificate_then_name_and_place() -> None:
    number = {"kind": "登记证", "number": "川民0001"}
    one = make_organization("科达机械有限公司", code=None)
    same = make_organization("科达机械公司")
    licence = make_organization("科達", code=None, region=MIANYANG)
    Organization.objects.filter(pk__in=(one.pk, licence.pk)).update(alternative_id=number)
    make_organization("科达机械有限公司", region=MIANYANG)
    one.refresh_from_db()

    assert [(each.other, each.reasons) for each in organizations_like([one])] == [
        (licence, (Reason.SAME_NUMBER,)),
        (same, (Reason.SAME_LOOK_AND_PLACE,)),
    ]
    assert organizations_like([]) == []


def test_two_codes_are_two_organizations() -> None:
    make_organization("科达机械有限公司")
    make_organization("科达机械公司")

    assert organizations_to_compare() == []


def test_an_absorbed_organization_is_no_double_of_anybody() -> None:
    firm = make_organization("科达机械有限公司")
    same = make_organization("科达机械公司", code=None, level=Level.V1)
    assert alike([firm]) == {firm.pk: same.name}
    merge(survivor=firm, absorbed=same, by=make_operator(), reason="同一执照", at=NOW)

    assert (alike([firm]), organizations_to_compare()) == ({}, [])


def test_questions_do_not_grow_with_the_persons() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            for each in persons_to_compare():
                assert each.entry.region.name
                assert each.other.region.name
        return len(queries)

    for name, phone in (("甲", "13800005678"), ("乙", "13900005678")):
        for _ in range(2):
            give_phone(person=make_person(f"{name}某"), phone=phone, at=NOW)
        if name == "甲":
            few = asked()

    assert asked() <= few == 6
