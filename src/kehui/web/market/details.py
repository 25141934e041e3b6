"""What stands below the key facts of an item, for its page, its preview and the gate."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from kehui.core import disciplines
from kehui.market.models import Achievement, Attachment, Need, Offer, OfferKind
from kehui.web.facts_shown import Row


def details(item: Need | Offer, *, sees: bool, files: Sequence[Attachment]) -> dict[str, Any]:
    """Return what the templates `_offer_details` and `_need_details` ask beside the item."""
    return {
        "sees_details": sees,
        "achievement": _achievement(item, sees=sees),
        "files": files,
    }


def _achievement(item: Need | Offer, *, sees: bool) -> list[Row]:
    """Return what is told of the achievement; who made it and its evaluation are details."""
    told: Achievement | None = getattr(item, "achievement", None)
    if told is None or item.kind != OfferKind.ACHIEVEMENT:
        return []
    label = {each.name: str(getattr(each, "verbose_name", "")) for each in told._meta.fields}
    modes = [str(Achievement.DealMode(each).label) for each in told.deal_modes]
    fields = [disciplines.name_of(each) for each in told.disciplines]
    rows = [
        Row(label=label["stage"], value=told.get_stage_display()),
        Row(label=label["ownership"], value=told.ownership),
        Row(label=label["deal_modes"], value=_("、").join(modes)),
        Row(label=label["patents"], value=_("、").join(told.patents)),
        Row(label=label["registration"], value=told.registration),
        Row(label=label["doi"], value=told.doi),
        Row(label=label["ipc"], value=_("、").join(told.ipc)),
        Row(label=label["disciplines"], value=_("、").join(fields)),
        Row(label=label["publicity"], value=told.publicity),
    ]
    if sees:
        rows.append(Row(label=label["completers"], value=_("、").join(told.completers)))
        rows += _evaluation(told.evaluation or {})
    return [row for row in rows if row.value]


def _evaluation(told: dict[str, str]) -> list[Row]:
    by = [told[name] for name in ("evaluator", "standard", "date") if told.get(name)]
    worth = [
        Row(label=str(each.label), value=told.get(each.value, "")) for each in Achievement.Worth
    ]
    return [Row(label=_("评价"), value=" · ".join(by)), *worth]
