"""Describe the achievement behind an offer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kehui.core import dates, disciplines, identifiers
from kehui.core.errors import Refused
from kehui.market.models import Achievement, Offer, OfferKind
from kehui.market.models.offers import EVALUATED
from kehui.market.services.drafts import (
    AT_THE_DESK,
    IN_THE_WORLD,
    locked,
    refuse_unfit,
    store_revision,
    tidy,
)
from kehui.market.services.fields import TooLong, UnknownValue, check_item
from kehui.people.models import Person

TOLD: Final = frozenset(
    {
        "stage", "ownership", "completers", "patents", "registration", "doi", "ipc",
        "disciplines", "evaluation", "deal_modes", "publicity",
    }
)  # fmt: skip


class NotAnAchievement(Refused):
    code = "NOT_AN_ACHIEVEMENT"
    message = _("只有类型是“科技成果”的所能才写成果信息。")
    message_en = "Only an offer of the kind “achievement” describes one."
    field = "achievement"


@transaction.atomic
def describe_achievement(
    *, offer: Offer, person: Person, values: Mapping[str, Any], at: datetime
) -> Achievement:
    """Store what the author tells of the achievement; an offer that is out gets a new revision.

    Raises:
        NotYours, NotEditable: see there.
        NotAnAchievement: the offer is of another kind.
        UnknownValue, TooLong, ValueMalformed, IpcMalformed, DoiMalformed and those of
            `disciplines` and `dates`: a value can never stand in its field.
        The faults of `fields`: the offer is out, and would not be whole any more.
    """
    mine = locked(offer, person, at=at, states=AT_THE_DESK + IN_THE_WORLD)
    if not isinstance(mine, Offer) or mine.kind != OfferKind.ACHIEVEMENT:
        raise NotAnAchievement
    achievement = tell(mine, values)
    if mine.state in IN_THE_WORLD:
        check_item(mine, today=dates.day_of(at))
        store_revision(mine, person, at=at)
    else:
        mine.changed_at = at
        mine.save(update_fields=["changed_at"])
    achievement.save()
    return achievement


def tell(offer: Offer, values: Mapping[str, Any]) -> Achievement:
    """Return the offer's achievement with these values, each in its one form, not saved."""
    achievement: Achievement = getattr(offer, "achievement", None) or Achievement(offer=offer)
    for name, value in values.items():
        if name not in TOLD:
            raise UnknownValue(field=name, label=name, value=value)
        setattr(achievement, name, _FORMS.get(name, _plain)(value))
    refuse_unfit(achievement, set(values))
    return achievement


def _plain(value: Any) -> Any:
    return [each for each in map(tidy, value) if each] if isinstance(value, list) else tidy(value)


def _doi(value: str) -> str:
    return identifiers.doi(tidy(value), field="doi") if tidy(value) else ""


def _each(read: Callable[[str], str]) -> Callable[[Sequence[str]], list[str]]:
    return lambda value: [*dict.fromkeys(read(each) for each in _plain(list(value)))]


def _evaluation(value: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Keep what is said; the faults are named by the part: `evaluation_science`."""
    told = {name: str(tidy(part)) for name, part in (value or {}).items() if tidy(part)}
    for name, text in told.items():
        field = f"evaluation_{name}"
        if name not in EVALUATED:
            raise UnknownValue(field="evaluation", label=str(_("评价")), value=name)
        if name == "date":
            told[name] = dates.parse(text, field=field).isoformat()
        elif len(text) > EVALUATED[name]:
            most = EVALUATED[name]
            raise TooLong(field=field, label=str(_("评价")), length=len(text), most=most)
    return told or None


_FORMS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "doi": _doi,
    "ipc": _each(lambda text: identifiers.ipc(text, field="ipc")),
    "disciplines": _each(lambda text: disciplines.parse(text, field="disciplines").code),
    "evaluation": _evaluation,
}
