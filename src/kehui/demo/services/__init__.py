"""Write the generated province into the database, in one transaction.

Rows go in bulk past the services of the apps: four hundred thousand submissions through the gate
would take a day. What those services promise is kept here by hand, and tested against them:
published items are complete, and every step of an item's life stands in the ledger.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import F, Model
from django.utils.translation import gettext_lazy as _

from kehui.core import regions
from kehui.core.errors import Refused
from kehui.core.services import load_regions
from kehui.demo import rows
from kehui.demo.accounts import ACCOUNTS
from kehui.demo.items import DemoNeed, DemoOffer
from kehui.demo.places import counties
from kehui.demo.province import SIZES, Province
from kehui.demo.services.centers import build_centers
from kehui.ledger.facts import Fact
from kehui.ledger.models import Cursor, Entry
from kehui.ledger.services import record
from kehui.market.models import Achievement, Indicator, Item, Need, Offer, State, Studio
from kehui.market.services.categories import load_categories
from kehui.matching import services as matching
from kehui.matching.models import MatchRun, Suggestion
from kehui.matching.readers import READER as MATCHING_READER
from kehui.matching.selectors.suggestions import IN_BULK
from kehui.people.models import Account, Membership, Organization, Person, Seat, Team

BATCH = 2000
PROVINCE_CODE = "510000"

Row = TypeVar("Row", bound=Model)
Progress = Callable[[str, int, int], None]  # what, how many so far, of how many


class ProvinceExists(Refused):
    code = "DEMO_NOT_EMPTY"
    message = _(
        "数据库里已有单位和供需数据，演示数据只能写进空库。请换一个数据目录（KEHUI_DATA_DIR）再试。"
    )
    message_en = (
        "The database holds organizations already; the demonstration goes into an empty one. "
        "Please choose another data folder (KEHUI_DATA_DIR)."
    )
    status = 409


@dataclass(frozen=True, kw_only=True)
class Built:
    """How much was written."""

    organizations: int
    people: int
    teams: int
    studios: int
    offers: int
    needs: int
    facts: int


class _Facts:
    """Facts by day: the ledger writes them oldest first, a day in one go."""

    def __init__(self) -> None:
        self.by_day: dict[date, list[Fact]] = defaultdict(list)

    def add(self, at: datetime, *facts: Fact) -> None:
        self.by_day[at.astimezone(UTC).date()].extend(facts)

    def write(self, *, until: datetime, progress: Progress) -> int:
        total, written = sum(map(len, self.by_day.values())), 0
        for day in sorted(self.by_day):
            at = min(datetime.combine(day, time(23, 59), UTC), until)
            facts = self.by_day[day]
            for start in range(0, len(facts), BATCH):
                record(*facts[start : start + BATCH], actor=None, at=at)
            written += len(facts)
            progress("账本", written, total)
        return total


def province_of(size: str, *, seed: int, at: datetime) -> Province:
    """Return the generator for a size, over the counties of the platform's own table."""
    today = at.date()
    rows_of_today = [
        (each.code, each.name) for each in regions.places().values() if each.is_valid_on(today)
    ]
    return Province(SIZES[size], seed=seed, at=at, counties=counties(rows_of_today))


def is_built() -> bool:
    """Say whether a whole demonstration stands in the database."""
    return Account.objects.filter(username=ACCOUNTS[0].username).exists() and Need.objects.exists()


def build_province(
    *, size: str, seed: int, password: str, at: datetime, progress: Progress
) -> Built:
    """Write a whole province, or nothing: an interruption leaves the database empty.

    Raises:
        ProvinceExists: there are organizations or items already.
    """
    load_regions()
    load_categories()
    province = province_of(size, seed=seed, at=at)
    with transaction.atomic():
        if Organization.objects.exists() or Item.objects.exists():
            raise ProvinceExists
        built = _write(province, password=password, at=at, progress=progress)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return built


def _write(province: Province, *, password: str, at: datetime, progress: Progress) -> Built:
    facts = _Facts()
    cast = province.cast
    organizations = [
        each.pk for each in _bulk(Organization, map(rows.organization, cast.organizations))
    ]
    people = [
        each.pk
        for each in _bulk(Person, (rows.person(each, organizations) for each in cast.people))
    ]
    teams = [
        each.pk
        for each in _bulk(Team, (rows.team(each, people, organizations) for each in cast.teams))
    ]
    _bulk(Membership, rows.memberships(cast, people, teams))
    seats = _bulk(Seat, rows.agents(cast, people, organizations))
    studios = [
        each.pk
        for each in _bulk(
            Studio, (rows.studio(each, people, teams, organizations) for each in cast.studios)
        )
    ]
    for when, fact in rows.facts_of_cast(
        cast, seats=seats, people=people, organizations=organizations, teams=teams, studios=studios
    ):
        facts.add(when, fact)
    progress("单位与人员", len(people), len(people))
    keys = rows.Keys(people=people, organizations=organizations, studios=studios)
    offers = _items(province.offers(), keys, facts, province.size.offers, progress)
    needs = _items(province.needs(), keys, facts, province.size.needs, progress)
    for when, fact in build_centers(province=PROVINCE_CODE, seed=province.seed, at=at).facts:
        facts.add(when, fact)
    _accounts(province, people, organizations, password=password, at=at, facts=facts)
    count = facts.write(until=at, progress=progress)
    _let_matching_begin_here()
    return Built(
        organizations=len(organizations), people=Person.objects.count(), teams=len(teams),
        studios=len(studios), offers=offers, needs=needs, facts=count,
    )  # fmt: skip


def _bulk(model: type[Row], things: Iterable[Row]) -> list[Row]:
    return model._default_manager.bulk_create(things, batch_size=BATCH)


def _items(
    items: Iterator[DemoOffer | DemoNeed],
    keys: rows.Keys,
    facts: _Facts,
    expected: int,
    progress: Progress,
) -> int:
    """Write a stream of offers, or of needs: the shared part by the ORM, the rest by COPY."""
    written = 0
    while chunk := list(islice(items, BATCH)):
        parents = Item.objects.bulk_create([rows.item(each, keys) for each in chunk])
        pairs = [(each, parent.pk) for each, parent in zip(chunk, parents, strict=True)]
        offers = [(each, pk) for each, pk in pairs if isinstance(each, DemoOffer)]
        needs = [(each, pk) for each, pk in pairs if isinstance(each, DemoNeed)]
        _copy(Offer, [rows.offer(each, pk, keys) for each, pk in offers])
        _copy(Need, [rows.need(each, pk) for each, pk in needs])
        Indicator.objects.bulk_create(
            indicator for each, pk in needs for indicator in rows.indicators(each, pk)
        )
        Achievement.objects.bulk_create(
            rows.achievement(each, pk) for each, pk in offers if each.kind == "achievement"
        )
        for each, pk in pairs:
            for when, fact in rows.facts_of_item(each, pk, keys):
                facts.add(when, fact)
        written += len(chunk)
        progress("成果与服务" if offers else "需求", written, max(expected, written))
    return written


def _copy(model: type[Item], children: Sequence[Item]) -> None:
    """Insert the rows of a child table only: the ORM makes no bulk of inherited models."""
    fields = model._meta.local_concrete_fields
    names = ", ".join(connection.ops.quote_name(field.column or "") for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
    ):
        for child in children:
            copy.write_row([getattr(child, field.attname) for field in fields])


def _accounts(
    province: Province, people: list[int], organizations: list[int], *,
    password: str, at: datetime, facts: _Facts,
) -> None:  # fmt: skip
    since = at - timedelta(days=200)
    for each in ACCOUNTS:
        acting_for = None
        if each.organization:
            number = province.showcase[each.organization]
            acting_for = organizations[number]
            person = Person.objects.get(pk=people[province.cast.contact_of[number]])
        else:
            person = Person.objects.create(
                name=each.name, title=each.title, region_id=PROVINCE_CODE, level=each.level,
                joined_at=since,
            )  # fmt: skip
            facts.add(since, rows.joined(person))
        if each.seat:
            seat = Seat.objects.create(
                person=person, role=each.seat, region_id=PROVINCE_CODE, valid_from=since.date()
            )
            facts.add(since, rows.granted(seat))
        Account.objects.create_user(
            each.username, password, person=person, created_at=since, is_staff=each.is_staff,
            is_superuser=each.is_staff,
            acting_for_id=acting_for if each.username == "firm" else None,
        )  # fmt: skip


def _let_matching_begin_here() -> None:
    """Move the reader past these facts: `match_needs` asks for fewer matches than they would."""
    last = Entry.objects.in_order().reverse()[0]
    Cursor.objects.update_or_create(
        reader=MATCHING_READER.name,
        defaults={"transaction": last.transaction, "entry": last.pk},
    )


def build_index(*, at: datetime, progress: Progress) -> int:
    """Make the vectors that are missing, then the matching snapshot; return how many items."""
    total = Item.objects.filter(state=State.PUBLISHED).count()
    done = 0
    while made := matching.embed_items(limit=BATCH):
        done += made
        progress("向量", done, max(total, done))
    matching.build_index(at=at)
    progress("索引", total, total)
    return total


def match_needs(*, at: datetime, progress: Progress, enough: Callable[[], bool]) -> int:
    """Match published needs until it is enough, and promise the worker's matches for the others.

    The needs of those who can sign in come first, then the newest. Each need commits by itself;
    a run that was interrupted goes on where it stopped. Returns how many were matched now.
    """
    served = Suggestion.objects.filter(from_need=True).values("need")
    waiting = Need.objects.filter(state=State.PUBLISHED).exclude(pk__in=served)
    order = waiting.order_by(F("holder__account").asc(nulls_last=True), "-published_at", "pk")
    chosen = list(order.values_list("pk", "revision"))
    for count, (pk, _revision) in enumerate(chosen):
        if enough():
            progress("已匹配的需求（其余由后台接着做）", count, count)
            _promise(chosen[count:], at=at)
            return count
        need = Need.objects.prefetch_related("indicators").get(pk=pk)
        matching.match_item(item=need, at=at)
        progress("匹配", count + 1, len(chosen))
    return len(chosen)


@transaction.atomic
def _promise(needs: Iterable[tuple[int, int]], *, at: datetime) -> None:
    """Promise matches in one go; what is promised already (an interrupted run) stays promised."""
    waiting = MatchRun.objects.filter(state=MatchRun.State.PENDING)
    promised = set(waiting.values_list("item", flat=True))
    MatchRun.objects.bulk_create(
        MatchRun(item_id=pk, revision=revision, trigger=IN_BULK, requested_at=at)
        for pk, revision in needs
        if pk not in promised
    )
