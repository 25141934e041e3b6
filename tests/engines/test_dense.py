"""What a cosine weighs is the encoder's, and everybody who scores a pair knows it."""

from pathlib import Path

import numpy as np
import pytest
from tests.engines.makers import HashEncoder, index_of, market

from kehui.engines.matching import Index, Listing, among, match, score
from kehui.engines.matching.batch import Rematch
from kehui.engines.matching.parts import DENSE_OF, tech_share
from kehui.engines.matching.sweeping import NOBODY, Rule


@pytest.fixture
def heavy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Index, list[Listing]]:
    """Index a market with an encoder whose cosines weigh four times the usual."""
    monkeypatch.setitem(DENSE_OF, HashEncoder.id, 2.4)
    listings = market(5, offers=80, needs=20)
    return index_of(tmp_path, listings[6:], delta=listings[:6], encoder=HashEncoder()), listings


def test_the_technical_part_counts_the_cosine_so(heavy: tuple[Index, list[Listing]]) -> None:
    index, listings = heavy
    need, offer = listings[-1], listings[0]

    scored = score(index, need, offer)

    assert scored.cosine is not None
    x = scored.lexical + 2.4 * max(0.0, scored.cosine)
    assert np.isclose(scored.parts[0].exact, 40 * tech_share(x), atol=1e-9)


def test_one_pair_has_one_score_whoever_asks(heavy: tuple[Index, list[Listing]]) -> None:
    index, listings = heavy
    by_id = {each.id: each for each in listings}
    run = Rematch(index, Rule(k=7))
    list(run.steps(20))
    lists = run.lists()["need"]

    for row, number in enumerate(lists.ids.tolist()):
        found = match(index, by_id[number], k=7)
        kept = [each for each in lists.partners[row].tolist() if each != NOBODY]
        assert [each.id for each in found] == kept
        for each in found:
            pair = score(index, by_id[number], by_id[each.id])
            assert (pair.exact, pair.parts) == (each.exact, each.parts)
        again = among(index, by_id[number], [each.id for each in found])
        assert [each.exact for each in again] == [each.exact for each in found]
