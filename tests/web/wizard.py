"""The publish wizard: who fills it in, its pages, and what they are sent."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.makers import make_account, make_person
from tests.market.writing import LONG, category_for

from kehui.market.models import Item
from kehui.people.models import Person

MATTER = {
    "title": "泡菜盐渍废水盐分回收与达标处理",
    "background": "蒸发结晶段，每天 120 吨废水，含盐 8 %，三天停机一次。",
    "main_problem": "有机物和钙镁一起结垢，换热效率一周掉一半。",
    "target": "盐回收率 85 % 以上，吨水成本 35 元以内。",
    "description": LONG,
    "tried": "加过阻垢剂，管用两周，之后照样结垢。",
}
ROW = {
    "rows": "1",
    "row-0-name": "盐回收率",
    "row-0-current": "0",
    "row-0-comparison": "ge",
    "row-0-target": "85",
    "row-0-unit": "%",
    "row-0-verification": "第三方检测",
}
CONTACT = {
    "contact_name": "陈工",
    "contact_channel": "13800000001",
    "tier": "1",
    "hides_name": "on",
    "terms": "on",
}


def author(client: Client) -> Client:
    """Sign an identified person in who writes."""
    client.force_login(make_account("chen", person=make_person("陈工")))
    return client


def person_of(browser: Client) -> Person:
    """Return who writes in this browser."""
    return Person.objects.get(account__pk=browser.session["_auth_user_id"])


def page(item: Item, step: str) -> str:
    return reverse("market:edit", args=[item.pk, step])


def money() -> dict[str, str]:
    return {
        "price_mode": "negotiated",
        "negotiable_reason": "要看水样",
        "budget_low_fen": "60",
        "budget_high_fen": "100 万",
        "deadline": (timezone.localdate() + timedelta(days=90)).isoformat(),
    }


def whom(kind: str = "problem") -> dict[str, Any]:
    category = category_for(kind)
    return {
        "category": f"{category.pk}|{category.labels[0]}",
        "industry": "14",
        "region_requirement": ["510000"],
        "trl": "6",
    }


def send(browser: Client, need: Item, key: str = "k1") -> Any:
    return browser.post(reverse("market:submit", args=[need.pk]), {"key": key})


def problems(answer: Any) -> list[str]:
    """Return what the summary of errors says."""
    html = answer.content.decode()
    summary = html[html.find('class="errors"') : html.find("</section>")]
    return [each.strip() for each in re.findall(r">([^<>]+)<", summary) if each.strip()]
