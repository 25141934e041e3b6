"""Whose items are never suggested to each other: one party, or parties with a common interest.

Of an item, the organizations that stand behind it are these: its own, its studio's, the host of the
studio's team, the employer of the studio's person; of a private need, the employer of its holder.
Two items are in conflict when they have the same holder, when an organization stands behind both,
when one belongs to the unit above or below the other's, or when either party declared it (R14).
"""

from collections.abc import Sequence
from typing import Final

from django.db.models import Q

from kehui.market.models import Item, Need, Offer, Side
from kehui.market.models.items import CORPUS
from kehui.matching.models import Feedback, Reason
from kehui.people.models import Organization

OWN: Final = {
    Side.OFFER: ("organization", "studio__organization"),
    Side.NEED: ("organization",),
}
BEHIND: Final = {
    Side.OFFER: (*OWN[Side.OFFER], "studio__person__employer", "studio__team__host"),
    Side.NEED: OWN[Side.NEED],
}


def barred(item: Item, others: Sequence[int]) -> set[int]:
    """Return which of these counterparts are in conflict with the item."""
    counterparts = Offer.objects.all() if item.side == Side.NEED else Need.objects.all()
    return {each.pk for each in counterparts.filter(against(item), pk__in=others).only("pk")}


def against(item: Item, prefix: str = "") -> Q:
    """Return what is true of the counterparts in conflict with the item.

    `prefix` leads from the rows asked to the counterpart ("offer__").
    """
    if item.source.startswith(CORPUS):
        return Q(pk__in=[])  # a corpus is nobody's own
    other = Side.OFFER if item.side == Side.NEED else Side.NEED
    own, behind = _organizations(item)
    found = Q(**{f"{prefix}holder": item.holder_id})
    for path in BEHIND[other] if behind else ():
        found |= Q(**{f"{prefix}{path}__in": behind})
    for path in OWN[other] if own else ():
        found |= Q(**{f"{prefix}{path}__parent__in": own})
        found |= Q(**{f"{prefix}{path}__in": Organization.objects.filter(units__in=own)})
    if other == Side.NEED and behind:
        found |= Q(
            **{f"{prefix}organization": None, f"{prefix}holder__employer__in": behind},
        )
    return (found & ~Q(**{f"{prefix}source__startswith": CORPUS})) | _declared(item, prefix)


def _organizations(item: Item) -> tuple[list[int], list[int]]:
    """Return the organizations whose the item is, and all that stand behind it."""
    side = Side(item.side)
    if side == Side.NEED and item.organization_id is None:
        employer = item.holder.employer_id
        return [], [employer] if employer else []
    if side == Side.NEED:
        own = [item.organization_id] if item.organization_id else []
        return own, own
    row = Offer.objects.filter(pk=item.pk).values_list(*BEHIND[side]).get()
    count = len(OWN[side])
    return [each for each in row[:count] if each], [each for each in row if each]


def _declared(item: Item, prefix: str) -> Q:
    """Return the counterparts of parties with which one side declared a common interest.

    What a side said last of a pair counts, so that a mistake can be taken back.
    """
    said = Feedback.objects.order_by("suggestion", "side", "-at", "-pk").distinct(
        "suggestion", "side"
    )
    if item.side == Side.NEED:
        mine = Q(suggestion__need__organization=item.organization_id)
        if item.organization_id is None:
            mine = Q(suggestion__need__organization=None, suggestion__need__holder=item.holder_id)
        rows = said.filter(mine).values_list("reason", "suggestion__offer__studio")
        return Q(
            **{f"{prefix}studio__in": {studio for why, studio in rows if why == Reason.R14}},
        )
    studio = Offer.objects.filter(pk=item.pk).values("studio")
    told = said.filter(suggestion__offer__studio__in=studio).values_list(
        "reason", "suggestion__need__organization", "suggestion__need__holder"
    )
    parties = {(firm, holder) for why, firm, holder in told if why == Reason.R14}
    firms = {firm for firm, _ in parties if firm}
    alone = {holder for firm, holder in parties if not firm}
    return Q(**{f"{prefix}organization__in": firms}) | Q(
        **{f"{prefix}organization": None, f"{prefix}holder__in": alone}
    )
