"""Names: kept, tidied, compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehui.core import names


@pytest.mark.parametrize("dot", ["·", "•", "‧", "∙", "⋅", "・", "･", ".", "．"])
def test_every_dot_between_chinese_characters_is_the_same_dot(dot: str) -> None:
    assert names.person(f"买买提{dot}吐尔逊") == "买买提·吐尔逊"


def test_a_dot_in_a_latin_name_stays() -> None:
    assert names.person(" J.  R. Smith ") == "J. R. Smith"


def test_hidden_signs_go() -> None:
    assert names.person("\ufeff张\u200b三\u00ad") == "张三"


@pytest.mark.parametrize("name", ["", "  \u200b", "张" * 31])
def test_a_name_has_1_to_30_characters(name: str) -> None:
    with pytest.raises(names.NameMalformed) as refusal:
        names.person(name, field="name")
    assert (refusal.value.code, refusal.value.field) == ("NAME_FORM", "name")


def test_a_name_of_30_characters_is_kept_whole() -> None:
    assert names.person("张" * 30) == "张" * 30


def test_tidied_text_keeps_its_width_and_case() -> None:
    assert names.tidy(" Ａbc（成都）  有限公司 ") == "Ａbc（成都） 有限公司"


def test_width_case_and_spaces_do_not_make_another_name() -> None:
    assert names.comparable("ＡＢＣ（成都） 公司") == names.comparable("abc(成都)公司")


@pytest.mark.parametrize(
    "name",
    [
        "示例新材料有限公司",
        "示例新材料有限责任公司",
        "示例新材料股份有限公司",
        "示例新材料公司",
        "示例新材料集团",
        " 示例新材料 有限公司",
        "示例新材料Co., Ltd.",
    ],
)
def test_organizations_are_compared_without_their_suffix(name: str) -> None:
    assert names.organization_key(name) == "示例新材料"


def test_a_name_that_is_only_a_suffix_is_its_own_key() -> None:
    assert names.organization_key("有限公司") == "有限公司"


@given(st.text())
def test_a_key_is_the_key_of_itself(text: str) -> None:
    assert names.comparable(names.comparable(text)) == names.comparable(text)
