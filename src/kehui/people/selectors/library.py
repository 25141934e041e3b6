"""Questions about procedures and policy documents: what holds in a place."""

from datetime import date

from django.db.models import QuerySet

from kehui.core import regions
from kehui.people.models import PolicyDocument, Procedure

STANDINGS = ("valid", "coming", "expired")


def procedures_for(region: str) -> list[Procedure]:
    """Return how things are done there, in order of title. One question.

    The newest version of each; where several places above have one of the same code, that of the
    nearest, unless it was withdrawn.
    """
    line = regions.line(region)
    rows = Procedure.objects.filter(region__in=line).order_by("version")
    newest = {(each.region_id, each.code): each for each in rows}
    nearest: dict[str, Procedure] = {}
    for code in line:
        for (place, name), each in newest.items():
            if place == code and each.withdrawn_at is None:
                nearest[name] = each
    return sorted(nearest.values(), key=lambda each: (each.title, each.code))


def procedures_of(region: str) -> QuerySet[Procedure]:
    """Return every version of the place's own, the newest first."""
    return (
        Procedure.objects.filter(region=region)
        .select_related("published_by")
        .order_by("code", "-version")
    )


def policies_for(region: str, *, today: date) -> list[tuple[str, PolicyDocument]]:
    """Return the documents of the place and those above it with how they stand that day.

    What holds comes first, then what is coming, then what is over; the newest first. One question.
    """
    rows = PolicyDocument.objects.filter(region__in=regions.line(region))
    told = [(each.standing_on(today), each) for each in rows.order_by("-issued_on", "-pk")]
    return sorted(told, key=lambda pair: STANDINGS.index(pair[0]))


def policies_of(region: str) -> QuerySet[PolicyDocument]:
    return PolicyDocument.objects.filter(region=region).order_by("-issued_on", "-pk")
