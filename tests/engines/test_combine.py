"""The suggested set is the best there is: held against every set there could be."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehui.engines.matching.combine import Candidate, Cover, cover

ALL_FIVE = 0b11111


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    meets = draw(st.lists(st.integers(0, 63), max_size=8))
    return [
        Candidate(id=number, score=draw(st.integers(0, 3)), meets=each)
        for number, each in enumerate(draw(st.permutations(meets)))
    ]


def union(chosen: tuple[Candidate, ...]) -> int:
    together = 0
    for each in chosen:
        together |= each.meets
    return together


def oracle(found: list[Candidate], most: int) -> tuple[Candidate, ...]:
    """Return the best of all sets of up to so many."""
    sets = [chosen for size in range(1, most + 1) for chosen in combinations(found, size)]
    return min(
        sets,
        key=lambda chosen: (
            -union(chosen).bit_count(),
            len(chosen),
            -sum(each.score for each in chosen),
            sorted(each.id for each in chosen),
        ),
    )


@given(candidates(), st.integers(1, 4))
def test_the_set_is_the_best_of_all_sets(found: list[Candidate], most: int) -> None:
    answer = cover(found, members=most)

    if not union(tuple(found)):
        assert answer is None
        return
    assert answer is not None
    best = oracle(found, most)
    assert sorted(answer.members) == sorted(each.id for each in best)
    assert (answer.together, answer.is_exact) == (union(best), True)
    alone = max(each.meets.bit_count() for each in found)
    assert answer.alone.bit_count() == alone
    assert answer.gain == union(best).bit_count() - alone


@given(candidates())
def test_without_any_work_the_set_is_still_what_greed_finds(found: list[Candidate]) -> None:
    answer = cover(found, work=0)

    if answer is not None:
        best = max(each.meets.bit_count() for each in found)
        assert answer.together.bit_count() >= best
        assert not answer.is_exact
        assert len(answer.members) <= 4


@given(candidates())
def test_the_order_of_the_candidates_does_not_matter(found: list[Candidate]) -> None:
    turned = sorted(found, key=lambda each: -each.id)

    assert cover(found) == cover(turned)


def test_the_example_of_the_page() -> None:
    """docs/algorithms/combinations.md, section 4."""
    salt = Candidate(id=11, score=78, meets=0b00111)
    biology = Candidate(id=12, score=71, meets=0b11001)
    sludge = Candidate(id=13, score=66, meets=0b10000)
    ammonia = Candidate(id=14, score=80, meets=0b01000)

    answer = cover([salt, biology, sludge, ammonia])

    assert answer == Cover(
        members=(11, 12), together=ALL_FIVE, best=11, alone=0b00111, is_exact=True
    )
    assert answer.gain == 2


def test_greed_takes_three_where_two_are_enough() -> None:
    """The greedy start is improved: the biggest offer is not part of the smallest set."""
    biggest = Candidate(id=1, score=90, meets=0b011110)
    halves = [Candidate(id=2, score=50, meets=0b000111), Candidate(id=3, score=50, meets=0b111000)]

    answer = cover([biggest, *halves])

    assert answer is not None
    assert (answer.members, answer.gain) == ((2, 3), 2)
    assert cover([biggest, *halves], work=0).members == (1, 2, 3)  # type: ignore[union-attr]


def test_one_offer_that_meets_everything_needs_no_other() -> None:
    answer = cover([Candidate(1, 60, 0b111), Candidate(2, 90, 0b011), Candidate(3, 90, 0b100)])

    assert answer is not None
    assert (answer.members, answer.gain) == ((1,), 0)


def test_fifty_offers_and_twelve_indicators_are_within_the_work() -> None:
    found = [Candidate(n, n % 40, (n * 2654435761 >> 7) & 0xFFF) for n in range(1, 51)]

    answer = cover(found)

    assert answer is not None
    assert answer.is_exact


def test_bad_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        cover([Candidate(1, 0, 1), Candidate(1, 0, 2)])
    with pytest.raises(ValueError, match="at least one"):
        cover([], members=0)
    assert cover([]) is None


def test_an_indicator_that_costs_two_others_is_given_up() -> None:
    """With two seats: greed meets five, whoever insists on the first one five, the best set six."""
    only_one_to_meet_the_first = Candidate(id=1, score=99, meets=0b0000001)
    biggest = Candidate(id=2, score=99, meets=0b0111100)
    halves = [
        Candidate(id=3, score=50, meets=0b0001110),
        Candidate(id=4, score=50, meets=0b1110000),
    ]

    answer = cover([only_one_to_meet_the_first, biggest, *halves], members=2)

    assert answer is not None
    assert (answer.members, answer.together.bit_count(), answer.gain) == ((3, 4), 6, 2)
