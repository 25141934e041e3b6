"""Share the front places of needs' lists among the studios, by the published rule."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from kehui.core import dates, locks
from kehui.ledger.services import record
from kehui.matching import adapter
from kehui.matching.facts import ExposureShared
from kehui.matching.models import ExposureRun, StudioExposure
from kehui.matching.selectors import exposure, standing

MILLION: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Published:
    """Every number of the rule of exposure, as the rule page tells it."""

    trade: float
    places: int
    taken: float
    given: float
    floor: float
    new_days: int
    talks_per_job: int


def published_exposure() -> Published:
    """Return the parameters in force: of the engine, and of this app."""
    return Published(
        **asdict(adapter.published_rule()),
        new_days=exposure.NEW_DAYS,
        talks_per_job=standing.TALKS_PER_JOB,
    )


@transaction.atomic
def share_exposure(*, at: datetime) -> ExposureRun:
    """Reckon anew how much each studio is seen, move it by a few points, and keep the figures.

    The same rows give the same points. Of two at once the second waits, then reckons by itself.
    """
    locks.hold("exposure")
    rows = list(exposure.rows(today=dates.day_of(at)))
    studios = sorted({each.studio for each in rows})
    shared = adapter.share(rows, exposure.sheltered(studios, at=at))
    run = ExposureRun.objects.create(at=at, **shared.figures)
    StudioExposure.objects.all().delete()
    StudioExposure.objects.bulk_create(
        StudioExposure(
            studio_id=studio,
            run=run,
            before=each.before,
            after=each.after,
            taken=each.taken,
            given=each.given,
        )
        for studio, each in shared.studios.items()
    )
    record(
        ExposureShared(
            run=run.pk,
            lists=run.lists,
            studios=run.studios,
            gini_before_ppm=round(run.gini_before * MILLION),
            gini_after_ppm=round(run.gini_after * MILLION),
            relevance_ppm=round(run.relevance * MILLION),
            sheltered_ppm=round(run.sheltered_after * MILLION),
        ),
        actor=None,
        at=at,
    )
    return run
