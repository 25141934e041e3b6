"""What a text only says of who writes weighs nothing, and offsets stay what they are."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.makers import HashEncoder, index_of

from kehui.engines.matching import Listing, explain
from kehui.engines.matching.encoder import title_and_sentences
from kehui.engines.text.bulk import count_terms
from kehui.engines.text.introductions import introductions, without_introductions

MATTER = "提供高盐废水蒸发结晶成套设备，每吨水成本低于三十五元，可以到现场看。"


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in introductions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "本公司成立于2003年，注册资本五百万元，主要从事废水处理。" + MATTER,
            ["本公司成立于2003年，", "注册资本五百万元，"],
        ),
        ("公司简介：" + MATTER, ["公司简介："]),
        (
            "成都某某环保有限公司位于高新区。占地三十亩，员工两百人。" + MATTER,
            ["成都某某环保有限公司位于高新区。", "占地三十亩，", "员工两百人。"],
        ),
        (MATTER + "工作基础：我公司是高新技术企业。", ["工作基础：我公司是高新技术企业。"]),
        (MATTER + "本公司荣获二等奖", ["本公司荣获二等奖"]),
    ],
)
def test_introductions_are_found_clause_by_clause(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        MATTER,
        "本公司需要蒸发结晶设备。",
        "设备占地三十平方米，公司自用。",
        "降低员工劳动强度的公司内部物流装置。",
        "废水处理。占地三十亩。公司",
    ],
)
def test_the_matter_is_left(text: str) -> None:
    assert cut(text) == []
    assert without_introductions(text) == text


def test_a_text_of_nothing_else_stays_whole() -> None:
    text = "本公司成立于2003年，注册资本五百万元。"

    assert without_introductions(text) == text


@given(st.text(alphabet="本公司成立于位员工，。：简介废水蒸发结晶 \n\u202e😀", max_size=120))
def test_nothing_moves(text: str) -> None:
    blanked = without_introductions(text)

    assert len(blanked) == len(text)
    assert all(new in (" ", old) for new, old in zip(blanked, text, strict=True))


def test_introductions_are_neither_counted_nor_encoded() -> None:
    text = "本公司成立于二〇〇三年，占地三十亩。" + MATTER

    (counted, plain) = (count_terms([("蒸发", each)]) for each in (text, MATTER))

    assert counted.keys.tolist() == plain.keys.tolist()
    assert counted.body.tolist() == plain.body.tolist()
    assert title_and_sentences("蒸发", text)[1].strip() == MATTER.rstrip("。")


def test_an_explanation_never_cites_an_introduction(tmp_path: Path) -> None:
    said = "本公司成立于二〇〇三年，高新技术企业，专精特新。"
    need = Listing(
        id=1, side="need", title="高盐废水蒸发", body=said + "废水蒸发结晶结垢严重，要改造。"
    )
    offer = Listing(id=2, side="offer", title="蒸发设备", body=said + MATTER)
    others = [
        Listing(id=3 + at, side="offer", title=f"其他{at}", body="桥梁监测。" * 9)
        for at in range(5)
    ]
    index = index_of(tmp_path, [need, offer, *others], encoder=HashEncoder())

    found = explain(need, offer, index=index)

    for listing, spans in ((need, found.need_spans), (offer, found.offer_spans)):
        assert spans
        for span in spans:
            text = listing.title if span.field == "title" else listing.body
            assert text[span.start : span.end] == span.text
            assert "专精" not in span.text
