"""Which learned order is in force, and which came before it."""

from django.db.models import QuerySet

from kehui.matching.models import Ranker, Suggestion


def in_force() -> Ranker | None:
    return Ranker.objects.filter(state=Ranker.State.IN_FORCE).first()


def last_replaced() -> Ranker | None:
    """Return the one that was in force before the present one and was never withdrawn."""
    replaced = Ranker.objects.filter(state=Ranker.State.REPLACED)
    return replaced.order_by("-installed_at", "-pk").first()


def ordered_otherwise(version: str) -> QuerySet[Suggestion]:
    """Return the suggestions that another order put where they stand; "" is the published rule."""
    return Suggestion.objects.exclude(ranker=version).order_by("pk")
