"""Learn names from items, and measure what they are worth on those held back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kehui.engines import matching as engine
from kehui.engines.naming import Standing, Told, entries, learn
from kehui.engines.text import Lexicon
from kehui.market.models import Need, Offer
from kehui.market.selectors import namings
from kehui.matching.adapter.encoders import trained
from kehui.matching.adapter.listings import listing_of


@dataclass(frozen=True)
class NamesLearned:
    """Pairs of names as they are stored, and MRR@10 of finding held-back bodies by their titles.

    `before` is what serves today, `after` the dictionary with the new pairs beside it; `touched`
    counts the held-back texts whose title or body holds a name of the new pairs.
    """

    content: list[dict[str, Any]]
    texts: int
    held_back: int
    touched: int
    before: float
    after: float


def learn_names(
    items: Iterable[Offer | Need],
    *,
    kept: Mapping[str, Sequence[str]],
    serving: Lexicon,
    verdicts: Mapping[namings.Pair, bool],
) -> NamesLearned:
    """Return what the items teach, but for those that are held back to measure it.

    Args:
        kept: the dictionary that people keep.
        serving: what search and matching know now.
        verdicts: what people said of single pairs; it holds for the new ones too.
    """
    read = [listing_of(each) for each in items]
    held = engine.hold_back([(each.title, each.body) for each in read])
    taught = set(held.training)
    told = [
        Told(each.id, each.owner, f"{each.title}\n{each.body}")
        for each in read
        if (each.title, each.body) in taught
    ]
    content = [_stored(asdict(each)) for each in learn(told)]
    pairs = namings.pairs_of(namings.read(content, verdicts))
    after = Lexicon(entries(kept, pairs))
    worth = engine.known_items(held.asked, encoder=trained.built_in(), lexicons=[serving, after])
    new = Lexicon({name: [other] for name, other in pairs})
    touched = sum(bool(new.mentions(title) or new.mentions(body)) for title, body in held.asked)
    return NamesLearned(content, len(told), len(held.asked), touched, worth[0], worth[1])


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    quotes = [{"item": each["number"], "words": each["words"]} for each in row["quotes"]]
    return {**row, "standing": str(Standing(row["standing"])), "quotes": quotes}
