"""Industries and disciplines: editions, counts and traps."""

from collections import Counter

import pytest

from kehui.core import disciplines, industries
from kehui.core.codes import Code, CodeTree
from kehui.core.disciplines import DisciplineUnknown, SchemeMissing, SchemeUnknown
from kehui.core.industries import IndustryUnknown, SectionMismatch


def counts(tree: CodeTree) -> tuple[int, ...]:
    seen = Counter(row.level for row in tree)
    return tuple(seen[level] for level in sorted(seen))


def test_the_edition_of_the_industries_is_pinned() -> None:
    assert industries.SCHEME == "GB/T 4754-2017"
    assert counts(industries.tree()) == industries.COUNTS == (20, 97, 473, 1381)
    assert [row.code for row in industries.tree().children()] == list("ABCDEFGHIJKLMNOPQRST")


@pytest.mark.parametrize("tree", [industries.tree(), disciplines.tree()])
def test_every_code_stands_under_one_that_exists(tree: CodeTree) -> None:
    for row in tree:
        line = tree.line(row.code)
        assert [each.level for each in line] == list(range(1, row.level + 1))
        assert line[-1] == row


@pytest.mark.parametrize("text", ["C3511", "3511", " ｃ３５１１ "])
def test_an_industry_is_read_with_or_without_its_letter(text: str) -> None:
    assert industries.parse(text).code == "3511"


def test_sections_and_divisions_are_read_too() -> None:
    assert industries.parse("c").level == 1
    assert industries.parse("35").level == 2
    assert industries.parse("C351").level == 3
    assert industries.section_of("3511").code == "C"


def test_a_wrong_letter_is_refused_and_both_are_named() -> None:
    with pytest.raises(SectionMismatch) as refusal:
        industries.parse("A3511", field="industry")
    assert (refusal.value.code, refusal.value.status, refusal.value.field) == (
        "SECTION_MISMATCH",
        422,
        "industry",
    )
    assert refusal.value.chinese == "行业代码 3511 属于门类 C，不是 A。请核对。"


@pytest.mark.parametrize("text", ["", "9999", "C9999", "Z", "35111", "软件", "3", "CC"])
def test_an_unknown_industry_is_refused(text: str) -> None:
    with pytest.raises(IndustryUnknown):
        industries.parse(text)


def test_the_first_level_of_the_disciplines_is_62() -> None:
    assert len(disciplines.tree().children()) == disciplines.FIRST_LEVEL == 62
    assert counts(disciplines.tree()) == (62, 756, 2819)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("520", "520"),
        ("52020", "52020"),
        ("520.20", "52020"),
        ("520.2040", "5202040"),
        ("520.20.40", "5202040"),
        (" ５２０．２０ ", "52020"),
    ],
)
def test_a_discipline_is_read_with_or_without_dots(text: str, code: str) -> None:
    assert disciplines.parse(text).code == code


@pytest.mark.parametrize("text", ["0812", "F02", "TP391", "材料", ""])
def test_another_schemes_code_is_not_taken_for_ours(text: str) -> None:
    with pytest.raises(SchemeMissing) as refusal:
        disciplines.parse(text)
    assert refusal.value.code == "SCHEME_MISSING"


@pytest.mark.parametrize(
    "scheme", ["GB/T 13745-2009", "gb/t13745", "ＧＢ／Ｔ 13745", "学科分类与代码"]
)
def test_our_scheme_may_be_named(scheme: str) -> None:
    assert disciplines.parse("520", scheme=scheme).code == "520"
    with pytest.raises(DisciplineUnknown):
        disciplines.parse("0812", scheme=scheme)


def test_another_scheme_is_not_converted() -> None:
    with pytest.raises(SchemeUnknown):
        disciplines.parse("0812", scheme="学位授予和人才培养学科目录")


def test_an_unknown_discipline_of_our_form_is_refused() -> None:
    with pytest.raises(DisciplineUnknown):
        disciplines.parse("999")


def test_a_row_that_refers_elsewhere_is_hidden_and_gives_its_target() -> None:
    tree = disciplines.tree()
    assert tree["1603010"].see == "16070"
    assert "1603010" not in [row.code for row in tree.children("16030")]
    assert disciplines.parse("1603010").code == "16070"
    assert [row.code for row in tree if row.see and tree[row.see].see] == []


def test_names_of_codes_and_of_what_is_none() -> None:
    assert industries.name_of("A") == "农、林、牧、渔业"
    assert industries.name_of("X9") == "X9"
    assert disciplines.name_of("110") == "数学"
    assert disciplines.name_of("999") == "999"


def test_a_tree_knows_what_lies_within() -> None:
    tree = CodeTree(
        [Code("A", "", 1, "a"), Code("1", "A", 2, "b"), Code("2", "A", 2, "c", see="1")]
    )
    assert tree.within("A") == {"A", "1", "2"}
    assert tree.within("1") == {"1"}
    assert [row.code for row in tree.children("A")] == ["1"]
    assert "1" in tree
    assert len(tree) == 3
