"""What was changed of the operator's words, and what waits for a second person."""

from django.db.models import QuerySet

from kehui.operations.models import SiteChange


def changes() -> QuerySet[SiteChange]:
    """Return every change, the latest first."""
    return SiteChange.objects.select_related("by", "decided_by").order_by("-at", "-pk")


def undecided() -> QuerySet[SiteChange]:
    return changes().filter(state=SiteChange.State.WAITING)
