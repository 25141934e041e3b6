"""The search box finds by words, phrases, exclusions and exact filters, and counts them."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.engines.makers import HashEncoder, index_of, listing, market

from kehui.engines.matching import Filters, Index, Listing, embed, search
from kehui.engines.text import Lexicon


def titles(*made: str) -> list[Listing]:
    return [
        Listing(id=number, side="offer", title=title, published_day=number)
        for number, title in enumerate(made, start=1)
    ]


def found(index: Index, query: str, **options: Any) -> list[int]:
    return [hit.id for hit in search(index, query, side="offer", **options).hits]


def test_part_of_a_word_is_enough(tmp_path: Path) -> None:
    index = index_of(tmp_path, titles("高盐废水蒸发结晶", "猕猴桃采后保鲜", "盐碱地改良"))

    assert found(index, "盐废水") == [1]
    assert found(index, "猕猴桃保鲜") == [2]


def test_a_seam_between_words_does_not_hide_a_listing(tmp_path: Path) -> None:
    index = index_of(tmp_path, titles("橡胶 助剂", "塑料 助剂", "茶鲜叶分拣"))

    assert found(index, "橡胶助剂")[0] == 1


def test_phrases_and_exclusions_read_the_texts(tmp_path: Path) -> None:
    made = titles("废水蒸发结晶", "结晶与废水蒸发", "废水蒸发结晶和冷却")
    index = index_of(tmp_path, made)
    texts = {each.id: each.title for each in made}

    def reading(ids: object) -> dict[int, str]:
        return texts

    assert set(found(index, "“蒸发结晶”", texts=reading)) == {1, 3}
    assert found(index, "“蒸发结晶” -冷却", texts=reading) == [1]


def test_an_empty_query_finds_the_newest_first(tmp_path: Path) -> None:
    index = index_of(tmp_path, titles("废水", "钢板", "茶叶"))

    assert found(index, "") == [3, 2, 1]
    assert found(index, "", k=1, offset=1) == [2]


def test_another_name_of_the_dictionary_is_found(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        titles("机械蒸汽再压缩蒸发装置", "茶鲜叶分拣"),
        lexicon=Lexicon({"MVR": ["机械蒸汽再压缩"]}),
    )

    assert found(index, "mvr") == [1]


def test_what_is_new_in_the_delta_is_found(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        titles("高盐废水蒸发结晶"),
        delta=[Listing(id=8, side="offer", title="高盐废水电渗析")],
    )

    assert set(found(index, "高盐废水")) == {1, 8}


@pytest.mark.parametrize("seed", range(4))
def test_filters_are_exact(tmp_path: Path, seed: int) -> None:
    listings = market(seed)
    draw = random.Random(seed)  # a made-up market
    delta = [listing(draw, 7000 + number, "offer") for number in range(5)]
    index = index_of(tmp_path, listings, delta=delta, encoder=HashEncoder())
    every = Filters(
        regions=("51",),
        industries=("C", "D"),
        kinds=("service",),
        price_at_most_fen=3_000_000,
        trl_at_least=2,
        published_since=10,
        tier=1,
    )

    wanted = [
        each
        for each in [*listings, *delta]
        if each.side == "offer"
        and each.is_open
        and each.tier <= 1
        and f"{each.region:06d}".startswith("51")
        and each.industry[:1] in ("C", "D")
        and each.kind == "service"
        and (each.price_low_fen or each.price_high_fen or 10**9) <= 3_000_000
        and (each.trl or 0) >= 2
        and each.published_day >= 10
    ]
    result = search(index, "", side="offer", filters=every, k=1000)

    assert {hit.id for hit in result.hits} == {each.id for each in wanted}
    assert result.total == len(wanted)
    assert sum(result.regions.values()) == len(wanted)
    assert sum(result.kinds.values()) == len(wanted)


def test_phrases_are_read_page_by_page_until_there_are_enough(tmp_path: Path) -> None:
    made = titles(*("废水蒸发结晶" + "冷却" * (number % 3 == 0) for number in range(450)))
    index = index_of(tmp_path, made)
    pages: list[int] = []
    query = "“蒸发结晶” -冷却"

    def reading(ids: Sequence[int]) -> dict[int, str]:
        pages.append(len(ids))
        return {each.id: each.title for each in made if each.id in ids}

    some = found(index, query, texts=reading, k=20, offset=30)
    read = list(pages)
    everything = found(index, query, texts=reading, k=1000)

    assert read == [200]
    assert pages[1:] == [200, 200, 50]
    assert some == everything[30:50]
    assert set(everything) == {each.id for each in made if each.title == "废水蒸发结晶"}


def test_a_query_without_words_of_any_meaning_finds_nothing(tmp_path: Path) -> None:
    index = index_of(tmp_path, titles("废水", "钢板"))

    assert found(index, "？！") == []
    assert found(index, "的") == []


def test_meaning_orders_what_words_find_alike(tmp_path: Path) -> None:
    # A single character is no word; 且 and 水 fall into one bucket of the encoder, 丁 does not.
    made = titles("废水，且", "废水，丁")
    encoder = HashEncoder()
    by_words = index_of(tmp_path, made)
    by_both = Index(index_of(tmp_path, made, encoder=encoder).snapshot, encoder=encoder)

    assert found(by_words, "废水") == [2, 1]  # equal: the newer number first
    hits = search(by_both, "废水", side="offer").hits
    asked, near, far = embed(encoder, [("废水", ""), *((each.title, "") for each in made)])
    assert asked @ near > asked @ far
    assert [hit.id for hit in hits] == [1, 2]
    # The words say nothing, the cosines lie one deviation from their mean: 0.3 of it counts
    assert [hit.score for hit in hits] == pytest.approx([0.3, -0.3])


def test_a_long_word_does_not_count_once_more_beside_its_pairs(tmp_path: Path) -> None:
    # Two pairs and the word of three characters here, three pairs there
    index = index_of(tmp_path, titles("资源化", "结晶盐湖，钢板，钢板，钢板"))

    assert found(index, "资源化，结晶盐湖") == [2, 1]


def test_meaning_weighs_more_in_a_description(tmp_path: Path) -> None:
    made = titles("废水，且", "废水，丁，丁", "钢板")
    encoder = HashEncoder()
    index = Index(index_of(tmp_path, made, encoder=encoder).snapshot, encoder=encoder)

    def best(query: str) -> float:
        return search(index, query, side="offer").hits[0].score

    # Their words alike, the two stand a standard deviation of meaning from the mean
    assert best("废水") == pytest.approx(0.3)
    assert best("废水甲乙丙戊己庚辛壬癸子丑寅") == pytest.approx(0.3 * 13 / 8)
    assert best("废水甲乙丙戊己庚辛壬癸子丑寅" * 2 + "卯辰巳午未申酉戌亥") == pytest.approx(0.8)
