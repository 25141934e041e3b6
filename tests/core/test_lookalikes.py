"""Names that look alike have one skeleton; what shows nothing is not kept; what is rare is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.pairs_of_names import DIFFERENT, WORDS, changed

from kehui.core import names
from kehui.core.lookalikes import (
    LONGEST_LOOK,
    is_disguised,
    organization_skeleton,
    skeleton,
)

HIDDEN = (
    "\x00\x07\x1b\x7f\x9b\xad\u034f\u061c\u115f\u180e\u200b\u200d\u200e\u200f\u2028\u202a\u202e\u2060\u2066"
    "\u2069\u206f\u3164\ufe0f\ufeff\uffa0\ufff9\U000e0001\U000e007f"
)


def test_two_hundred_pairs_are_told() -> None:
    pairs = [(one, other) for _how, one, other in changed()] + [(a, b) for a, b in WORDS]
    assert len(pairs) + len(DIFFERENT) >= 200
    missed = [
        pair for pair in pairs if organization_skeleton(pair[0]) != organization_skeleton(pair[1])
    ]

    assert missed == []


def test_pairs_that_nobody_mistakes_stay_apart() -> None:
    assert [pair for pair in DIFFERENT if skeleton(pair[0]) == skeleton(pair[1])] == []


@pytest.mark.parametrize("sign", HIDDEN)
def test_what_does_not_show_is_not_kept(sign: str) -> None:
    assert names.person(f"张{sign}三{sign}") == "张三"
    assert names.visible(f"一\n二{sign}\t") == "一\n二\t"


@pytest.mark.parametrize(
    "name",
    [
        "𠮷野家",
        "买买提·吐尔逊",
        "阿依古丽·阿卜杜拉",
        "㛃𬭚",
        "葛\U000e0100城",
        "龘",
        "ꆈꌠ",
        "扎西",
    ],
)
def test_rare_signs_are_kept(name: str) -> None:
    assert names.person(name) == name


@pytest.mark.parametrize("name", ["аdmin", "αdmin", "ΑDMIN", "рaypal", "gооgle", "ѕсоре"])
def test_a_letter_of_another_script_is_a_disguise(name: str) -> None:
    assert is_disguised(name)


@pytest.mark.parametrize("name", ["admin", "张三", "li.wei", "𠮷野", "扎西_01", "kh+1@a-b"])
def test_what_is_only_itself_is_none(name: str) -> None:
    assert not is_disguised(name)


def test_a_name_of_signs_alone_has_a_look() -> None:
    assert organization_skeleton("有限公司") == "有限公司"
    assert organization_skeleton("···") == ""
    assert len(organization_skeleton("ﷺ" * 80)) == LONGEST_LOOK


@given(st.text(max_size=60))
def test_a_skeleton_does_not_depend_on_what_does_not_show(text: str) -> None:
    assert skeleton("\u202e".join(text)) == skeleton(text) or not text.isascii()
    assert skeleton(names.visible(text)) == skeleton(text)
