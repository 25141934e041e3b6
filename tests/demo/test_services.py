from datetime import UTC, datetime
from random import Random

import pytest

from kehui.demo import services
from kehui.demo.accounts import ACCOUNTS
from kehui.demo.province import SIZES, Size
from kehui.ledger.models import Cursor, Entry
from kehui.ledger.services import verify
from kehui.market.models import Item, Need, Offer, State
from kehui.market.services.fields import faults_of
from kehui.matching.models import MatchRun
from kehui.matching.readers import READER
from kehui.people.models import Account, Organization

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
