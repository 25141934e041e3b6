"""Why a person and a need are suggested to each other: sentences that name the offers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kehui.matching.selectors.sentences import Factor, Sentence

FITS: Final = 70  # 较契合
TALKS: Final = 55  # 可谈
NAMED: Final = 3  # offers
LABELS: Final[Mapping[str, str]] = {
    "profile": gettext_noop("方向和技能"),
    "best_offer": gettext_noop("最对口的所能"),
    "further_offers": gettext_noop("其他所能"),
}


def reasons(profile: int, grounds: Sequence[tuple[str, int]]) -> list[Sentence]:
    """Return a sentence for each of the first offers (title and points), then for the profile."""
    found = [
        Sentence(
            verdict="yes" if score >= FITS else "part",
            title=_("有对口的所能") if score >= FITS else _("有相近的所能"),
            text=_("“%(title)s”，契合 %(points)d 分") % {"title": title, "points": score},
        )
        for title, score in grounds[:NAMED]
    ]
    if not grounds and profile < TALKS:
        text = _("按写下的方向、技能和学科只有 %d 分，先看看再联系")
        return [Sentence(verdict="part", title=_("方向有些接近"), text=text % profile)]
    told = Sentence(
        verdict="yes" if profile >= FITS else "part",
        title=_("方向对口") if profile >= FITS else _("方向接近"),
        text=_("按写下的方向、技能和学科，契合 %d 分") % profile,
    )
    return [*found, told] if profile >= TALKS else found


def factors(parts: Iterable[tuple[str, int, int]]) -> list[Factor]:
    """Return the parts (name, points, most) as rows that add up."""
    return [Factor(label=_(LABELS[name]), got=got, max=most) for name, got, most in parts]
