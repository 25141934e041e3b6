"""Persons are found by name, place and discipline, the best first, in a few questions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.makers import (
    CHENGDU,
    MIANYANG,
    NOW,
    SICHUAN,
    WUHOU,
    make_operator,
    make_organization,
    make_person,
)

from kehui.people.models import Level, Person
from kehui.people.selectors.search import find_persons, key_of
from kehui.people.services.accounts import describe_person
from kehui.people.services.merging import merge

pytestmark = pytest.mark.django_db


def test_the_whole_name_comes_first_then_beginnings_then_what_holds_it() -> None:
    inside, begins, whole = make_person("刘小明"), make_person("小明珠"), make_person("小明")
    make_person("小红明")

    assert find_persons("小明") == [whole, begins, inside]
    assert find_persons("小明", limit=2) == [whole, begins]
    assert find_persons("小明", limit=0) == []


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("𠮷田慧", "𠮷"),
        ("𠮷田慧", "𠮷田"),
        ("阿依古丽·买买提", "买买提"),
        ("阿依古丽·买买提", "阿依古丽•买"),
        ("阿依古丽·买买提", "·"),
        ("Ｗａｎｇ　Ｌｉ", "wang li"),
        ("Wang Li", "ｗａｎｇｌｉ"),
        ("李", "李"),
    ],
)
def test_rare_characters_dots_and_widths_are_found(name: str, asked: str) -> None:
    person = make_person(name)
    make_person("完全不同")

    assert find_persons(asked) == [person]


def test_place_and_discipline_narrow_it() -> None:
    here = make_person("张伟", region=WUHOU, disciplines=("5202040",))
    there = make_person("张伟", region=MIANYANG, disciplines=("52020",))
    other = make_person("张伟", region=CHENGDU, disciplines=("1101410",))

    assert find_persons("张伟", region=CHENGDU) == [here, other]
    assert find_persons("张伟", region=MIANYANG) == [there]
    assert find_persons("张伟", region=SICHUAN, discipline="52020") == [here, there]
    assert find_persons(discipline="110") == [other]
    assert find_persons("张", region=WUHOU, discipline="520") == [here]
    assert find_persons("伟", discipline="5202040") == [here]


def test_what_only_shares_pairs_is_not_found() -> None:
    make_person("小明明小")

    assert find_persons("明小明") == []


def test_who_left_and_who_was_absorbed_is_not_found() -> None:
    gone, survivor, absorbed = make_person("赵四"), make_person("赵四"), make_person("赵四")
    merge(survivor=survivor, absorbed=absorbed, by=make_operator(), reason="同一人", at=NOW)
    Person.objects.filter(pk=gone.pk).update(name="已注销用户", level=Level.V0, left_at=NOW)

    assert find_persons("赵四") == [survivor]
    assert find_persons("已注销用户") == []


def test_a_new_name_is_found_at_once_and_looks_like_itself() -> None:
    person = make_person("钱五")
    describe_person(person=person, name="孙六", title="", region=CHENGDU, at=NOW)

    person.refresh_from_db()
    assert (find_persons("孙六"), find_persons("钱五")) == ([person], [])
    assert person.look == "孙六"


def test_questions_do_not_grow_with_what_is_found() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as told:
            for each in find_persons("王", region=CHENGDU):
                assert each.region.name
                assert each.employer
        return len(told)

    make_person("王一", employer=make_organization())
    few = asked()
    for _ in range(12):
        make_person("王二", employer=make_organization(region=MIANYANG))

    assert asked() == few == 4  # whole, beginning, holding; and the parks


def test_the_database_folds_names_as_we_do() -> None:
    for name in ("Ｗａｎｇ　Ｌｉ", "阿依古丽·买买提", "𠮷田", "Ａ b"):
        make_person(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, kehui_person_tokens(name, '1', '{}') FROM people_person")
        for name, tokens in cursor.fetchall():
            assert key_of(name)[:2] in tokens
            assert set(key_of(name)) <= set(tokens)
