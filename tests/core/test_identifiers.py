"""Symbols of patents and identifiers of papers, as people paste them."""

import pytest

from kehui.core import disciplines, identifiers
from kehui.core.identifiers import DoiMalformed, IpcMalformed


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("A61K 31/495", "A61K 31/495"),
        ("a61k31/495", "A61K 31/495"),
        ("Ｃ０２Ｆ　１／４６９", "C02F 1/469"),
        ("H01L 2924/00014", "H01L 2924/00014"),
        ("C02F", "C02F"),
    ],
)
def test_a_symbol_is_kept_in_one_form(text: str, kept: str) -> None:
    assert identifiers.ipc(text) == kept


@pytest.mark.parametrize("text", ["", "I02F 1/46", "C02F 1", "C02F 1/4", "C02F 12345/46", "TP391"])
def test_what_is_no_symbol_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(IpcMalformed) as caught:
        identifiers.ipc(text, field="ipc")

    assert caught.value.field == "ipc"


@pytest.mark.parametrize(
    "text",
    [
        "10.1000/182",
        "doi:10.1000/182",
        "DOI 10.1000/182",
        "https://doi.org/10.1000/182",
        "http://dx.doi.org/10.1000/182",
    ],
)
def test_a_doi_is_kept_bare(text: str) -> None:
    assert identifiers.doi(text) == "10.1000/182"


@pytest.mark.parametrize(
    "text", ["", "10.1/182", "11.1000/182", "10.1000/", "10.1000/<b>", "见论文"]
)
def test_what_is_no_doi_is_refused(text: str) -> None:
    with pytest.raises(DoiMalformed):
        identifiers.doi(text)


def test_a_discipline_is_found_by_its_name_or_by_a_word_of_it() -> None:
    assert [each.code for each in disciplines.called("人工智能")] == ["52020"]
    assert "环境工程学" in [each.name for each in disciplines.called("环境工程")]
    levels = [each.level for each in disciplines.called("材料")]
    assert levels == sorted(levels)
    assert disciplines.called("没有这样的学科") == []


@pytest.mark.parametrize(
    ("code", "printed"), [("520", "520"), ("52020", "520.20"), ("5202040", "520.2040")]
)
def test_a_code_is_printed_as_in_the_standard(code: str, printed: str) -> None:
    assert disciplines.dotted(code) == printed
    assert disciplines.parse(printed).code == code
