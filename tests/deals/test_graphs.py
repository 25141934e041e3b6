import pytest

from kehui.deals.models import BACK, ENDED, QuoteState, State, graph
from kehui.deals.models.graphs import read
from kehui.deals.services.moves import LABELS


def test_the_columns_know_the_states_of_the_graphs() -> None:
    for name, states in (("deal", State), ("quote", QuoteState)):
        assert set(graph(name).states) == set(states.values)
    assert set(graph("deal").ends) == {each.value for each in ENDED}


@pytest.mark.parametrize("name", ["deal", "quote"])
def test_every_state_is_reached_and_every_open_one_is_left(name: str) -> None:
    its = graph(name)
    reached, waiting = {its.start}, [its.start]
    while waiting:
        for move in its.from_state(waiting.pop()):
            if move.target != BACK and move.target not in reached:
                reached.add(move.target)
                waiting.append(move.target)

    assert reached == set(its.states)
    assert {each for each in reached if not its.from_state(each)} == set(its.ends)


def test_what_people_do_has_a_name_for_people() -> None:
    people = {
        each.name for each in graph("deal").moves.values() if not {"clock", "judge"} & set(each.by)
    }
    assert people == set(LABELS)


def test_a_clock_knows_how_long_it_waits() -> None:
    for each in graph("deal").moves.values():
        assert ("clock" in each.by) == bool(each.working_days or each.days), each.name


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ('by = ["neighbor"], from = ["a"], to = "b"', "somebody unknown"),
        ('by = ["buyer"], from = ["b"], to = "a"', "leaves an end"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(told: str, complaint: str) -> None:
    text = f'[odd]\nstart = "a"\nends = ["b"]\n[odd.moves]\nstep = {{ {told} }}\n'
    with pytest.raises(ValueError, match=complaint):
        read(text)
