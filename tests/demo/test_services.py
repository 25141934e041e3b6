from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from tests.makers import NOW, make_account
from tests.matching.pairs import need_of, offer_of

from kehui.core import regions
from kehui.demo import services
from kehui.demo.accounts import ACCOUNTS
from kehui.demo.province import SIZES, Size
from kehui.ledger.models import Cursor, Entry
from kehui.ledger.services import verify
from kehui.market.models import Item, Need, Offer, State
from kehui.market.services.fields import faults_of
from kehui.matching.models import MatchRun, Suggestion
from kehui.matching.readers import READER
from kehui.people.models import Account, Organization, Seat
from kehui.people.selectors import centers

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
PASSWORD = "correct horse battery"


def nothing(_what: str, _done: int, _total: int) -> None:
    pass


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, db: None) -> services.Built:
    monkeypatch.setitem(SIZES, "small", Size(620, 1300, 420, 400))
    return services.build_province(size="small", seed=5, password=PASSWORD, at=AT, progress=nothing)


def test_a_province_is_written_whole_and_its_published_items_are_without_fault(
    tiny: services.Built,
) -> None:
    assert (Offer.objects.count(), Need.objects.count()) == (tiny.offers, tiny.needs)
    assert tiny.offers >= 420
    published: list[Offer | Need] = [
        *Offer.objects.filter(state=State.PUBLISHED).select_related("category__parent"),
        *Need.objects.filter(state=State.PUBLISHED).select_related("category__parent"),
    ]
    for item in Random(1).sample(published, 200):
        indicators = list(item.indicators.all()) if isinstance(item, Need) else []
        assert faults_of(item, indicators=indicators, today=AT.date()) == [], item.title


def test_every_published_item_stands_in_the_ledger(tiny: services.Built) -> None:
    out = Item.objects.filter(published_at__isnull=False).count()

    assert Entry.objects.filter(kind="item.published").count() == out
    assert Entry.objects.count() == tiny.facts
    verdict = verify()
    assert verdict.damaged == ()
    last = Entry.objects.in_order().last()
    assert last is not None
    assert Cursor.objects.get(reader=READER.name).entry == last.pk


def test_there_is_an_account_for_every_role(tiny: services.Built) -> None:
    assert tiny.needs
    for each in ACCOUNTS:
        account = Account.objects.get(username=each.username)
        assert account.check_password(PASSWORD)
    firm = Account.objects.get(username="firm").person
    scientist = Account.objects.get(username="scientist").person
    team = Account.objects.get(username="team").person
    assert firm is not None
    assert scientist is not None
    assert team is not None
    assert Need.objects.filter(holder=firm, state=State.PUBLISHED).count() == 3
    assert not firm.studios.exists()
    assert Offer.objects.filter(studio__person=scientist).count() >= 2
    assert Offer.objects.filter(studio__team__lead=team).count() >= 2


def test_a_second_province_is_refused_and_changes_nothing(tiny: services.Built) -> None:
    before = Organization.objects.count()

    with pytest.raises(services.ProvinceExists):
        services.build_province(size="small", seed=6, password=PASSWORD, at=AT, progress=nothing)

    assert Organization.objects.count() == before == tiny.organizations


def test_needs_that_are_not_matched_now_are_promised_to_the_worker(tiny: services.Built) -> None:
    assert tiny.needs
    count = services.match_needs(at=AT, progress=nothing, enough=lambda: True)

    waiting = MatchRun.objects.filter(state=MatchRun.State.PENDING)
    assert count == 0
    assert waiting.count() == Need.objects.filter(state=State.PUBLISHED).count()


def test_a_demonstration_stands_when_its_accounts_and_needs_do(tiny: services.Built) -> None:
    assert tiny.needs
    assert services.is_built()

    Account.objects.filter(username=ACCOUNTS[0].username).delete()
    assert not services.is_built()


@pytest.mark.django_db
def test_nothing_stands_in_an_empty_database() -> None:
    assert not services.is_built()


@pytest.mark.django_db
def test_needs_are_matched_until_it_is_enough_and_the_rest_is_promised() -> None:
    offer = offer_of("salt")
    account = make_account()
    assert account.person is not None
    old = need_of("salt", published_at=NOW - timedelta(days=9))
    of_an_account = need_of("salt", account.person, published_at=NOW - timedelta(days=20))
    new = need_of("salt", published_at=NOW - timedelta(days=1))
    told: list[tuple[str, int, int]] = []

    assert services.build_index(at=AT, progress=lambda *step: told.append(step)) == 4
    assert told == [("向量", 4, 4), ("索引", 4, 4)]

    done = services.match_needs(at=AT, progress=nothing, enough=iter([False, False, True]).__next__)

    assert done == 2
    matched = Suggestion.objects.order_by("pk").values_list("need", "offer")
    assert list(matched) == [(of_an_account.pk, offer.pk), (new.pk, offer.pk)]
    assert list(MatchRun.objects.values_list("item", "trigger")) == [(old.pk, "bulk")]
    assert services.match_needs(at=AT, progress=nothing, enough=lambda: False) == 1
    assert services.match_needs(at=AT, progress=nothing, enough=lambda: False) == 0
    assert Suggestion.objects.count() == 3


def test_the_province_has_its_centers_and_every_county_is_served(tiny: services.Built) -> None:
    assert tiny.offers
    today = AT.date()
    tree = centers.open_centers(today=today)
    counties = [
        each.code
        for city in regions.children("510000", on=today)
        for each in regions.children(city.code, on=today)
    ]

    served = centers.serving_each(counties, today=today)
    bare = [code for code, center in served.items() if center and center.region_id != code]

    assert (tree.filter(region__level=1).count(), tree.filter(region__level=2).count()) == (1, 21)
    assert (len(bare), tree.filter(region__level=4).count()) == (40, 3)
    assert None not in served.values()
    seats = Seat.objects.filter(role=Seat.Role.CENTER_MANAGER)
    assert set(seats.values_list("region", flat=True)) == set(tree.values_list("region", flat=True))
    friday = datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert centers.day_at(tree[0], friday).is_open_at(friday)  # a Friday at ten
