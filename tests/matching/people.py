"""People with studios, and what the ledger's reader gathers of them."""

from typing import Any, Final

from tests.ledger.reading import read_all
from tests.makers import make_person
from tests.matching.pairs import AT, TEXTS

from kehui.market.models import Studio
from kehui.market.services.studios import open_studio
from kehui.matching import adapter, readers
from kehui.people.models import Person

SALT: Final = {"directions": TEXTS["salt"][1], "skills": ["蒸发结晶", "盐分回收"]}
BRIDGE: Final = {"directions": TEXTS["bridge"][1], "skills": ["光纤光栅", "结构健康监测"]}


def known_for(values: dict[str, Any], person: Person | None = None) -> Studio:
    """Open a studio that says these things."""
    owner = person or make_person()
    return open_studio(owner=owner, person=owner, values=values, at=AT)


def gathered() -> None:
    """Let the reader see every fact so far."""
    read_all(readers.PROFILES)


def shown() -> list[int]:
    """Return the persons in the index of this moment."""
    table = [
        each
        for shard in adapter.index().shards["offer"]
        for each, alive in zip(shard.table.ids.tolist(), shard.alive.tolist(), strict=True)
        if alive
    ]
    return sorted(-each for each in table if each < 0)
