"""Questions about disputes."""

from datetime import date

from django.db.models import Q, QuerySet

from kehui.deals.models import Dispute


def to_decide(*, today: date) -> QuerySet[Dispute]:
    """Return the disputes that can be decided today, the oldest first.

    Both sides were heard, or had their days; or one appealed.
    """
    states = [Dispute.State.HEARD, Dispute.State.APPEALED]
    ready = Q(state__in=states) | Q(state=Dispute.State.OPENED, hearing_due_on__lt=today)
    return undecided().filter(ready)


def undecided() -> QuerySet[Dispute]:
    """Return the disputes in which a decision is to come, the oldest first."""
    states = [Dispute.State.OPENED, Dispute.State.HEARD, Dispute.State.APPEALED]
    return (
        Dispute.objects.filter(state__in=states)
        .select_related("deal", "deal__need", "judge")
        .prefetch_related("deal__parties__person", "deal__parties__organization")
        .order_by("opened_at", "pk")
    )
