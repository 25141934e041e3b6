"""What every page knows, without a database: `?elder` turns elder mode on, `?in` signs in."""

from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    words = SimpleNamespace(
        brand="科汇",
        tagline="科技供需市场",
        region_name="四川省",
        operator="示例运营单位",
        supporter="",
        hotline="000-0000000",
        hotline_hours="工作日 9:00–17:30",
        icp="示例备案号",
        police_record="",
        site_code="",
    )
    told: dict[str, Any] = {"SITE": words, "elder": "elder" in request.GET, "inbox_unread": 3}
    if "in" in request.GET:
        told["user"] = SimpleNamespace(is_authenticated=True, shown_name="坛香食品采购部")
    return told
