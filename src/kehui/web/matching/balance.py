"""The figures of exposure as the rule page shows them: everything from the row of the last run."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kehui.matching.models import ExposureRun

WIDTH, HEIGHT, EDGE = 320, 160, 12  # of the drawing, in its own units


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One point of the curve in the drawing."""

    x: float
    y: float
    is_in_force: bool


@dataclass(frozen=True, kw_only=True)
class Balance:
    """The last run with its curve as a table and as a drawing."""

    run: ExposureRun
    head: list[str]
    rows: list[list[str]]
    dots: list[Dot]
    line: str


def balance_of(run: ExposureRun | None) -> Balance | None:
    if run is None:
        return None
    dots = _dots(run)
    return Balance(
        run=run,
        head=[_("折算率"), _("基尼系数"), _("保住的契合度")],
        rows=[
            [
                (_("%g（现行）") if each["trade"] == run.trade else "%g") % each["trade"],
                f"{each['gini']:.3f}",
                f"{each['relevance']:.2%}",
            ]
            for each in run.curve
        ],
        dots=dots,
        line=" ".join(f"{each.x},{each.y}" for each in dots),
    )


def _dots(run: ExposureRun) -> list[Dot]:
    """Draw relevance kept (upward) over evenness gained (to the right), each on its own range."""
    evenness = [1 - each["gini"] for each in run.curve]
    kept = [each["relevance"] for each in run.curve]
    return [
        Dot(
            x=round(EDGE + (WIDTH - 2 * EDGE) * _within(one, evenness), 1),
            y=round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * _within(other, kept), 1),
            is_in_force=each["trade"] == run.trade,
        )
        for one, other, each in zip(evenness, kept, run.curve, strict=True)
    ]


def _within(value: float, values: list[float]) -> float:
    """Return where a value lies between the smallest, 0, and the greatest, 1."""
    low, high = min(values), max(values)
    return (value - low) / (high - low) if high > low else 0.5
