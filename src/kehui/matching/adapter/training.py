"""Train the static model on texts, and measure it on those held back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kehui.engines import matching as engine
from kehui.matching.adapter.encoders import trained
from kehui.matching.adapter.encoders.force import name_of

Texts = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class StaticTraining:
    """A model and what it is worth: MRR@10 of finding held-back bodies by their titles.

    `before` is what is built in today, `after` what ships with the new model beside it.
    """

    model: engine.StaticModel
    texts: int
    held_back: int
    before: float
    after: float


def train_static(
    texts: Texts, *, progress: Callable[[int, int], None] | None = None
) -> StaticTraining | None:
    """Return a model of these (title, body) pairs; None when they have nothing in common."""
    held = engine.hold_back(texts)
    try:
        model = engine.train(held.training, start=trained.SHIPPED, progress=progress)
    except ValueError:
        return None
    return StaticTraining(
        model,
        len(held.training),
        len(held.asked),
        engine.known_item(held.asked, encoder=trained.built_in()),
        engine.known_item(held.asked, encoder=engine.Blended(trained.SHIPPED, model)),
    )


def install_static(training: StaticTraining) -> str:
    """Put the model in force; return the name of what is built in from now on."""
    trained.install(training.model)
    return name_of(trained.built_in())


def roll_back_static() -> str | None:
    """Take the model in force out of force; return what is built in now, None if there was none."""
    if not trained.installed():
        return None
    trained.roll_back()
    return name_of(trained.built_in())
