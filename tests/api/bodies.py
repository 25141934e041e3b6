"""Bodies of publications that are whole."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.market.writing import LONG, NEED, OFFER, category_for

IN_A_YEAR = (timezone.localdate() + timedelta(days=300)).isoformat()


def need_body(**changes: Any) -> dict[str, Any]:
    written = {
        name: value
        for name, value in NEED.items()
        if isinstance(value, str | int) and name != "terms_accepted_at"
    }
    return {
        "kind": "problem",
        "category": category_for("problem").pk,
        **written,
        "price_mode": "negotiated",
        "deadline": IN_A_YEAR,
        "accepts_terms": True,
        "region_requirement": ["510000"],
        "keywords": ["高盐废水", "盐回收"],
        "indicators": [
            {"name": "盐回收率", "comparison": "ge", "target": 85, "unit": "%"},
            {"name": "吨水成本", "comparison": "le", "target": "35.5", "unit": "元/吨"},
        ],
        **changes,
    }


def offer_body(**changes: Any) -> dict[str, Any]:
    return {
        **OFFER,
        "kind": "achievement",
        "category": category_for("achievement").pk,
        "description": LONG.replace("我们厂的", "适用于").replace("希望", "能够"),
        "price_mode": "fixed",
        "trl": 7,
        "achievement": {"stage": "development", "patents": ["ZL202310000001.1"]},
        **changes,
    }
