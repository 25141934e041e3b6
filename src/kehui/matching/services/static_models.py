"""Train the encoder on this market's own texts; install it only when it is not worse; go back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import locks
from kehui.core.errors import Refused
from kehui.ledger.services import record
from kehui.matching import adapter
from kehui.matching.facts import EncoderChanged
from kehui.matching.selectors import listings

LEAST: Final = 200  # texts below which a held-back tenth says nothing
PPM: Final = 1_000_000
_LOCK: Final = "static model"  # one change of it at a time


class TooFewTexts(Refused):
    code = "TOO_FEW_TEXTS"
    message = _("已发布的信息只有 {number} 条，至少要 {least} 条才能训练。等信息多了再来。")
    message_en = "Only {number} items are published; training takes {least}. Come back later."
    status = 409


class NoModelInForce(Refused):
    code = "NO_MODEL"
    message = _("现在没有训练出来的模型在用，没有可以退回的。")
    message_en = "No trained model is in force; there is nothing to go back from."
    status = 409


@dataclass(frozen=True, kw_only=True)
class StaticTrained:
    """What a training showed: MRR@10 of finding held-back bodies by their titles."""

    texts: int
    held_back: int
    before: float
    after: float
    encoder: str  # what is built in now
    is_installed: bool


def train_encoder(
    *, install: bool, at: datetime, progress: Callable[[int, int], None] | None = None
) -> StaticTrained:
    """Train on the texts of everything published, and install the model if it is not worse.

    Vectors are then made anew by the worker; the ones in force serve until all of them are there.

    Raises:
        TooFewTexts: there is too little to learn from.
    """
    texts = [(each.title, each.description) for each in listings.published()]
    trained = adapter.train_static(texts, progress=progress) if len(texts) >= LEAST else None
    if trained is None:
        raise TooFewTexts(number=len(texts), least=LEAST)
    is_better = install and trained.after >= trained.before
    if is_better:
        _install(trained, at=at)
    return StaticTrained(
        texts=trained.texts,
        held_back=trained.held_back,
        before=trained.before,
        after=trained.after,
        encoder=adapter.built_in_name(),
        is_installed=is_better,
    )


@transaction.atomic
def _install(trained: adapter.StaticTraining, *, at: datetime) -> None:
    locks.hold(_LOCK)
    before = adapter.built_in_name()
    change = EncoderChanged(
        encoder=adapter.install_static(trained),
        before=before,
        held_back=trained.held_back,
        before_ppm=round(trained.before * PPM),
        after_ppm=round(trained.after * PPM),
    )
    record(change, actor=None, at=at)


@transaction.atomic
def roll_back_encoder(*, at: datetime) -> EncoderChanged:
    """Take the trained model out of force; the one before it serves again, or what ships alone.

    Raises:
        NoModelInForce: nothing to go back from.
    """
    locks.hold(_LOCK)
    before = adapter.built_in_name()
    name = adapter.roll_back_static()
    if name is None:
        raise NoModelInForce
    change = EncoderChanged(
        encoder=name, before=before, held_back=0, before_ppm=None, after_ppm=None
    )
    record(change, actor=None, at=at)
    return change
