"""Texts that repeat each other: what is read, what is stock, what is alike, in clusters."""

import random
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehui.engines.doubles import (
    Likeness,
    Texts,
    alike,
    bands,
    find,
    index_of,
    joined,
    keys_of,
    learn,
    likeness,
    prints,
    read,
    signatures,
    without,
)
from kehui.engines.doubles.keys import PRINT, WINDOW
from kehui.engines.doubles.stock import LEAST_LEFT
from kehui.engines.text import normalize

NOTHING = np.empty(0, np.uint64)
CHARACTERS = [chr(0x4E00 + number) for number in range(3000)]
ODD = st.text(alphabet="盐水廢高ＡaB09，。!\n \u200f\u202e🧪😀𠀀é", max_size=60)


def words(draw: random.Random, size: int) -> str:
    return "".join(draw.choices(CHARACTERS, k=size))


def said(texts: Texts) -> list[str]:
    return ["".join(map(chr, texts[number])) for number in range(len(texts))]


def compared(one: str, other: str) -> Likeness:
    texts = read([one, other]).texts
    return likeness(texts[0], texts[1])


def triples(text: str) -> set[str]:
    """Say the same as the loops, plainly."""
    folded = "".join(
        each if ord(each) < 0x10000 else chr(0xE000 + ord(each) % 6400) for each in normalize(text)
    )
    bare = re.sub(r"[\s，。；：、,.;:!?（）()“”\"\u200f\u202e]", "", folded)
    return {bare[i : i + 3] for i in range(len(bare) - 2)} or {bare}


def learned(texts: list[str], owners: list[int]) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    return learn([(read(texts), np.array(owners, np.int64))])


def test_a_text_is_read_bare_in_sentences() -> None:
    read_texts = read(["高盐廢水，每天 120 吨。Ｈ2O！\n\n\u200f好", "", "。！", "盐"])

    assert said(read_texts.texts) == ["高盐废水每天120吨h2o好", "", "", "盐"]
    assert read_texts.lengths.tolist() == [10, 3, 1, 1]
    assert read_texts.rows.tolist() == [0, 0, 0, 3]
    assert len(set(read_texts.hashes.tolist())) == 4


@given(ODD, ODD)
def test_likeness_is_counted_exactly(one: str, other: str) -> None:
    mine, theirs = triples(one), triples(other)

    assert compared(one, other) == (len(mine), len(theirs), len(mine & theirs))


@given(ODD)
def test_a_text_repeats_itself_wholly(text: str) -> None:
    found = compared(text, text)

    assert (found.resemblance, found.containment, found.is_same) == (1, 1, True)


def test_a_short_text_inside_a_long_one_is_within_but_not_the_same() -> None:
    draw = random.Random(1)
    short = words(draw, 80)

    found = compared(words(draw, 300) + short + words(draw, 300), short)

    assert (found.containment, found.is_within, found.is_same) == (1, True, False)
    assert not compared(words(draw, 300) + short[:40], short[:40]).is_within  # too short to tell


@given(st.lists(ODD, max_size=6), st.lists(ODD, max_size=6))
def test_what_is_read_together_is_what_is_read_apart(some: list[str], more: list[str]) -> None:
    together = read([*some, *more]).texts
    parts = joined([read(some).texts, read(more).texts])

    assert said(together) == said(parts)
    assert keys_of(together) == [keys_of(read([each]).texts)[0] for each in [*some, *more]]
    back = np.arange(len(together))[::-1]
    assert said(together.chosen(back)) == said(together)[::-1]


def test_minima_agree_as_often_as_texts_resemble_each_other() -> None:
    draw = random.Random(3)
    errors = []
    for _ in range(120):
        own, shared, other = (words(draw, draw.randrange(20, 300)) for _ in range(3))
        texts = read([own + shared, shared + other]).texts
        signed = signatures(texts)
        errors.append(np.mean(signed[0] == signed[1]) - likeness(texts[0], texts[1]).resemblance)

    assert abs(np.mean(errors)) < 0.015  # none of its orders prefers a text
    assert np.sqrt(np.mean(np.square(errors))) < 0.045


def test_bands_meet_almost_surely_where_texts_are_the_same_and_rarely_elsewhere() -> None:
    draw = random.Random(4)
    met = {0.85: 0, 0.1: 0}
    for share in met:
        for _ in range(100):
            common, rest = words(draw, 200), int(200 * (1 / share - 1) / 2)
            of_bands = bands(signatures(read([common + words(draw, rest) for _ in "ab"]).texts))
            met[share] += bool(np.any(of_bands[0] == of_bands[1]))

    assert met[0.85] == 100
    assert met[0.1] < 5


@given(st.integers(0, 90), st.integers(0, 90), st.integers(0, 99), st.integers(0, 40))
def test_a_long_enough_passage_leaves_a_print_in_both(
    before: int, after: int, seed: int, more: int
) -> None:
    draw = random.Random(seed)
    passage = words(draw, PRINT + WINDOW - 1 + more)
    one = words(draw, before) + passage + words(draw, after)
    other = words(draw, after) + passage + words(draw, before)

    printed = prints(read([one, other]).texts)

    assert set(printed[0].tolist()) & set(printed[1].tolist())
    for keys in (printed[0], printed[1]):
        assert all(one < other for one, other in pairwise(keys.tolist()))
        assert all(0 <= key < 2**31 for key in keys.tolist())


def test_stock_is_what_many_texts_of_many_owners_say() -> None:
    draw = random.Random(5)
    stock, own = "三年内的运行数据都在，欢迎来谈。", "只有我一家这样写，写了二十遍也不算。"
    texts = [f"{words(draw, 60)}。{stock}" for _ in range(20)]
    texts += [f"{words(draw, 60)}。{own}短。" for _ in range(20)]
    owners = [*range(20), *[7] * 20]

    assert learned(texts, owners).tolist() == read([stock]).hashes.tolist()
    assert not learned(texts[1:], owners[1:]).size  # 19 texts are not many
    assert not learned(texts, [number % 4 for number in owners]).size  # nor 4 owners
    assert not learned([texts[0]] * 10_000, [*range(10_000)]).size  # nor one text, however often
    assert not learned([], []).size


def test_stock_sentences_do_not_make_two_texts_alike() -> None:
    stock = "三年内的运行数据都在，欢迎来谈。" * 3
    draw = random.Random(6)
    one, other = f"{words(draw, 50)}。{stock}", f"{words(draw, 50)}。{stock}"
    known = np.unique(read([stock]).hashes)

    assert compared(one, other).shared
    bare = without(read([one, other]), known)
    assert likeness(bare[0], bare[1]).shared == 0


@given(
    st.lists(st.lists(st.integers(0, 9), max_size=8), min_size=2, max_size=2),
    st.frozensets(st.integers(0, 9)),
)
def test_taking_stock_away_makes_no_two_texts_equal_that_differ_elsewhere(
    chosen: list[list[int]], stock: frozenset[int]
) -> None:
    known = [chr(0x4E00 + number) * (8 + 3 * number) + "。" for number in range(10)]
    one, other = ("".join(known[each] for each in picked) for picked in chosen)
    hashes = np.unique(read([known[each] for each in stock]).hashes)

    whole = said(read([one, other]).texts)
    bare = said(without(read([one, other]), hashes))

    rests = [[each for each in picked if each not in stock] for picked in chosen]
    if rests[0] != rests[1] and whole[0] != whole[1]:
        assert bare[0] != bare[1]
    for text, left in zip(whole, bare, strict=True):
        assert len(left) >= min(len(text), LEAST_LEFT)  # never so little that it says nothing


def test_a_text_of_nothing_but_stock_stays_whole() -> None:
    stock = ["欢迎各位专家来厂里看一看谈一谈。", "我们是一家高新技术企业，成立多年。"]
    known = np.sort(read(stock).hashes)

    bare = without(read([stock[0], stock[1], "".join(stock)]), known)

    assert len(set(said(bare))) == 3
    assert said(bare)[0] == "欢迎各位专家来厂里看一看谈一谈"


def market(seed: int, size: int) -> list[str]:
    """Make texts of which some are edited, cut or put into others."""
    draw = random.Random(seed)
    made = [words(draw, draw.randrange(80, 300)) for _ in range(size)]
    for number in range(0, size, 5):
        text, place = made[number], draw.randrange(40)
        made[(number + 1) % size] = text[:place] + words(draw, 3) + text[place + 3 :]
        made[(number + 2) % size] = words(draw, 400) + text + words(draw, 30)
        made[(number + 3) % size] = text
    return made


@pytest.mark.parametrize("seed", range(4))
def test_clusters_are_those_of_comparing_every_pair(seed: int) -> None:
    made = market(seed, 60)
    texts = read(made).texts
    all_pairs = {
        (one, other): likeness(texts[one], texts[other])
        for one in range(len(made))
        for other in range(len(made))
        if one != other
    }
    cluster = list(range(len(made)))
    for (one, other), found in sorted(all_pairs.items()):
        if found.is_same:
            old, new = max(cluster[one], cluster[other]), min(cluster[one], cluster[other])
            cluster = [new if each == old else each for each in cluster]

    answer = find(texts)

    assert answer.cluster.tolist() == cluster
    assert [tuple(pair) for pair in answer.within.tolist()] == sorted(
        (one, other)
        for (one, other), found in all_pairs.items()
        if found.is_within and found.one < found.other
        if cluster[one] == one and cluster[other] == other
    )
    again = find(texts)
    assert (again.cluster == answer.cluster).all()
    assert (again.within == answer.within).all()


def test_what_is_looked_up_is_what_comparing_with_every_text_finds() -> None:
    made = market(9, 100)
    texts = read(made).texts
    index = index_of(texts)

    for number in range(0, 100, 7):
        expected = {
            other
            for other in range(100)
            if (found := likeness(texts[number], texts[other])).is_same or found.is_within
        }
        answer = alike(index, texts, texts[number])
        assert {row for row, _ in answer} == expected
        assert answer[0][1].resemblance == 1


def test_ten_thousand_identical_texts_are_one_cluster_and_cost_no_more() -> None:
    draw = random.Random(2)
    text = words(draw, 200)
    made = [words(draw, 200), *[text] * 10_000, text[:100]]
    texts = read(made).texts

    found = find(texts)

    assert found.cluster.tolist() == [0, *[1] * 10_000, 10_001]
    assert found.within.tolist() == [[10_001, 1]]
    index = index_of(texts)
    assert len(index.meeting(bands(signatures(texts.chosen(np.array([1]))))[0])) == 8
    assert [row for row, _ in alike(index, texts, texts[1])][:2] == [1, 2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "盐",
        "。。。",
        "1234567890",
        "🧪",
        "🧪😀" * 50,
        "\u202e盐\u200f",
        "\ud800",
        "盐" * 100_000,
    ],
)
def test_any_string_is_read_keyed_and_compared(text: str) -> None:
    texts = read([text, "高盐废水" * 30, text]).texts

    keys = keys_of(texts)

    assert keys[0] == keys[2] != keys[1]
    assert len(keys[0]) >= 32
    assert likeness(texts[0], texts[2]).resemblance == 1
    assert likeness(texts[0], texts[1]).shared == 0
    assert find(texts).cluster.tolist() == [0, 1, 0]


def test_nothing_is_compared_with_nothing() -> None:
    found = find(read([]).texts)

    assert (found.cluster.tolist(), found.within.shape) == ([], (0, 2))
    assert keys_of(read([]).texts) == []
    assert alike(index_of(read([]).texts), read([]).texts, read(["盐"]).texts[0]) == []
    assert without(read([]), NOTHING).starts.tolist() == [0]
    assert len(joined([])) == 0


def test_the_worked_example_of_the_page() -> None:
    one, other = "盐水蒸发结晶，每天120吨。", "盐水蒸发结晶，每天 130 吨！"

    found = compared(one, other)

    assert found == (10, 10, 7)
    assert found.resemblance == 7 / 13
    assert found.containment == 7 / 10
    assert not found.is_same
