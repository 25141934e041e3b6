"""Save searches, and tell their owners of new items (订阅提醒)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehui.core.errors import Refused
from kehui.market.models import Item, SavedSearch, Side
from kehui.market.selectors import browse, saved, terms, wording
from kehui.market.selectors.browse import Filters
from kehui.notices import services as notices
from kehui.notices.models import Notice
from kehui.people.models import Person

ALERTS: Final = SavedSearch.Alert.choices
MOST_SEARCHES: Final = 30
MOST_AT_ONCE: Final = 20
TITLES_IN_A_DIGEST: Final = 3
# An item carries the instant of its request and is seen when that commits. Looking only at what
# is older than this loses nothing that was still being written.
SETTLES_WITHIN: Final = timedelta(seconds=60)


class SearchExists(Refused):
    code = "SEARCH_EXISTS"
    message = _("这个搜索你已经订阅了。")
    message_en = "You have saved this search already."
    status = 409


class TooManySearches(Refused):
    code = "TOO_MANY_SEARCHES"
    message = _("最多订阅 {most} 个搜索，请先删掉不用的。")
    message_en = "At most {most} searches can be saved; delete one first."


class SearchEmpty(Refused):
    code = "SEARCH_EMPTY"
    message = _("先写搜索词或选一个筛选，再订阅。")
    message_en = "Type a query or choose a filter before saving the search."
    field = "query"


class AlertUnknown(Refused):
    code = "ALERT_UNKNOWN"
    message = _("提醒方式和时刻请从列表中选。")
    message_en = "Choose the alert and its hour from the list."
    field = "alert"


class NotYourSearch(Refused):
    code = "NOT_YOUR_SEARCH"
    message = _("这个订阅不在你名下。")
    message_en = "This saved search is not yours."
    status = 404


@transaction.atomic
def save_search(
    *,
    person: Person,
    side: Side,
    query: str,
    filters: Mapping[str, Any],
    alert: str = SavedSearch.Alert.DAILY,
    digest_hour: int = 9,
    name: str = "",
    at: datetime,
) -> SavedSearch:
    """Save the search; what is published from now on is told.

    Raises:
        SearchEmpty, AlertUnknown, TooManySearches: see there.
        SearchExists: the same words and filters are saved already.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    tidy = " ".join(query.split())[:200]
    plain = Filters.of(filters, side=side).plain()
    if not tidy and not plain:
        raise SearchEmpty
    _refuse_unknown(alert, digest_hour)
    mine = SavedSearch.objects.filter(person=person)
    if mine.filter(side=side, query=tidy, filters=plain).exists():
        raise SearchExists
    if mine.count() >= MOST_SEARCHES:
        raise TooManySearches(most=MOST_SEARCHES)
    return SavedSearch.objects.create(
        person=person,
        side=side,
        name=(name.strip() or tidy or str(Side(side).label))[:60],
        query=tidy,
        filters=plain,
        alert=alert,
        digest_hour=digest_hour,
        created_at=at,
        looked_at=at,
    )


@transaction.atomic
def change_alert(
    *, search: SavedSearch, person: Person, alert: str, digest_hour: int, at: datetime
) -> SavedSearch:
    """Tell of new items in another way from now on; what came while it was off is not told."""
    _refuse_unknown(alert, digest_hour)
    mine = _mine(search, person)
    if mine.alert == SavedSearch.Alert.OFF:
        mine.looked_at = at
    mine.alert, mine.digest_hour = alert, digest_hour
    mine.save(update_fields=["alert", "digest_hour", "looked_at"])
    return mine


@transaction.atomic
def forget_search(*, search: SavedSearch, person: Person) -> None:
    _mine(search, person).delete()


def send_alerts(*, at: datetime) -> int:
    """Tell the owners of all searches that are due, and return how many notices went out.

    Each search is looked into in a transaction of its own, up to one minute ago. Two workers at
    once share them out. An item is told once per search: the windows of a search lie side by side,
    and the keys of the notices are their own.
    """
    return sum(_look_into(pk, at=at) for pk in saved.due(at=at).values_list("pk", flat=True))


@transaction.atomic
def _look_into(pk: int, *, at: datetime) -> int:
    search = (
        SavedSearch.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("person")
        .filter(pk=pk)
        .first()
    )
    if search is None:
        return 0
    found = list(_new_items(search, at=at))
    messages = _digest(search, found, at=at)
    if search.alert == SavedSearch.Alert.AT_ONCE and len(found) <= MOST_AT_ONCE:
        messages = [_single(search, item) for item in found]
    sent = notices.send_many(messages, at=at)
    search.looked_at = max(at, search.looked_at)
    search.save(update_fields=["looked_at"])
    return sent


def _new_items(search: SavedSearch, *, at: datetime) -> list[Item]:
    """Return what was published since the last look, the person's own left out, newest first."""
    filters = Filters.of(search.filters, side=search.side)
    since = max(search.created_at, search.looked_at - SETTLES_WITHIN)
    items = browse.published(search.side, filters, at=at).filter(
        published_at__gt=since, published_at__lte=at - SETTLES_WITHIN
    )
    items = items.exclude(holder=search.person_id).exclude(entered_by=search.person_id)
    asked = wording.read(search.query, terms.lexicon())
    return list(wording.holding(items, asked))


def _single(search: SavedSearch, item: Item) -> notices.Message:
    return notices.Message(
        person=search.person_id,
        reason=Notice.Reason.SAVED_SEARCH,
        title=item.title,
        body=_now("你订阅的“{name}”有新的一条。").format(name=search.name),
        link=f"/{item.side}s/{item.pk}/",
        key=f"search:{search.pk}:{item.pk}",
    )


def _digest(search: SavedSearch, items: list[Item], *, at: datetime) -> list[notices.Message]:
    if not items:
        return []
    titles = "；".join(item.title for item in items[:TITLES_IN_A_DIGEST])
    return [
        notices.Message(
            person=search.person_id,
            reason=Notice.Reason.SAVED_SEARCH,
            title=_now("“{name}”有 {count} 条新的").format(name=search.name, count=len(items)),
            body=titles[:400],
            link=f"/searches/{search.pk}/",
            key=f"search:{search.pk}:{at.isoformat(timespec='seconds')}",
        )
    ]


def _refuse_unknown(alert: str, digest_hour: int) -> None:
    if alert not in SavedSearch.Alert.values or digest_hour not in range(24):
        raise AlertUnknown


def _mine(search: SavedSearch, person: Person) -> SavedSearch:
    mine = SavedSearch.objects.select_for_update().filter(pk=search.pk, person=person).first()
    if mine is None:
        raise NotYourSearch
    return mine
