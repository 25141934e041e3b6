"""Saved searches of a person, and those whose owners are to be told now."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from kehui.core import dates
from kehui.market.models import SavedSearch
from kehui.people.models import Person


def saved_by(person: Person) -> QuerySet[SavedSearch]:
    return SavedSearch.objects.filter(person=person).order_by("-created_at", "-pk")


def due(*, at: datetime) -> QuerySet[SavedSearch]:
    """Return the searches to look into at this instant, oldest look first.

    One that tells at once is always due. A daily one is due after its hour, in the time of
    Shanghai, unless it has been looked into since.
    """
    day = dates.start_of(dates.day_of(at))
    hours = range((at - day) // timedelta(hours=1) + 1)
    searches = SavedSearch.objects.filter(alert=SavedSearch.Alert.AT_ONCE)
    for hour in hours:
        searches |= SavedSearch.objects.filter(
            alert=SavedSearch.Alert.DAILY,
            digest_hour=hour,
            looked_at__lt=day + timedelta(hours=hour),
        )
    return searches.order_by("looked_at", "pk")
