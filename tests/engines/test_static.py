"""A static model learns which words belong together, and is read back bit by bit."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.makers import HashEncoder

from kehui.engines.matching import (
    Blended,
    ModelUnreadable,
    NoEncoder,
    StaticModel,
    hold_back,
    known_item,
    train,
)
from kehui.engines.matching.static import SHARE, bags, rows_at_length_one
from kehui.engines.matching.training import contrast

SUBJECTS = (
    ("高盐废水", "蒸发结晶"), ("白酒酒糟", "固态发酵"), ("柑橘采后", "涂膜保鲜"),
    ("铸件缩松", "凝固仿真"), ("桥梁裂纹", "声发射监测"), ("茶叶杀青", "温度控制"),
)  # fmt: skip
PLACES = ("车间", "园区", "产线", "基地", "厂区", "示范点", "合作社", "实验站")


def texts() -> list[tuple[str, str]]:
    """Return pairs whose title and body share no word of their subject."""
    return [
        (
            f"{place}的{asked}",
            f"{given}装置已经在{place}连续运行三个月，没有停机。{given}的数据完整，可以到现场复核。",
        )
        for place in PLACES
        for asked, given in SUBJECTS
    ]


def cosine(model: StaticModel, one: str, other: str) -> float:
    vectors = model.embed([one, other])
    return float(vectors[0] @ vectors[1])


def test_what_titles_and_bodies_say_of_one_thing_comes_together() -> None:
    before = train(texts()[:2], start=HashEncoder())
    model = train(texts() * 30, start=HashEncoder())

    own = [cosine(model, asked, given) for asked, given in SUBJECTS]
    others = [
        cosine(model, asked, given)
        for at, (asked, _) in enumerate(SUBJECTS)
        for to, (_, given) in enumerate(SUBJECTS)
        if at != to
    ]
    assert min(own) > max(others)
    assert min(own) > 0.5
    assert len(before.keys) < len(model.keys)


def test_the_same_texts_give_the_same_model() -> None:
    one, same, other = (train(texts(), start=HashEncoder(), seed=seed) for seed in (1, 1, 2))

    assert one.version == same.version != other.version


def test_progress_is_told_by_epoch() -> None:
    told: list[tuple[int, int]] = []

    train(texts(), start=HashEncoder(), progress=lambda done, total: told.append((done, total)))

    assert told == [(each, 4) for each in range(1, 5)]


def test_words_without_first_vectors_are_learned_from_nothing() -> None:
    model = train(texts(), start=NoEncoder())

    assert cosine(model, *SUBJECTS[0]) > cosine(model, SUBJECTS[0][0], SUBJECTS[1][1])


@pytest.mark.parametrize("given", [[], [("", "")], [("一", "二")], [("高盐废水", "茶叶杀青")]])
def test_texts_with_nothing_in_common_teach_nothing(given: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match="two texts"):
        train(given, start=HashEncoder())


def test_a_pair_alone_in_its_batch_changes_nothing() -> None:
    once = train(
        [("高盐废水", "废水蒸发"), ("高盐废水", "")], start=HashEncoder()
    )  # one has a body
    never = train([("高盐废水", ""), ("高盐废水", ""), ("废水蒸发", "")], start=HashEncoder())

    shared = np.isin(never.keys, once.keys)
    assert shared.all()
    lengths = np.linalg.norm(once.table[np.isin(once.keys, never.keys)], axis=1)
    assert np.isfinite(lengths).all()
    assert (lengths > 0).all()


def test_the_gradient_is_the_slope_of_the_loss() -> None:
    draw = np.random.default_rng(4)
    one, other = (rows_at_length_one(draw.normal(size=(5, 6)).astype(np.float64)) for _ in range(2))

    def loss(left: np.ndarray, right: np.ndarray) -> float:
        likeness = left @ right.T / 0.05
        across = np.log(np.exp(likeness).sum(axis=1)) - np.diag(likeness)
        down = np.log(np.exp(likeness).sum(axis=0)) - np.diag(likeness)
        return float((across.mean() + down.mean()) / 2)

    by_one, by_other = contrast(one, other)
    for row, column in ((0, 0), (2, 3), (4, 5)):
        for gradient, at in ((by_one, 0), (by_other, 1)):
            sides = [one.astype(np.float64), other.astype(np.float64)]
            up, down = [each.copy() for each in sides], [each.copy() for each in sides]
            up[at][row, column] += 1e-5
            down[at][row, column] -= 1e-5
            slope = (loss(*up) - loss(*down)) / 2e-5
            assert math.isclose(gradient[row, column], slope, rel_tol=2e-3, abs_tol=1e-3)


def test_a_model_is_read_as_it_was_written_and_damage_is_told(tmp_path: Path) -> None:
    model = train(texts(), start=HashEncoder())
    model.write(tmp_path)

    read = StaticModel.read(tmp_path)
    assert read.version == model.version
    assert np.array_equal(read.embed(["高盐废水"]), model.embed(["高盐废水"]))

    table = tmp_path / "table.npy"
    table.write_bytes(table.read_bytes()[:-2] + b"\1\1")
    with pytest.raises(ModelUnreadable, match="changed"):
        StaticModel.read(tmp_path)
    table.write_bytes(table.read_bytes()[:50])
    with pytest.raises(ModelUnreadable):
        StaticModel.read(tmp_path)
    with pytest.raises(ModelUnreadable):
        StaticModel.read(tmp_path / "nowhere")


@given(st.lists(st.text(alphabet="高盐废水蒸发茶叶杀青，。a1", max_size=20), max_size=8))
def test_bags_add_up_as_texts_one_by_one_do(given: list[str]) -> None:
    keys = bags_keys()
    table = np.arange(len(keys) * 3, dtype=np.float32).reshape(-1, 3)

    together = bags(given, keys).sums(table)

    for at, each in enumerate(given):
        alone = bags([each], keys)
        assert np.allclose(together[at], alone.sums(table)[0])
        assert np.allclose(bags(given, keys).of(np.array([at])).sums(table)[0], together[at])


def bags_keys() -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return train([("高盐废水蒸发", "茶叶杀青")] * 2, start=NoEncoder()).keys


def test_a_model_without_terms_gives_zeros() -> None:
    empty = StaticModel(np.zeros(0, np.int64), np.zeros((0, 4), np.float32))

    assert empty.embed(["高盐废水", ""]).tolist() == [[0.0] * 4] * 2


def test_blended_cosines_are_the_two_cosines_in_their_shares() -> None:
    first, model = HashEncoder(), train(texts(), start=HashEncoder())
    both = Blended(first, model)

    pair = ["高盐废水蒸发结晶", "高盐废水处理"]
    one, other = both.encode(pair)
    own = rows_at_length_one(first.encode(pair))
    expected = (1 - SHARE) * float(own[0] @ own[1]) + SHARE * cosine(model, *pair)

    assert math.isclose(float(one @ other), expected, abs_tol=1e-5)
    assert both.dimension == first.dimension + model.dimension == len(one)
    assert both.id == "hash+static"
    assert both.version.endswith(model.version)


def test_what_is_held_back_is_nowhere_in_what_is_trained_on() -> None:
    given = [*texts() * 2, ("短", "短"), (texts()[0][0], "另一段正文，" * 10)]

    held = hold_back(given)

    assert len(held.asked) == len(set(given)) // 10
    assert held == hold_back(given)
    titles, bodies = zip(*held.training, strict=True)
    for title, body in held.asked:
        assert title not in titles
        assert body not in bodies


def test_titles_that_are_in_their_bodies_are_found_and_others_are_not() -> None:
    asked = [(f"{asked}怎么办", f"{asked}，{given}装置已经运行。" * 2) for asked, given in SUBJECTS]
    strange = [(f"第{at}号", body) for at, (_, body) in enumerate(asked)]

    assert known_item(asked, encoder=NoEncoder()) == 1.0
    assert known_item(strange, encoder=NoEncoder()) < 0.9
    assert math.isnan(known_item([], encoder=NoEncoder()))
