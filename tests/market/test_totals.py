"""The totals of the market, against counting rows."""

from datetime import date, timedelta

import pytest
from tests.makers import CHENGDU, NOW, SICHUAN, WUHOU, YIBIN
from tests.market.rows import put_need, put_offer

from kehui.market.models import Item, Side
from kehui.market.selectors.totals import headline, summed, totals

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def put_some() -> None:
    put_offer(region=WUHOU)
    put_offer(region=CHENGDU, kind="service")
    put_offer(region=YIBIN)
    put_need(region=YIBIN)
    put_need(region=WUHOU, state="closed", close_reason="solved_here", closed_at=NOW)
    put_need(state="draft", published_at=NOW)
    put_offer(bucket="quarantined")


def test_every_cut_adds_up_to_the_headline() -> None:
    put_some()
    Item.objects.filter(state="draft").update(published_at=None)

    rows = totals(as_of=DAY)

    assert headline(rows) == 5
    for names in (("side",), ("line",), ("kind",), ("region",), ("state",), ("side", "region")):
        assert sum(count for _key, count in summed(rows, *names)) == 5
    assert summed(rows, "side") == [(("need",), 2), (("offer",), 3)]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"side": "offer"}, 3),
        ({"kind": "service"}, 1),
        ({"region": SICHUAN}, 5),
        ({"region": CHENGDU}, 3),
        ({"region": WUHOU}, 2),
        ({"state": "closed"}, 1),
        ({"side": "need", "region": YIBIN, "state": "published"}, 1),
    ],
)
def test_a_filter_gives_the_rows_it_names(asked: dict[str, str], count: int) -> None:
    put_some()
    Item.objects.filter(state="draft").update(published_at=None)

    assert headline(totals(as_of=DAY, **asked)) == count


def test_the_parts_of_a_province_are_its_cities_and_those_of_a_city_its_counties() -> None:
    put_some()

    assert {row.region for row in totals(as_of=DAY, region=SICHUAN)} == {CHENGDU, YIBIN}
    assert {row.region for row in totals(as_of=DAY, region=CHENGDU)} == {CHENGDU, WUHOU}


def test_an_earlier_day_shows_what_was_then() -> None:
    put_offer()
    put_need(
        state="closed",
        close_reason="solved_here",
        closed_at=NOW + timedelta(days=2),
        published_at=NOW,
    )

    def state_of_the_need(day: date) -> list[str]:
        return [row.state for row in totals(as_of=day, side=Side.NEED)]

    assert totals(as_of=DAY - timedelta(days=1)) == []
    assert state_of_the_need(DAY) == ["published"]
    assert state_of_the_need(DAY + timedelta(days=2)) == ["closed"]
    assert state_of_the_need(DAY + timedelta(days=300)) == ["closed"]
    assert [row.state for row in totals(as_of=DAY + timedelta(days=300), side="offer")] == [
        "expired"
    ]
