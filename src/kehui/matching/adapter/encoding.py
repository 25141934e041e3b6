"""Vectors for items: from what is built in, or from what an operator has plugged in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kehui.engines.matching import Listing
from kehui.engines.matching import embed as embed_texts
from kehui.market.models import Need, Offer
from kehui.matching.adapter.encoders import vectors
from kehui.matching.adapter.encoders.answers import Vectors
from kehui.matching.adapter.encoders.failures import ProviderFailed
from kehui.matching.adapter.encoders.force import NOTHING, name_of, usable
from kehui.matching.adapter.encoders.provider import Provider
from kehui.matching.adapter.encoders.trained import built_in
from kehui.matching.adapter.listings import listing_of, listing_of_profile
from kehui.matching.models import Profile


@dataclass(frozen=True)
class Made:
    """Stored vectors by item, and why an item got none."""

    vectors: dict[int, bytes]
    refused: dict[int, str]


def built_in_name() -> str:
    return name_of(built_in())


def no_name() -> str:
    """Return the name of words alone."""
    return name_of(NOTHING)


def wanted_name() -> str | None:
    """Return the name of the encoder the settings ask for; None when they are wrong."""
    asked = usable()
    return None if asked is None else name_of(asked)


def plugged_name() -> str | None:
    """Return the name of the provider the settings ask for, if it is one."""
    asked = usable()
    return asked.name if isinstance(asked, Provider) else None


def probe() -> int:
    """Return the dimension of the provider's vectors.

    Raises:
        ProviderFailed: it does not work, or none is asked for.
    """
    return _provider().probe()


def embed(items: Sequence[Offer | Need]) -> dict[int, bytes]:
    """Return the vector of each item's text from what is built in, as it is stored."""
    return _built_in([listing_of(each) for each in items])


def embed_profiles(known_for: Sequence[Profile]) -> dict[int, bytes]:
    """Return the vector of each profile's words from what is built in, by person."""
    made = _built_in([listing_of_profile(each) for each in known_for])
    return {-number: vector for number, vector in made.items()}


def embed_in_a_hurry(item: Offer | Need, *, dimension: int) -> bytes:
    """Return the vector of an item from the provider, while somebody waits for its matches.

    Raises:
        ProviderFailed: it got none.
    """
    return _bytes(vectors.in_a_hurry(_provider(), listing_of(item), dimension=dimension))


def embed_many(items: Sequence[Offer | Need], *, dimension: int) -> Made:
    """Return the vectors of the items from the provider.

    Raises:
        ProviderFailed: it does not work now; nothing is known of any item.
    """
    read = [listing_of(each) for each in items]
    made = vectors.made(_provider(), read, dimension=dimension)
    return Made({item: _bytes(vector) for item, vector in made.vectors.items()}, made.refused)


def _built_in(read: Sequence[Listing]) -> dict[int, bytes]:
    made = embed_texts(built_in(), [(each.title, each.body) for each in read])
    return {each.id: _bytes(vector) for each, vector in zip(read, made, strict=True)}


def _provider() -> Provider:
    asked = usable()
    if not isinstance(asked, Provider):
        raise ProviderFailed("NOT_CONFIGURED", "没有设置外接的编码器，或设置有误")
    return asked


def _bytes(vector: Vectors) -> bytes:
    return np.ascontiguousarray(vector, dtype="<f4").tobytes()
