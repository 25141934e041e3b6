"""The centers of the invented province: who keeps them, when they are open, what they hand out.

Every city has one and most counties; the others are served from above. Written past the services,
like everything here; centers and seats leave the facts that those would have recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

from kehui.core import regions
from kehui.core.services import add_park
from kehui.demo.names import person_name
from kehui.demo.places import brief_name
from kehui.ledger.facts import Fact
from kehui.people import facts
from kehui.people.models import (
    Center,
    Holiday,
    OpeningHours,
    Person,
    PolicyDocument,
    Procedure,
    RegionGroup,
    Seat,
)

WITHOUT: Final = 40  # counties that have none of their own
AGE: Final = timedelta(days=400)
SHIFTS: Final = ((time(9), time(12)), (time(13, 30), time(17, 30)))
STREETS: Final = ("人民路", "建设路", "文化路", "滨江路", "创新大道", "解放街", "学府路")
PARKS: Final = (  # name, parent, counties it touches
    ("天府高新产业园", "510100", ("510107", "510116")),
    ("涪江科技园", "510700", ("510703", "510704")),
    ("长江首城经济开发区", "511500", ("511502", "511503")),
)
OFFICES: Final = ("综合部", "需求服务部", "成果转化部", "科普服务部")
PROVINCE_OFFICES: Final = (
    "综合部", "科技工作者服务部", "需求服务部", "成果转化部", "科普服务部", "培训部", "数据部",
    "外联部",
)  # fmt: skip
SERVICES: Final = ("需求诊断", "代为发布", "对接洽谈", "政策咨询")
PROCEDURES: Final = (
    ("need-publish", "发布技术需求", "企业、合作社", 3, ("营业执照",),
     ("注册并登记单位", "写清问题和指标", "提交审核", "按意见补充", "发布后等匹配")),
    ("visit", "请科服管家上门", "企业、合作社、村集体", 5, (),
     ("打电话或在网上约", "管家当天回话", "商定上门时间", "现场看问题", "三天内给出书面建议")),
    ("offer-publish", "上架科技成果", "科技工作者、团队、院所", 3, ("成果证明材料",),
     ("开通工作室", "写明成果和成熟度", "上传佐证", "提交审核")),
)  # fmt: skip
POLICIES: Final = (
    ("企业研发投入后补助办法（示例）", "示例〔2026〕3 号", 120, 700),
    ("科技人员兼职取酬指引（示例）", "示例〔2025〕18 号", 420, None),
    ("成果转化奖励细则（示例）", "示例〔2022〕7 号", 1400, -60),
)  # title, number, issued so many days ago, over in so many days


@dataclass(frozen=True)
class BuiltCenters:
    """What was written, as facts with their time."""

    facts: list[tuple[datetime, Fact]]
    centers: int


def build_centers(*, province: str, seed: int, at: datetime) -> BuiltCenters:
    """Write the tree with its people and its library; the same for the same seed."""
    rng = Random(f"centers-{seed}")
    since = at - AGE
    parks = [
        add_park(parent=parent, name=name, counties=list(touched)).pk
        for name, parent, touched in PARKS
    ]
    places = [*_places(province, rng, at.date()), *parks]
    centers = Center.objects.bulk_create(
        _center(code, rng, since.date(), is_park=code in parks) for code in places
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(center=center, weekday=weekday, opens=opens, closes=closes)
        for center in centers
        for weekday in range(5)
        for opens, closes in SHIFTS
    )
    _library(province, at)
    told: list[tuple[datetime, Fact]] = [
        (since, facts.CenterOpened(center=each.pk, region=each.region_id)) for each in centers
    ]
    return BuiltCenters(facts=[*told, *_staff(centers, rng, since)], centers=len(centers))


def _places(province: str, rng: Random, today: date) -> list[str]:
    """Return the codes that have a center: province, cities, counties but forty."""
    cities = [each.code for each in regions.children(province, on=today)]
    counties = [each.code for city in cities for each in regions.children(city, on=today)]
    without = set(rng.sample(counties, WITHOUT))
    return [province, *cities, *(code for code in counties if code not in without)]


def _center(code: str, rng: Random, opened_on: date, *, is_park: bool) -> Center:
    level = len(regions.line(code))
    name = regions.name_of(code)
    plates = [Center.Plate.CLOUD, Center.Plate.ASSOCIATION]
    if is_park:
        plates = [Center.Plate.CLOUD, Center.Plate.INNOVATION, Center.Plate.PARK_ASSOCIATION]
    city = regions.name_of(regions.line(code)[1]) if level > 1 else ""
    shown = f"{brief_name(city)}{name}" if name == "市中区" else name
    return Center(
        region_id=code,
        name=f"{shown}科技云服务中心",
        plates=[each.value for each in plates],
        address=f"{name}{rng.choice(STREETS)} {rng.randint(1, 299)} 号",
        area_m2=660 if level == 1 else rng.randrange(120, 420, 20),
        departments=list(PROVINCE_OFFICES if level == 1 else OFFICES[: 4 - (level > 2)]),
        services=list(SERVICES),
        phone=f"028-5550{rng.randint(1000, 9999)}",
        opened_on=opened_on,
    )


def _staff(
    centers: Sequence[Center], rng: Random, since: datetime
) -> Iterator[tuple[datetime, Fact]]:
    """Seat a manager and a steward at each; yields what the services would have recorded."""
    posts = [
        (center.region_id, role)
        for center in centers
        for role in (Seat.Role.CENTER_MANAGER, Seat.Role.STEWARD)
    ]
    people = Person.objects.bulk_create(
        Person(
            name=person_name(rng, code), title=str(role.label), region_id=code, level=2,
            joined_at=since,
        )
        for code, role in posts
    )  # fmt: skip
    seats = Seat.objects.bulk_create(
        Seat(person=person, role=role, region_id=code, valid_from=since.date())
        for person, (code, role) in zip(people, posts, strict=True)
    )
    for person in people:
        yield since, facts.PersonJoined(person=person.pk, region=person.region_id, level=2)
    for seat in seats:
        yield (
            datetime.combine(seat.valid_from, time(9), UTC),
            facts.SeatGranted(
                seat=seat.pk, person=seat.person_id, organization=None, role=str(seat.role),
                region=seat.region_id,
            ),
        )  # fmt: skip


def _library(province: str, at: datetime) -> None:
    today = at.date()
    Procedure.objects.bulk_create(
        Procedure(
            region_id=province, code=code, version=1, title=title, audience=audience,
            steps=list(steps), papers=list(papers), working_days=days, published_at=at - AGE,
        )
        for code, title, audience, days, papers, steps in PROCEDURES
    )  # fmt: skip
    PolicyDocument.objects.bulk_create(
        PolicyDocument(
            region_id=province, title=title, number=number, source="示例省科学技术主管部门",
            link="https://example.invalid/policy", issued_on=today - timedelta(days=ago),
            valid_from=today - timedelta(days=ago),
            valid_until=None if over is None else today + timedelta(days=over), added_at=at,
        )
        for title, number, ago, over in POLICIES
    )  # fmt: skip
    RegionGroup.objects.create(
        name="川南四市", regions=["510300", "510500", "511000", "511500"],
        valid_from=today - AGE,
    )  # fmt: skip
    Holiday.objects.bulk_create(
        Holiday(region_id=province, day=date(year, month, day), name=name)
        for month, day, name in ((1, 1, "元旦"), (5, 1, "劳动节"), (10, 1, "国庆节"))
        for year in (today.year, today.year + 1)
    )
