"""The vectors of many items from a provider: one poor text must not cost the others theirs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kehui.engines.matching import Listing, embed
from kehui.matching.adapter.encoders.answers import Vectors
from kehui.matching.adapter.encoders.failures import AnswerRefused
from kehui.matching.adapter.encoders.provider import Provider
from kehui.matching.adapter.encoders.roles import Telling
from kehui.matching.adapter.encoders.source import Role


@dataclass(frozen=True)
class Made:
    """Unit vectors by item, and the sentence that says why an item has none."""

    vectors: dict[int, Vectors] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)


def role_of(listing: Listing) -> Role:
    return "query" if listing.side == "need" else "passage"


def in_a_hurry(provider: Provider, listing: Listing, *, dimension: int) -> Vectors:
    """Return the vector of one listing that somebody waits for.

    Raises:
        ProviderFailed: it got none; later it gets one by `made`.
    """
    telling = Telling(provider, role_of(listing), dimension, patient=False)
    (vector,) = _embedded(telling, [listing])
    return np.asarray(vector, np.float32)


def made(provider: Provider, listings: Sequence[Listing], *, dimension: int) -> Made:
    """Return the vectors of the listings, however long it takes.

    When a whole answer is refused, a text that surely can be encoded tells whether the provider or
    a listing is to blame; if a listing, the others get theirs.

    Raises:
        ProviderFailed: the provider does not work now; nothing is known of any listing.
    """
    found = Made()
    roles: tuple[Role, Role] = ("query", "passage")
    for role in roles:
        telling = Telling(provider, role, dimension, patient=True)
        mine = [each for each in listings if role_of(each) == role]
        if mine:
            _divided(telling, mine, found)
    return found


def _divided(telling: Telling, listings: Sequence[Listing], found: Made) -> None:
    try:
        vectors = _embedded(telling, listings)
    except AnswerRefused as refused:
        if not found.refused and telling.provider.probe() != telling.dimension:
            raise
        if len(listings) == 1:
            found.refused[listings[0].id] = str(refused)
            return
        middle = len(listings) // 2
        _divided(telling, listings[:middle], found)
        _divided(telling, listings[middle:], found)
        return
    for each, vector in zip(listings, vectors, strict=True):
        found.vectors[each.id] = vector


def _embedded(telling: Telling, listings: Sequence[Listing]) -> Vectors:
    vectors = embed(telling, [(each.title, each.body) for each in listings])
    if not vectors.any(axis=1).all():  # title and sentences may cancel each other out
        raise AnswerRefused("ZERO", "标题和正文的向量互相抵消")
    return vectors
