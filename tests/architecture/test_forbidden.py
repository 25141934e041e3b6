"""Nothing that the policy profile says is not built has left a trace.

Pages, scripts, the Python of the doors, facts, addresses, tables and columns are searched.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest
from django.apps import apps
from django.urls import get_resolver
from tests.architecture.source import DOORS, ROOT, layer, modules, templates
from tests.rights.walking import pages

from kehui.api.v1 import api
from kehui.core import policies
from kehui.ledger.facts import Fact

SCRIPTS: Final = ROOT / "web" / "static" / "js"
TRACES: Final = [
    (rule.code, trace)
    for rule in policies.profiles().rules.values()
    if rule.is_absent
    for trace in rule.traces
]


def texts() -> Iterator[tuple[str, str]]:
    """Yield everything that is searched: where it stands, and what it says."""
    doors = [path for path in modules() if layer(path) in DOORS]
    for path in (*templates(), *sorted(SCRIPTS.rglob("*.js")), *doors):
        yield str(path.relative_to(ROOT)), path.read_text("utf-8")
    for each in pages(get_resolver().url_patterns):
        yield f"address {each.name}", f"{each.name} {each.route}"
    yield "api", str(api.get_openapi_schema())
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            label = getattr(field, "verbose_name", "")
            yield f"{model._meta.label}.{field.name}", f"{model.__name__} {field.name} {label}"
    for fact in facts_of(Fact):
        kind = fact.__dict__.get("kind", "")
        yield f"fact {fact.__name__}", " ".join((fact.__name__, kind, *fact.__annotations__))


def facts_of(family: type[Fact]) -> Iterator[type[Fact]]:
    for each in family.__subclasses__():
        yield each
        yield from facts_of(each)


def found_in(said: Iterable[tuple[str, str]]) -> list[str]:
    return [
        f"{where}: {trace} ({rule})"
        for where, text in said
        for rule, trace in TRACES
        if trace in text
    ]


def test_nothing_forbidden_is_built() -> None:
    assert found_in(texts()) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("<h2>服务之星排行榜</h2>", "rankings_of_people"),
        ("<p>已连续打卡 7 天</p>", "streaks"),
        ("sign_in_streak", "streaks"),
        ("<dt>在线时长</dt>", "online_time"),
        ('<input type="file" accept="image/*" capture="environment">', "needless_photos"),
        ("navigator.geolocation.watchPosition(send)", "needless_photos"),
        ("PersonLiked like_count", "applause"),
        ("<h2>今天的必做任务</h2>", "forced_tasks"),
    ],
)
def test_what_is_forbidden_would_be_found(text: str, rule: str) -> None:
    assert [each for each in found_in([("planted", text)]) if each.endswith(f"({rule})")]


def test_everything_that_is_not_built_has_traces_to_look_for() -> None:
    absent = {each.code for each in policies.profiles().rules.values() if each.is_absent}

    assert absent == {code for code, _trace in TRACES}
    assert {
        "rankings_of_people", "streaks", "online_time", "forced_tasks", "needless_photos",
    } <= absent  # fmt: skip


def test_pages_are_searched() -> None:
    where = {place for place, _text in texts()}

    assert {
        "web/templates/base.html",
        "web/static/js/page.js",
        "address web:complaints",
        "people.Person.name",
        "fact SeatGranted",
    } <= where
    assert Path(SCRIPTS).is_dir()


def test_the_footer_of_every_page_leads_to_complaints() -> None:
    footer = (ROOT / "web" / "templates" / "cotton" / "footer.html").read_text("utf-8")
    frame = (ROOT / "web" / "templates" / "base.html").read_text("utf-8")

    assert "{% url 'web:complaints' %}" in footer or "'web:complaints'" in footer
    assert "<c-footer" in frame
