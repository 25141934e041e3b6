"""The sentences of a person and a need: they name the offers, and promise no more than is there."""

import pytest

from kehui.engines.matching import aggregate
from kehui.matching.selectors.reasons import LABELS, factors, reasons


@pytest.mark.parametrize(
    ("profile", "grounds", "said"),
    [
        (30, [], [("part", "方向有些接近")]),
        (55, [], [("part", "方向接近")]),
        (70, [], [("yes", "方向对口")]),
        (30, [("甲", 69)], [("part", "有相近的所能")]),
        (60, [("甲", 70)], [("yes", "有对口的所能"), ("part", "方向接近")]),
        (80, [("甲", 90), ("乙", 60), ("丙", 50), ("丁", 45)],
         [("yes", "有对口的所能"), ("part", "有相近的所能"), ("part", "有相近的所能"),
          ("yes", "方向对口")]),
    ],
)  # fmt: skip
def test_each_ground_has_its_sentence(
    profile: int, grounds: list[tuple[str, int]], said: list[tuple[str, str]]
) -> None:
    told = reasons(profile, grounds)

    assert [(each.verdict, each.title) for each in told] == said
    for each, (title, points) in zip(told, grounds[:3], strict=False):
        assert each.text == f"“{title}”，契合 {points} 分"


def test_every_part_has_a_label_and_they_add_up() -> None:
    scored = aggregate(61, {7: 82.0, 9: 58.0})

    rows = factors((part.name, part.got, part.most) for part in scored.parts)

    assert {part.name for part in scored.parts} == LABELS.keys()
    assert [each.label for each in rows] == ["方向和技能", "最对口的所能", "其他所能"]
    assert sum(each.got for each in rows) == scored.score
