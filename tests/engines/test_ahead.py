"""What is compiled ahead is all that a market needs: nobody waits for a compiler in a request."""

from datetime import date
from pathlib import Path
from typing import Any

from tests.engines.makers import HashEncoder, index_of, market
from tests.engines.test_loops import OUTER

from kehui.engines.matching import kernels, match, search, why_not
from kehui.engines.matching.ahead import compile_loops
from kehui.engines.text import Lexicon


def compiled() -> dict[str, list[Any]]:
    loops = {name: each for name, each in vars(kernels).items() if hasattr(each, "signatures")}
    return {name: list(each.signatures) for name, each in loops.items()}


def test_a_market_with_changes_compiles_nothing_more(tmp_path: Path) -> None:
    compile_loops()
    ahead = compiled()

    listings = market(7)
    lexicon = Lexicon({"泡菜坛": ["发酵容器"]})
    index = index_of(
        tmp_path, listings[:60], delta=listings[60:], encoder=HashEncoder(), lexicon=lexicon
    )
    for asking in listings[::9]:
        match(index, asking, today=date(2026, 3, 2).toordinal())
        search(index, asking.title, side=asking.side)
    why_not(listings[-1], listings[0], index=index)

    assert [name for name in OUTER if not ahead[name]] == []
    now = compiled()
    assert [name for name in now if set(now[name]) > set(ahead[name])] == []
