import csv
import re
from importlib.resources import files
from random import Random

import pytest

from kehui.core import disciplines, industries
from kehui.core.codes import read_rows
from kehui.demo.need_prose import NeedWriter
from kehui.demo.offer_prose import OfferWriter
from kehui.demo.themes import Theme, all_themes

WORDS = {"p": "眉山市东坡区", "pp": "眉山东坡", "city": "眉山"}
LEFTOVER = re.compile(r"[{}\[\]|]")


def test_there_are_forty_themes_with_their_own_keys_and_names() -> None:
    themes = all_themes()

    assert len(themes) >= 40
    assert len({each.key for each in themes}) == len({each.name for each in themes}) == len(themes)


@pytest.mark.parametrize("theme", all_themes(), ids=lambda each: each.key)
def test_a_theme_stands_on_codes_that_exist(theme: Theme) -> None:
    counties = [row["code"] for row in read_rows("regions.csv")]
    listed = {row["code"]: row for row in read_rows_of_categories()}

    assert theme.industry in industries.tree()
    assert [code for code in theme.disciplines if code not in disciplines.tree()] == []
    assert all(any(code.startswith(home) for code in counties) for home in theme.homes)
    assert theme.label in listed[theme.category]["labels"].split()
    assert theme.testing in listed


@pytest.mark.parametrize("theme", all_themes(), ids=lambda each: each.key)
def test_every_problem_is_solved_and_every_technique_is_wanted(theme: Theme) -> None:
    keys = {each.key for each in theme.techniques}
    named = {key for each in theme.problems for key in each.solved_by}

    assert named == keys


@pytest.mark.parametrize("theme", all_themes(), ids=lambda each: each.key)
def test_no_sentence_keeps_a_sign_of_the_language(theme: Theme) -> None:
    for seed in range(40):
        need = NeedWriter(Random(seed), theme, WORDS, "firm").write()
        offer = OfferWriter(Random(seed), theme, WORDS).write()
        text = need.title + need.description + need.background + need.main_problem + need.target
        text += offer.title + offer.description + offer.for_whom + offer.adopters
        for each in need.indicators:
            text += each.name + each.current + each.unit + each.verification
        assert LEFTOVER.findall(text) == [], text


def read_rows_of_categories() -> list[dict[str, str]]:
    with (files("kehui.market") / "data" / "categories.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
