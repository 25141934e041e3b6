"""Change who orders matches: train a ranker, put it in force, go back, order anew."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import locks
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.matching import adapter
from kehui.matching.facts import RankingChanged
from kehui.matching.models import Ranker, Suggestion
from kehui.matching.selectors import judgements, rankers

AT_A_TIME: Final = 1_000
_LOCK: Final = "ranking"  # one change of the order at a time


class NoRankerInForce(Refused):
    code = "NO_RANKER"
    message = _("现在没有排序模型在用，匹配按公开规则的分数排序。没有可以退回的。")
    message_en = "No ranker is in force; matches follow the published score. Nothing to go back to."
    status = 409


@dataclass(frozen=True, kw_only=True)
class Training:
    """What a training showed. `is_installed` says that its ranker orders from now on."""

    proof: dict[str, Any]
    version: str
    before: str
    engine: str
    is_installed: bool


def train_ranker(*, install: bool, at: datetime) -> Training:
    """Train on everything judged under the engine in force; install what is proved to be better.

    What is not proved changes nothing. The one in force is kept and can be gone back to.
    """
    engine = adapter.version()
    trained = adapter.train(judgements.judgements(engine=engine))
    before = adapter.order_in_force().version
    if install and trained.version and trained.version != before:
        before = _install(trained, at=at)
    else:
        install = False
    return Training(
        proof=trained.proof,
        version=trained.version,
        before=before,
        engine=engine,
        is_installed=install,
    )


@transaction.atomic
def _install(trained: adapter.Trained, *, at: datetime) -> str:
    locks.hold(_LOCK)
    before = _retire(Ranker.State.REPLACED)
    Ranker.objects.update_or_create(
        version=trained.version,
        defaults={
            "content": trained.content,
            "state": Ranker.State.IN_FORCE,
            "installed_at": at,
        },
    )
    record(RankingChanged(ranker=trained.version, before=before), actor=None, at=at)
    return before


@transaction.atomic
def roll_back_ranker(*, at: datetime) -> RankingChanged:
    """Withdraw the ranker in force; the one before it orders again, or the published rule.

    Raises:
        NoRankerInForce: nothing to go back from.
    """
    locks.hold(_LOCK)
    before = _retire(Ranker.State.WITHDRAWN)
    if not before:
        raise NoRankerInForce
    previous = rankers.last_replaced()
    if previous is not None:
        previous.state = Ranker.State.IN_FORCE
        previous.save(update_fields=["state"])
    change = RankingChanged(ranker=previous.version if previous else "", before=before)
    record(change, actor=None, at=at)
    return change


@transaction.atomic
def reorder_suggestions(*, limit: int = AT_A_TIME) -> int:
    """Put suggestions that another order placed where the order in force puts them; how many.

    From the columns stored with each score: nothing is matched anew, and the points that refusals
    cost stay. Rows that a run is writing at this moment are left to it; call until 0.
    """
    order = adapter.order_in_force()
    rows = list(
        rankers.ordered_otherwise(order.version).select_for_update(skip_locked=True)[:limit]
    )
    for each in rows:
        taken = sum(part.get("points", 0) for part in each.parts)
        got = sum(part["got"] for part in each.parts if part["most"])
        # A score from before columns were stored still has its whole points
        each.order = max(0.0, order.value_of({"rule": got / 100, **each.features}) + taken)
        each.ranker = order.version
    Suggestion.objects.bulk_update(rows, ["order", "ranker"])
    return len(rows)


def _retire(state: Ranker.State) -> str:
    """Take the ranker in force out of it and return its version, "" when there is none."""
    held = rankers.in_force()
    if held is None:
        return ""
    held.state = state
    held.save(update_fields=["state"])
    return held.version
