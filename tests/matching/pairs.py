"""Needs and offers that speak of a few different things, and pairs of them."""

from datetime import timedelta
from typing import Any, Final

from tests.makers import NOW, make_organization, make_person, make_seat
from tests.market.rows import put_need, put_offer, put_studio

from kehui.market.models import Need, Offer
from kehui.matching.models import Suggestion
from kehui.matching.services import build_index, match_item
from kehui.people.models import Person

AT: Final = NOW + timedelta(hours=1)
TAIL: Final = (
    "可以到现场看，也可以先寄样品做小试，验收按双方约定的方法，三年内的运行数据都在，欢迎来谈。"
)
TEXTS: Final = {
    "salt": (
        "泡菜盐渍废水的盐分回收",
        "泡菜厂每天排出高盐废水一百二十吨，蒸发结晶时结垢严重，要把盐分回收再用。",
    ),
    "coating": (
        "燃气轮机叶片高温热障涂层",
        "电子束物理气相沉积制备热障涂层，叶片在一千二百摄氏度下循环两千次不剥落。",
    ),
    "bridge": (
        "桥梁结构健康监测系统",
        "用光纤光栅传感器连续测量主梁应变和挠度，提前发现疲劳裂纹，夜间自动报警。",
    ),
}


def _told(subject: str, values: dict[str, Any]) -> dict[str, Any]:
    title, text = TEXTS[subject]
    return {"title": title, "description": text + TAIL * 2, **values}


def need_of(subject: str, holder: Person | None = None, **values: Any) -> Need:
    return put_need(holder, **_told(subject, values))


def offer_of(subject: str, holder: Person | None = None, **values: Any) -> Offer:
    return put_offer(holder, **_told(subject, values))


def of_one_organization(subject: str) -> tuple[Need, Offer]:
    """Return a need and an offer of the same firm, held by two people."""
    firm = make_organization()
    agents = [make_seat(make_person(), organization=firm).person for _ in range(2)]
    need = need_of(subject, agents[0], organization=firm)
    offer = offer_of(subject, agents[1], organization=firm, studio=put_studio(agents[1]))
    return need, offer


def matched(need: Need, **options: Any) -> list[Suggestion]:
    """Index what is there and match the need."""
    build_index(at=AT)
    return match_item(item=need, at=options.get("at", AT))


def one_pair(subject: str = "salt", **values: Any) -> Suggestion:
    """Return the suggestion of a need and an offer that fit, held by strangers."""
    need = need_of(subject, **values)
    offer_of(subject)
    return matched(need)[0]
