"""The encoder an operator has plugged in: its next step, and how it stands."""

from dataclasses import dataclass
from datetime import datetime

from kehui.matching import adapter
from kehui.matching.models import EncoderProgress
from kehui.matching.selectors import listings
from kehui.matching.services import embedding, runs


@dataclass(frozen=True, kw_only=True)
class EncoderStanding:
    """Which encoder is asked for and which serves, and what they still lack.

    `wanted` is None when the settings are wrong, `serving` when there is no snapshot. `missing`
    counts published items without a vector of the one asked for.
    """

    wanted: str | None
    serving: str | None
    published: int
    missing: int
    progress: EncoderProgress | None


def embed_next(*, at: datetime, limit: int = embedding.PLUGGED_AT_A_TIME) -> embedding.Step:
    """Make the next missing vectors of the plugged encoder.

    Items that were matched without theirs, because it was down, are promised another match.
    """
    step = embedding.advance(at=at, limit=limit)
    for item, revision in step.late.items():
        runs.request_match(item=item, revision=revision, trigger="embedded", at=at)
    return step


def encoder_standing() -> EncoderStanding:
    """Return how the encoder stands, for operators and their monitors."""
    wanted = adapter.wanted_name()
    has_vectors = wanted not in (None, adapter.no_name())
    return EncoderStanding(
        wanted=wanted,
        serving=adapter.serving_name(),
        published=listings.published_count(),
        missing=listings.bare_count(wanted) if wanted and has_vectors else 0,
        progress=listings.progress_of(wanted) if wanted else None,
    )
