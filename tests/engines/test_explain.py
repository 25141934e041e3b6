"""An explanation is faithful: without a cited span the score is lower."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.engines.makers import HashEncoder, index_of, market

from kehui.engines.matching import Indicator, Listing, explain, score, why_not
from kehui.engines.matching.explain import without
from kehui.engines.text import Lexicon


@pytest.mark.parametrize("seed", range(5))
def test_removing_a_cited_span_lowers_the_score(tmp_path: Path, seed: int) -> None:
    listings = market(seed)
    index = index_of(tmp_path, listings, encoder=HashEncoder())
    needs = [each for each in listings if each.side == "need"][:8]
    offers = [each for each in listings if each.side == "offer"][:8]
    cited = 0
    for need in needs:
        for offer in offers:
            told = explain(need, offer, index=index)
            whole = score(index, need, offer).exact
            for side, spans in ((need, told.need_spans), (offer, told.offer_spans)):
                for span in spans:
                    text = side.title if span.field == "title" else side.body
                    assert text[span.start : span.end] == span.text
                    rest = text[: span.start] + text[span.end :]
                    cut = (
                        replace(side, title=rest)
                        if span.field == "title"
                        else replace(side, body=rest)
                    )
                    pair = (cut, offer) if side is need else (need, cut)
                    assert score(index, *pair).exact < whole
                    cited += 1
    assert cited > 20


def test_offsets_point_into_the_text_as_written(tmp_path: Path) -> None:
    offer = Listing(id=9001, side="offer", title="ＭＶＲ蒸發結晶裝置")
    need = Listing(id=9002, side="need", title="求 mvr 蒸发结晶方案")
    index = index_of(tmp_path, [offer, need, *market(1)])

    told = explain(need, offer, index=index)

    assert "ＭＶＲ" in "".join(span.text for span in told.offer_spans)
    assert "mvr" in {span.text for span in told.need_spans}


def test_a_synonym_is_cited_as_one_span_on_both_sides(tmp_path: Path) -> None:
    offer = Listing(id=9001, side="offer", title="机械蒸汽再压缩蒸发装置")
    need = Listing(id=9002, side="need", title="求MVR设备")
    index = index_of(
        tmp_path, [offer, need, *market(1)], lexicon=Lexicon({"MVR": ["机械蒸汽再压缩"]})
    )

    told = explain(need, offer, index=index)

    assert "MVR" in {span.text for span in told.need_spans}
    assert any("机械蒸汽再压缩" in span.text for span in told.offer_spans)


def test_constraints_are_told_one_by_one(tmp_path: Path) -> None:
    need = Listing(
        id=2,
        side="need",
        title="高盐废水蒸发结晶",
        price_high_fen=100,
        trl=7,
        region=510104,
        region_requirement=("51",),
        deadline_day=130,
        languages=("en",),
        licenses=("环保",),
        indicators=(
            Indicator("处理成本", "<=", 35, None, "元/吨"),
            Indicator("回收率", ">=", 90, None, "%"),
            Indicator("噪声", "<=", 60, None, "dB"),
        ),
    )
    offer = Listing(
        id=1,
        side="offer",
        title="高盐废水蒸发结晶",
        price_low_fen=200,
        trl=6,
        region=500101,
        lead_days=20,
        capacity=0,
        languages=("zh",),
        indicators=(
            Indicator("吨水处理成本", "range", 38, 42, "元/吨"),
            Indicator("回收率", ">=", 0.95, None, ""),
            Indicator("盐回收率", ">=", 95, None, "%"),
        ),
    )
    index = index_of(tmp_path, [need, offer])

    told = explain(need, offer, index=index, today=100)

    assert [(each.code, each.verdict) for each in told.constraints] == [
        ("BUDGET", "broken"),
        ("READINESS", "partly"),
        ("REGION", "broken"),
        ("DEADLINE", "met"),
        ("LANGUAGE", "broken"),
        ("LICENSE", "unknown"),
        ("CAPACITY", "broken"),
        ("INDICATOR", "partly"),
        ("INDICATOR", "met"),
        ("INDICATOR", "unknown"),
    ]
    assert told.constraints[7].values == {
        "name": "处理成本",
        "wanted_comparator": "<=",
        "wanted_value": 35,
        "wanted_upper": None,
        "wanted_unit": "元/吨",
        "offered_comparator": "range",
        "offered_value": 38,
        "offered_upper": 42,
        "offered_unit": "元/吨",
    }
    assert told.distance_km is not None


def test_why_not_tells_rank_gap_and_what_would_raise_it(tmp_path: Path) -> None:
    offers = [
        Listing(id=number, side="offer", title="高盐废水蒸发结晶", trl=9) for number in range(1, 4)
    ]
    far = Listing(id=9, side="offer", title="猕猴桃采后保鲜", trl=1, is_open=False)
    need = Listing(id=20, side="need", title="高盐废水蒸发结晶", trl=8)
    index = index_of(tmp_path, [*offers, far, need])

    told = why_not(need, far, index=index, k=3)
    first = why_not(need, offers[0], index=index, k=3)

    assert told.rank is None
    assert told.explanation.hidden == ("CLOSED",)
    assert told.behind > 10
    assert told.raises[0].part == "tech"
    assert first.rank == 1
    assert first.behind == 0


@pytest.mark.parametrize(
    ("today", "lead_days", "verdict"),
    [
        (100, 20, "met"),
        (100, 31, "broken"),
        (100, None, "unknown"),
        (131, 1, "broken"),
        (131, None, "broken"),
    ],
)
def test_a_deadline_is_met_by_whoever_is_done_in_time(
    tmp_path: Path, today: int, lead_days: int | None, verdict: str
) -> None:
    need = Listing(id=1, side="need", title="废水", deadline_day=130)
    offer = Listing(id=2, side="offer", title="废水", lead_days=lead_days)

    (told,) = explain(need, offer, index=index_of(tmp_path, []), today=today).constraints

    assert (told.code, told.verdict) == ("DEADLINE", verdict)
    assert told.values == {"lead_days": lead_days, "days_left": 130 - today}


def test_no_more_spans_are_cited_than_asked_for(tmp_path: Path) -> None:
    text = "高盐废水蒸发结晶，冷轧钢板表面缺陷检测，柑橘果皮脱苦加工，页岩气井压裂返排。"
    need = Listing(id=9001, side="need", title="求", body=text)
    offer = Listing(id=9002, side="offer", title="有", body=text)
    index = index_of(tmp_path, [offer, *market(1)])

    cited = {most: explain(need, offer, index=index, spans=most).need_spans for most in (0, 2, 8)}

    assert (cited[0], len(cited[2])) == ((), 2)
    assert len(cited[8]) > 2


@pytest.mark.parametrize("seed", range(3))
def test_text_that_is_taken_away_never_raises_the_lexical_measure(
    tmp_path: Path, seed: int
) -> None:
    """Of an offer; a need of fewer words weighs each of them more."""
    listings = market(seed)
    index = index_of(tmp_path, listings)
    offers = [each for each in listings if each.side == "offer"][:6]
    for need in [each for each in listings if each.side == "need"][:6]:
        for offer in offers:
            for span in explain(need, offer, index=index).offer_spans:
                cut = without(offer, span.field, span.start, span.end)
                assert score(index, need, cut).lexical < score(index, need, offer).lexical
