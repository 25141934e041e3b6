"""Odd requests to every page and operation, as several roles: no error of ours, nobody's secret.

FUZZ_REQUESTS says how many (tools/fuzz.py sends many thousands), FUZZ_REPORT where the figures go.
"""

import json
import os
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as examples
from hypothesis import strategies as st
from tests.rights.actors import Actors
from tests.rights.fuzzing import forms, operations
from tests.rights.fuzzing.tally import ASKED_AS, Tally, undone

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("folders"),
    # Files of downloads that were answered and then rolled back are closed when they are collected
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

REQUESTS: Final = int(os.environ.get("FUZZ_REQUESTS", "400"))
REPORT: Final = os.environ.get("FUZZ_REPORT", "")
KNOWING: Final = (("v3", "own"), ("operator", "elsewhere"))  # who sees most forms
SEED: Final = int(os.environ.get("FUZZ_SEED", "1"))


def sample(strategy: "st.SearchStrategy[Any]", count: int, salt: int, use: Any) -> None:
    """Draw so many values and use each; a fault is kept in the tally and ends nothing."""

    @seed(SEED * 1_000 + salt)
    @examples(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def each(drawn: Any) -> None:
        use(drawn)

    each()


def report(name: str, tally: Tally) -> None:
    if REPORT:
        path = Path(f"{REPORT}.{name}")
        path.write_text(json.dumps(tally.summary(), ensure_ascii=False, indent=1), "utf-8")


def share(count: int, parts: int) -> int:
    return max(1, count // parts)


def test_no_form_breaks_and_none_tells_what_is_anothers(actors: Actors) -> None:
    tally = Tally()
    with tally.listening():
        found = forms.walk(actors, ASKED_AS if REPORT else KNOWING)
        names = sorted(forms.ROUTES)
        each_gets = share(REQUESTS // 2, len(names))
        roles = cycle(ASKED_AS)
        for salt, name in enumerate(names):
            asked = [next(roles)] if each_gets < len(ASKED_AS) else list(ASKED_AS)
            for who in asked:
                with undone(actors, *who):
                    sample(
                        forms.requests(found, name),
                        share(each_gets, len(asked)),
                        salt,
                        lambda sent, who=who: forms.send(sent, actors, who, tally),
                    )
    report("forms", tally)

    assert tally.faults == {}
    assert tally.requests >= len(names)


def test_no_operation_breaks_and_none_tells_what_is_anothers(actors: Actors) -> None:
    tally = Tally()
    with tally.listening():
        cases = operations.cases()
        each_gets = share(REQUESTS // 2, len(cases))
        for salt, case in enumerate(cases.values()):
            asked = ASKED_AS[: each_gets or 1]
            for who in asked:
                with undone(actors, *who):
                    sample(
                        st.tuples(case, operations.known_numbers),
                        share(each_gets, len(asked)),
                        salt,
                        lambda drawn, who=who: operations.send(
                            drawn[0], drawn[1], actors, who, tally
                        ),
                    )
    report("operations", tally)

    assert tally.faults == {}
    assert tally.requests >= len(cases)
