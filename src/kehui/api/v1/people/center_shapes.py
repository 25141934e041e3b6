"""Centers as programs read them: posts and counts, no persons."""

from datetime import date, datetime

from ninja import Schema

from kehui.people.models import Center
from kehui.people.selectors import centers, library


class CenterOut(Schema):
    id: int
    region: str
    name: str
    plates: list[str]
    address: str
    phone: str


class Stretch(Schema):
    weekday: int
    opens: str
    closes: str


class PostOut(Schema):
    post: str
    count: int


class ProcedureOut(Schema):
    code: str
    version: int
    title: str
    audience: str
    steps: list[str]
    papers: list[str]
    working_days: int


class PolicyOut(Schema):
    title: str
    number: str
    source: str
    link: str
    issued_on: date
    valid_from: date
    valid_until: date | None
    standing: str


class CenterPage(Schema):
    items: list[CenterOut]
    next: str | None


class CenterWhole(CenterOut):
    """A center with its week (Monday is 0), the state of its door now, and its library."""

    area_m2: int | None
    departments: list[str]
    services: list[str]
    is_open_now: bool
    holiday: str
    hours: list[Stretch]
    staff: list[PostOut]
    also_serves: list[str]
    procedures: list[ProcedureOut]
    policies: list[PolicyOut]


def summary(center: Center) -> CenterOut:
    return CenterOut(
        id=center.pk,
        region=center.region_id,
        name=center.name,
        plates=center.plates,
        address=center.address,
        phone=center.phone,
    )


def whole(center: Center, *, at: datetime, today: date) -> CenterWhole:
    day = centers.day_at(center, at)
    return CenterWhole(
        **summary(center).dict(),
        area_m2=center.area_m2,
        departments=center.departments,
        services=center.services,
        is_open_now=day.is_open_at(at),
        holiday=day.holiday,
        hours=[
            Stretch(
                weekday=each.weekday, opens=f"{each.opens:%H:%M}", closes=f"{each.closes:%H:%M}"
            )
            for each in center.hours.all()
        ],
        staff=[
            PostOut(post=post, count=count)
            for post, count in centers.staff_in_roles(center, today=today)
        ],
        also_serves=[each.code for each in centers.served_by(center, today=today)],
        procedures=[
            ProcedureOut.from_orm(each) for each in library.procedures_for(center.region_id)
        ],
        policies=[
            PolicyOut(
                title=each.title,
                number=each.number,
                source=each.source,
                link=each.link,
                issued_on=each.issued_on,
                valid_from=each.valid_from,
                valid_until=each.valid_until,
                standing=standing,
            )
            for standing, each in library.policies_for(center.region_id, today=today)
        ],
    )
