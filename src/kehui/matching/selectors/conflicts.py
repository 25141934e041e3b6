"""Who is never suggested to whom: one party, or parties with a common interest.

Organizations stand behind both sides: behind an offer its own, its studio's, the host of the
studio's team, the employer of the studio's person; behind a need its own, behind a private need the
employer of its holder; behind a person the employer. Two sides are in conflict when they have the
same holder, when what stands behind one stands behind the other too or is the unit directly above
or below it, or when either party declared it (R14). A person is what an offer in the person's own
studio would be, so whose offers are kept from a need is no adviser for it either.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import Q, QuerySet

from kehui.market.models import Item, Need, Offer, Side, Studio
from kehui.market.models.items import CORPUS
from kehui.matching.models import Feedback, Reason
from kehui.people.models import Organization, Person

BEHIND_OFFER: Final = (
    "organization",
    "studio__organization",
    "studio__person__employer",
    "studio__team__host",
)
NOBODY: Final = Q(pk__in=[])


def barred(item: Item, others: Sequence[int]) -> set[int]:
    """Return which of these counterparts are in conflict with the item."""
    counterparts = Offer.objects.all() if item.side == Side.NEED else Need.objects.all()
    return {each.pk for each in counterparts.filter(against(item), pk__in=others).only("pk")}


def against(item: Item, prefix: str = "") -> Q:
    """Return what is true of the counterparts in conflict with the item.

    `prefix` leads from the rows asked to the counterpart ("offer__").
    """
    if item.source.startswith(CORPUS):
        return NOBODY  # a corpus is nobody's own
    if item.side == Side.NEED:
        found = Q(**{f"{prefix}holder": item.holder_id})
        for path in BEHIND_OFFER:
            found |= _near(f"{prefix}{path}", _behind_need(item))
        told = Q(**{f"{prefix}studio__in": _studios_declared(item)})
    else:
        row = Offer.objects.filter(pk=item.pk).values_list("studio", *BEHIND_OFFER).get()
        found = _needs_near(item.holder_id, row[1:], prefix)
        told = _needs_declared(row[:1], prefix)
    return (found & _own(prefix)) | told


def persons_against(need: Need) -> Q:
    """Return what is true of the profiles of the persons in conflict with the need."""
    if need.source.startswith(CORPUS):
        return NOBODY
    studios = Studio.objects.filter(pk__in=_studios_declared(need), person__isnull=False)
    return (
        Q(person=need.holder_id)
        | _near("person__employer", _behind_need(need))
        | Q(person__in=studios.values("person"))
    )


def needs_against(person: Person) -> Q:
    """Return what is true of the needs in conflict with the person."""
    studios = Studio.objects.filter(person=person).values("pk")
    found = _needs_near(person.pk, [person.employer_id])
    return (found & _own()) | _needs_declared(studios)


def _own(prefix: str = "") -> Q:
    return ~Q(**{f"{prefix}source__startswith": CORPUS})


def _behind_need(need: Item) -> list[int | None]:
    return [need.organization_id or need.holder.employer_id]


def _near(path: str, behind: Iterable[int | None]) -> Q:
    """Return what is true when one of these, or a unit next to it, stands at the path."""
    known = [each for each in behind if each is not None]
    units = Organization.objects.filter(Q(pk__in=known) | Q(parent__in=known))
    above = Organization.objects.filter(units__in=known)
    return Q(**{f"{path}__in": units}) | Q(**{f"{path}__in": above})


def _needs_near(holder: int, behind: Iterable[int | None], prefix: str = "") -> Q:
    """Return what is true of the needs of the holder, and of those these stand behind."""
    alone = Q(**{f"{prefix}organization": None})
    return (
        Q(**{f"{prefix}holder": holder})
        | _near(f"{prefix}organization", behind)
        | (alone & _near(f"{prefix}holder__employer", behind))
    )


def _said() -> QuerySet[Feedback]:
    """Return what each side said last of each pair: a mistake can be taken back."""
    rows = Feedback.objects.order_by("suggestion", "side", "-at", "-pk")
    return rows.distinct("suggestion", "side")


def _studios_declared(need: Item) -> set[int]:
    """Return the studios with which the need's party has a declared common interest."""
    party = Q(suggestion__need__organization=need.organization_id)
    if need.organization_id is None:
        party = Q(suggestion__need__organization=None, suggestion__need__holder=need.holder_id)
    rows = _said().filter(party).values_list("reason", "suggestion__offer__studio")
    return {studio for why, studio in rows if why == Reason.R14}


def _needs_declared(studios: Any, prefix: str = "") -> Q:
    """Return the needs of parties that have a declared common interest with these studios."""
    rows = _said().filter(suggestion__offer__studio__in=studios)
    told = rows.values_list("reason", "suggestion__need__organization", "suggestion__need__holder")
    parties = {(firm, holder) for why, firm, holder in told if why == Reason.R14}
    firms = {firm for firm, _ in parties if firm}
    alone = {holder for firm, holder in parties if not firm}
    return Q(**{f"{prefix}organization__in": firms}) | Q(
        **{f"{prefix}organization": None, f"{prefix}holder__in": alone}
    )
