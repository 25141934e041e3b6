"""Learned names: in force at once, decided by operators, and gone back from."""

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from tests.makers import NOW, make_operator, make_person
from tests.parallel import meanwhile

from kehui.engines.naming import Standing
from kehui.ledger.models import Entry
from kehui.market.facts import NamesChanged
from kehui.market.models import NamingEdition, NamingVerdict
from kehui.market.selectors import namings, terms
from kehui.market.services.namings import (
    NamingUnknown,
    NoNamesInForce,
    install_names,
    judge_naming,
    roll_back_names,
    version_of,
)
from kehui.market.services.terms import add_term
from kehui.people.services import NotAnOperator

pytestmark = pytest.mark.django_db


def row(name: str, other: str, standing: Standing = Standing.TAUGHT) -> dict[str, Any]:
    quotes = [{"item": 5, "words": f"{name}（{other}）"}]
    said = {"owners": 3, "texts": 4, "standing": standing.value, "quotes": quotes}
    return {"name": name, "other": other, **said}


MVR = row("机械蒸汽再压缩", "mvr")
RO = row("反渗透", "ro", Standing.FEW)


def install(*rows: dict[str, Any], days: int = 0) -> NamesChanged:
    at = NOW + timedelta(days=days)
    return install_names(content=[*rows], held_back=30, before=0.5, after=0.625, at=at)


def other_names(text: str) -> list[str]:
    return [name for each in terms.lexicon().mentions(text) for name in each.other_names]


def test_what_is_taught_is_known_at_once_and_the_rest_waits() -> None:
    assert other_names("mvr") == []

    change = install(MVR, RO)

    assert other_names("用MVR蒸发，RO脱盐") == ["机械蒸汽再压缩"]
    assert (change.edition, change.before) == (version_of([MVR, RO]), "")
    assert (change.in_force, change.before_ppm, change.after_ppm) == (1, 500_000, 625_000)
    assert NamesChanged.of(Entry.objects.get(kind=NamesChanged.kind)) == change
    assert [each.is_in_force for each in namings.learned()] == [True, False]
    assert str(NamingEdition.objects.get()) == f"{change.edition} · 在用"


def test_an_operator_has_the_last_word_and_may_take_it_back() -> None:
    install(MVR, RO)
    operator = make_operator()
    for pair, is_right in ((MVR, False), (RO, True)):
        judge_naming(
            name=pair["name"], other=pair["other"], is_right=is_right, person=operator, at=NOW
        )
    assert (other_names("mvr"), other_names("ro")) == ([], ["反渗透"])
    assert sorted(map(str, NamingVerdict.objects.all())) == ["反渗透 = ro", "机械蒸汽再压缩 ≠ mvr"]

    install({**MVR, "owners": 9}, RO, days=1)
    assert (other_names("mvr"), other_names("ro")) == ([], ["反渗透"])

    judge_naming(name=MVR["name"], other="mvr", is_right=None, person=operator, at=NOW)
    assert other_names("mvr") == ["机械蒸汽再压缩"]
    later = NOW + timedelta(minutes=1)
    judge_naming(name=RO["name"], other="ro", is_right=False, person=operator, at=later)
    assert other_names("ro") == []


def test_only_operators_decide_and_only_what_is_there() -> None:
    install(MVR)

    with pytest.raises(NotAnOperator):
        judge_naming(name=MVR["name"], other="mvr", is_right=True, person=make_person(), at=NOW)
    with pytest.raises(NamingUnknown, match="反渗透"):
        judge_naming(name="反渗透", other="ro", is_right=True, person=make_operator(), at=NOW)


def test_the_dictionary_goes_before_what_was_learned() -> None:
    add_term(term="多视角渲染", synonyms=["MVR"], person=make_operator(), at=NOW)

    install(MVR)

    assert other_names("mvr") == ["多视角渲染"]


def test_one_goes_back_edition_by_edition_and_no_further() -> None:
    first = install(MVR)
    second = install({**RO, "standing": "taught"}, days=1)
    assert second.before == first.edition
    assert (other_names("mvr"), other_names("ro")) == ([], ["反渗透"])

    back = roll_back_names(at=NOW)
    assert (back.edition, back.before, back.after_ppm) == (first.edition, second.edition, None)
    assert (other_names("mvr"), other_names("ro")) == (["机械蒸汽再压缩"], [])

    assert roll_back_names(at=NOW).edition == ""
    assert other_names("mvr") == []
    with pytest.raises(NoNamesInForce):
        roll_back_names(at=NOW)


def test_words_find_pairs_by_either_name() -> None:
    install(MVR, RO)

    assert [each.other for each in namings.learned("ＭＶ")] == ["mvr"]
    assert [each.other for each in namings.learned("渗透")] == ["ro"]
    assert namings.learned(".*") == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_go_back_at_once_the_second_waits() -> None:
    install(MVR)

    with ExitStack() as stack:
        with transaction.atomic():
            roll_back_names(at=NOW)
            other = stack.enter_context(meanwhile(lambda: roll_back_names(at=NOW)))
            with pytest.raises(TimeoutError):
                other.result(timeout=0.3)
        with pytest.raises(NoNamesInForce):
            other.result(timeout=20)
