"""Names are learned from what writers define themselves, by owners and never by repetition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehui.engines.naming import Naming, Standing, Told, definitions, entries, learn
from kehui.engines.text import Lexicon

MVR = "高盐废水采用机械蒸汽再压缩（MVR）处理，每吨成本三十元。"


def pairs_in(text: str) -> list[tuple[str, str]]:
    return [(each.name, each.other) for each in definitions(text)]


def told(*texts: str, owners: list[int] | None = None) -> list[Told]:
    whose = owners or list(range(1, len(texts) + 1))
    return [
        Told(at, owner, text) for at, (owner, text) in enumerate(zip(whose, texts, strict=True))
    ]


def learned(*texts: str, owners: list[int] | None = None) -> dict[tuple[str, str], Naming]:
    return {(each.name, each.other): each for each in learn(told(*texts, owners=owners))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MVR, ("机械蒸汽再压缩", "mvr")),
        ("MVR(机械蒸汽再压缩)蒸发器", ("机械蒸汽再压缩", "mvr")),
        ("研究膜生物反应器（MBR）", ("膜生物反应器", "mbr")),
        ("反渗透 (RO)膜元件", ("反渗透", "ro")),
        ("细颗粒物（PM2.5）", ("细颗粒物", "pm2.5")),
        ("二氧化碳（CO2）", ("二氧化碳", "co2")),
        ("软件开发工具包（SDK）", ("软件开发工具包", "sdk")),
        ("膜生物反应器（简称：MBR）", ("膜生物反应器", "mbr")),
        ("超高分子量聚乙烯（简称“超高聚乙烯”）", ("超高分子量聚乙烯", "超高聚乙烯")),
        ("超高分子量聚乙烯（超高聚乙烯）纤维", ("超高分子量聚乙烯", "超高聚乙烯")),
        ("聚四氟乙烯，俗称“铁氟龙”，耐腐蚀", ("聚四氟乙烯", "铁氟龙")),
        ("聚四氟乙烯（又称铁氟龙）", ("聚四氟乙烯", "铁氟龙")),
        ("可编程逻辑控制器，简称为PLC，控制水泵", ("可编程逻辑控制器", "plc")),
        ("環氧樹脂，又稱人工樹脂，用于灌封", ("环氧树脂", "人工树脂")),
        ("机械蒸汽再压缩（Mechanical Vapor Recompression, MVR）", ("机械蒸汽再压缩", "mvr")),
        (
            "用Mechanical Vapor Recompression (MVR)蒸发",
            ("mechanical vapor recompression", "mvr"),
        ),
        (
            "蒸发（英文名Mechanical Vapor Recompression，简称MVR）",
            ("蒸发", "mvr"),
        ),
    ],
)
def test_a_definition_is_read(text: str, expected: tuple[str, str]) -> None:
    assert expected in pairs_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "抗拉强度（MPa）不低于五百",
        "输出功率（kW）",
        "浓度（mg/L）",
        "第三阶段（III）",
        "执行标准（GB/T）",
        "上海（Shanghai）",
        "成都某某科技有限公司（以下简称甲方）",
        "四川某某集团（SCJT）",
        "电子科技大学（UESTC）",
        "价格（含税）",
        "锂、钠、钾（Li、Na、K）",
        "张三（教授）",
        "专利号（ZL201210012345）",
        "使用（MVR）",
        "的（MVR）",
        "机械蒸汽再压缩（）",
        "5（MVR）",
        "聚乙烯（聚乙烯）",
        "聚乙烯（又称聚乙烯）",
        "聚四氟乙烯（简称铁氟龙）",  # a short form keeps characters
        "超高分子量聚乙烯（聚乙烯）",  # only something more general
        "3.5GHz频段（28GHz）",
        "MVR（以下简称机械蒸汽再压缩）",
        "MVR（蒸发器的一种）",
        "mvr（机械蒸汽再压缩）",
        "Mechanical Vapor Recompression (ABC)",
        "the Vapor Recompression (TVR)",
        "采用的（Mechanical Vapor Recompression，XYZ）",
        "，又称铁氟龙",
        "高盐废水杂质盐分逐步全部分离出来再蒸发结晶包装入库（MVR）",
    ],
)
def test_what_defines_nothing_is_left(text: str) -> None:
    assert pairs_in(text) == []


def test_offsets_point_into_the_text_as_it_was_written() -> None:
    text = "😀前言。採用膜生物反應器（ＭＢＲ）處理"

    (found,) = definitions(text)

    assert (found.name, found.other) == ("膜生物反应器", "mbr")
    assert text[found.start : found.end].endswith("膜生物反應器（ＭＢＲ）")


@given(st.text(alphabet="机械蒸汽简称又，。（）()“”MVRmvr .-/+*[\\😀\u202e\ud800 12", max_size=200))
def test_any_text_is_read(text: str) -> None:
    for each in definitions(text):
        assert 0 <= each.start < each.end <= len(text)
        assert each.name != each.other
        assert min(len(each.name), len(each.other)) >= 2


def test_three_owners_teach_and_the_words_are_quoted() -> None:
    texts = (MVR, "制造机械蒸汽再压缩（MVR）设备", "基于機械蒸汽再壓縮(MVR)的蒸发器")

    found = learned(*texts)["机械蒸汽再压缩", "mvr"]

    assert (found.owners, found.texts, found.standing) == (3, 3, Standing.TAUGHT)
    assert sorted(each.number for each in found.quotes) == [0, 1, 2]
    assert all("MVR" in each.words for each in found.quotes)
    assert learned(*texts[:2])["机械蒸汽再压缩", "mvr"].standing == Standing.FEW


def test_one_owner_teaches_nothing_however_often() -> None:
    texts = [f"第{number}批：{MVR if number else '别的'}" for number in range(301)]

    found = learned(*texts, owners=[7] * 301)["机械蒸汽再压缩", "mvr"]

    assert (found.owners, found.texts, found.standing) == (1, 300, Standing.FEW)
    assert len(found.quotes) == 1


def test_ten_thousand_equal_texts_are_one() -> None:
    found = learned(*[MVR] * 10_000)["机械蒸汽再压缩", "mvr"]

    assert (found.owners, found.texts, found.standing) == (1, 1, Standing.FEW)


def test_two_owners_are_enough_when_the_form_shows_it() -> None:
    texts = ("超高分子量聚乙烯（超高聚乙烯）", "超高分子量聚乙烯，简称超高聚乙烯。")

    assert learned(*texts)["超高分子量聚乙烯", "超高聚乙烯"].standing == Standing.TAUGHT


def test_what_is_called_differently_by_others_waits_for_a_person() -> None:
    of_two_things = [f"{at}，可编程控制器（PLC）" for at in "甲乙丙"]
    of_two_things += [f"{at}，平面光波导（PLC）" for at in "丁戊己"]

    found = learned(*of_two_things)

    assert {each.standing for each in found.values()} == {Standing.CONTESTED}
    alike = [text.replace("平面光波导", "可编程逻辑控制器") for text in of_two_things]
    assert {each.standing for each in learned(*alike).values()} == {Standing.TAUGHT}


def test_an_ending_that_says_nothing_is_no_difference() -> None:
    texts = ("机械蒸汽再压缩（MVR）甲", "机械蒸汽再压缩（MVR）乙", "机械蒸汽再压缩技术（MVR）")

    assert learned(*texts)["机械蒸汽再压缩", "mvr"].standing == Standing.TAUGHT


def test_a_kind_with_many_names_is_no_thing() -> None:
    texts = [
        f"{at}，执行系统（{short}）。" for short in ("MES", "ERP", "WMS", "APS") for at in "甲乙丙"
    ]

    assert {each.standing for each in learned(*texts).values()} == {Standing.CONTESTED}


def test_the_end_of_a_commoner_name_is_too_general() -> None:
    texts = [f"{at}。可编程控制器（PLC）" for at in "甲乙丙丁"]
    texts += [f"{at}。控制器（PLC）" for at in "戊己庚"]

    found = learned(*texts)

    assert found["可编程控制器", "plc"].standing == Standing.TAUGHT
    assert found["控制器", "plc"].standing == Standing.CONTESTED


@given(st.permutations([*range(6)]))
def test_the_order_of_the_texts_changes_nothing_but_quotes(order: list[int]) -> None:
    texts = [f"{at}。机械蒸汽再压缩（MVR）与反渗透（RO）" for at in "甲乙丙丁戊己"]
    owners = [1, 2, 3, 3, 4, 4]

    one = learn(told(*texts, owners=owners))
    two = learn(told(*[texts[at] for at in order], owners=[owners[at] for at in order]))

    said = [[(e.name, e.other, e.owners, e.texts, e.standing) for e in each] for each in (one, two)]
    assert said[0] == said[1] != []


def test_the_dictionary_has_the_last_word() -> None:
    kept = {"热障涂层": ["TBC"], "可编程控制器": ["PLC"], "钢": []}
    pairs = [
        ("热障涂层", "tbc"),  # known
        ("高温热障涂层", "tbc"),  # alike to what the dictionary says
        ("平面光波导", "plc"),  # something else to the dictionary
        ("热障涂层", "plc"),  # would make two entries one
        ("高温热障涂层", "可编程控制器"),  # the same, over another pair
        ("反渗透", "ro"),
        ("a+b(c", "x*y"),
    ]

    groups = Lexicon(entries(kept, pairs)).groups()

    assert groups == [
        ("a+b(c", "x*y"),
        ("plc", "可编程控制器"),
        ("ro", "反渗透"),
        ("tbc", "热障涂层", "高温热障涂层"),
        ("钢",),
    ]
    assert entries(kept, []) == {term: list(names) for term, names in kept.items()}


NAMES = st.sampled_from(["甲乙", "乙丙", "丙丁", "丁戊", "甲乙丙", "ab", "cd", "ef"])


@given(
    kept=st.dictionaries(NAMES, st.lists(NAMES, max_size=2), max_size=3),
    pairs=st.lists(st.tuples(NAMES, NAMES), max_size=8),
)
def test_no_pair_joins_two_entries_of_the_dictionary(
    kept: dict[str, list[str]], pairs: list[tuple[str, str]]
) -> None:
    before = Lexicon(kept).groups()
    after = Lexicon(entries(kept, pairs)).groups()

    for group in after:
        assert sum(set(own) <= set(group) for own in before) <= 1
    for own in before:
        assert any(set(own) <= set(group) for group in after)
