"""Saved searches and the notices they send."""

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from tests.makers import NOW, make_person
from tests.market.rows import put_need, put_offer
from tests.parallel import meanwhile

from kehui.market.models import SavedSearch, Side
from kehui.market.services import searches
from kehui.market.services.searches import save_search, send_alerts
from kehui.notices.models import Notice
from kehui.people.models import Person

pytestmark = pytest.mark.django_db
TEN = NOW + timedelta(hours=1)  # ten in the morning in Shanghai
NEXT_NINE = NOW + timedelta(days=1)


def save(person: Person | None = None, **values: Any) -> SavedSearch:
    wanted: dict[str, Any] = {
        "side": Side.OFFER,
        "query": "废水",
        "filters": {},
        "at": NOW,
        **values,
    }
    return save_search(person=person or make_person(), **wanted)


def titles(person: Person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("title", flat=True))


def test_a_new_item_is_told_at_once_and_only_once() -> None:
    search = save(alert="at_once")
    put_offer(title="高盐废水电渗析盐回收", published_at=TEN)
    put_offer(title="桥梁健康监测系统", published_at=TEN)
    put_need(title="废水怎么处理才能达标", published_at=TEN)

    sent = [send_alerts(at=TEN + timedelta(minutes=each)) for each in (2, 5, 90)]

    assert sent == [1, 0, 0]
    notice = Notice.objects.get()
    assert (notice.person_id, notice.title, notice.reason) == (
        search.person_id,
        "高盐废水电渗析盐回收",
        "saved_search",
    )


def test_drafts_and_what_was_there_before_are_not_told() -> None:
    put_offer(title="早就在的废水工艺", published_at=NOW - timedelta(days=1))
    save(alert="at_once")
    put_offer(title="还是草稿的废水工艺", state="draft", published_at=TEN)

    assert send_alerts(at=TEN + timedelta(hours=1)) == 0


def test_ones_own_items_are_not_told() -> None:
    search = save(alert="at_once")
    put_offer(search.person, title="我自己的废水工艺", published_at=TEN)

    assert send_alerts(at=TEN + timedelta(hours=1)) == 0


def test_a_daily_search_is_told_after_its_hour_in_one_notice() -> None:
    search = save(alert="daily", digest_hour=9, at=TEN)
    put_offer(title="废水脱盐回用", published_at=TEN + timedelta(hours=2))
    put_offer(title="废水分质处理", published_at=TEN + timedelta(hours=3))

    assert send_alerts(at=NEXT_NINE - timedelta(minutes=1)) == 0
    assert send_alerts(at=NEXT_NINE) == 1
    assert send_alerts(at=NEXT_NINE + timedelta(hours=5)) == 0
    assert titles(search.person) == ["“废水”有 2 条新的"]
    assert Notice.objects.get().link == f"/searches/{search.pk}/"


def test_what_came_while_the_alert_was_off_is_not_told() -> None:
    search = save(alert="off")
    put_offer(title="废水脱盐回用", published_at=TEN)
    assert send_alerts(at=TEN + timedelta(hours=1)) == 0

    later = TEN + timedelta(hours=2)
    searches.change_alert(
        search=search, person=search.person, alert="at_once", digest_hour=9, at=later
    )

    assert send_alerts(at=later + timedelta(hours=1)) == 0


def test_many_new_items_come_in_one_notice_even_at_once() -> None:
    search = save(alert="at_once")
    for place in range(searches.MOST_AT_ONCE + 1):
        put_offer(title=f"废水工艺之第{place}种", published_at=TEN)

    assert send_alerts(at=TEN + timedelta(hours=1)) == 1
    assert titles(search.person) == ["“废水”有 21 条新的"]


def test_filters_phrases_and_exclusions_hold_for_alerts_too() -> None:
    save(alert="at_once", query="“高盐废水” -电镀", filters={"kind": "achievement"})
    put_offer(title="高盐废水回收", published_at=TEN)
    put_offer(title="高盐废水回收，电镀专用", published_at=TEN)
    put_offer(title="高盐有机的废水", published_at=TEN)
    put_offer(title="高盐废水检测", kind="service", published_at=TEN)

    send_alerts(at=TEN + timedelta(hours=1))

    assert list(Notice.objects.values_list("title", flat=True)) == ["高盐废水回收"]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"query": " ", "filters": {}}, searches.SearchEmpty),
        ({"alert": "weekly"}, searches.AlertUnknown),
        ({"digest_hour": 24}, searches.AlertUnknown),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(
    values: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        save(**values)


def test_the_same_search_is_saved_once() -> None:
    person = make_person()
    save(person)

    with pytest.raises(searches.SearchExists):
        save(person, query="  废水 ")


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "MOST_SEARCHES", 1)
    person = make_person()
    save(person)

    with pytest.raises(searches.TooManySearches):
        save(person, query="废气")


def test_only_the_owner_forgets_it() -> None:
    search = save()

    with pytest.raises(searches.NotYourSearch):
        searches.forget_search(search=search, person=make_person())
    searches.forget_search(search=search, person=search.person)

    assert not SavedSearch.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_share_the_searches_and_tell_each_once() -> None:
    first, second = save(alert="at_once"), save(alert="at_once")
    put_offer(title="高盐废水电渗析盐回收", published_at=TEN)
    later = TEN + timedelta(minutes=5)

    with ExitStack() as stack, transaction.atomic():
        SavedSearch.objects.select_for_update().get(pk=first.pk)  # another worker looks into it
        here = stack.enter_context(meanwhile(send_alerts, at=later))
        assert here.result(timeout=20) == 1

    assert set(Notice.objects.values_list("person", flat=True)) == {second.person_id}
    assert send_alerts(at=later) == 1
    assert set(Notice.objects.values_list("person", flat=True)) == {
        first.person_id,
        second.person_id,
    }


def test_what_came_before_an_alert_was_changed_is_told_all_the_same() -> None:
    search = save(alert="daily", digest_hour=9)
    put_offer(title="废水脱盐回用", published_at=TEN)

    searches.change_alert(
        search=search,
        person=search.person,
        alert="at_once",
        digest_hour=9,
        at=TEN + timedelta(hours=2),
    )

    assert send_alerts(at=TEN + timedelta(hours=3)) == 1
    assert titles(search.person) == ["废水脱盐回用"]
