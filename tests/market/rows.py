"""Published rows, put down directly: for questions about many items, not for how one is made."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from tests.makers import CHENGDU, NOW, make_person, make_region

from kehui.market.models import Need, Offer, PriceMode, Side, State, Studio
from kehui.people.models import Person

_numbers = count(1)
FILLER = (
    "我们有成套设备和三年运行数据，可以到现场看，也可以先寄样品做小试，验收按双方约定的方法。" * 3
)


def _shared(holder: Person | None, region: str, values: dict[str, Any]) -> dict[str, Any]:
    person = holder or make_person()
    published_at: datetime = values.pop("published_at", NOW)
    return {
        "title": f"测试信息{next(_numbers):05d}",
        "description": FILLER,
        "region": make_region(region),
        "holder": person,
        "entered_by": person,
        "state": State.PUBLISHED,
        "price_mode": PriceMode.NEGOTIATED,
        "negotiable_reason": "要看样品再定",
        "created_at": published_at,
        "changed_at": published_at,
        "submitted_at": published_at,
        "published_at": published_at,
        "valid_until": (published_at + timedelta(days=180)).date(),
        **values,
    }


def put_offer(
    holder: Person | None = None,
    *,
    region: str = CHENGDU,
    studio: Studio | None = None,
    **values: Any,
) -> Offer:
    shared = _shared(holder, region, {"kind": "achievement", **values})
    shared["studio"] = studio or put_studio(shared["holder"])
    return Offer.objects.create(side=Side.OFFER, **shared)


def put_need(holder: Person | None = None, *, region: str = CHENGDU, **values: Any) -> Need:
    shared = _shared(holder, region, {"kind": "problem", "deadline": date(2026, 12, 31), **values})
    return Need.objects.create(side=Side.NEED, **shared)


def put_studio(person: Person, *, name: str = "测试工作室") -> Studio:
    held = Studio.objects.filter(person=person).first()
    return held or Studio.objects.create(
        name=name,
        person=person,
        region=person.region,
        state=Studio.State.OPEN,
        opened_at=NOW,
        created_at=NOW,
    )
