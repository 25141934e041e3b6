"""Which encoder is asked for, and which one a snapshot speaks with."""

from functools import lru_cache
from typing import Final

from kehui.core.errors import Refused
from kehui.engines.matching import Encoder, Manifest, NoEncoder
from kehui.matching.adapter.encoders.choice import NONE, chosen
from kehui.matching.adapter.encoders.provider import Provider, plugged
from kehui.matching.adapter.encoders.roles import Asking, Remembered
from kehui.matching.adapter.encoders.trained import SHIPPED, built_in

NOTHING: Final[Encoder] = NoEncoder()


def name_of(encoder: Encoder | Provider | Manifest) -> str:
    """Return what stands beside every vector and every score."""
    if isinstance(encoder, Manifest):
        return f"{encoder.encoder_id} {encoder.encoder_version}"
    return f"{encoder.id} {encoder.version}"


def wanted() -> Provider | Encoder:
    """Return what the settings ask for.

    Raises:
        Refused: the settings are wrong.
    """
    provider = plugged()
    if provider is not None:
        return provider
    return NOTHING if chosen().kind == NONE else built_in()


def usable() -> Provider | Encoder | None:
    """Return what the settings ask for; None when they are wrong, as doctors say."""
    try:
        return wanted()
    except Refused:
        return None


def keeper_of(name: str, dimension: int) -> Encoder:
    """Return what a snapshot of this encoder's stored vectors is written with."""
    for here in (built_in(), SHIPPED, NOTHING):
        if name == name_of(here):
            return here
    id_, _, version = name.rpartition(" ")
    return Remembered(id_, version, dimension)


def encoder_of(manifest: Manifest) -> Encoder:
    """Return the encoder whose vectors the snapshot holds, or who stands in for it."""
    name, asked = name_of(manifest), usable()
    if isinstance(asked, Provider) and asked.name == name:
        return _asking(asked, manifest.dimension)
    return keeper_of(name, manifest.dimension)


@lru_cache(maxsize=8)
def _asking(provider: Provider, dimension: int) -> Asking:
    """Return the same one each time: it remembers what was asked lately."""
    return Asking(provider, dimension)
