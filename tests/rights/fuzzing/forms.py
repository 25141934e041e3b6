"""Every form there is, found by walking the pages; and every address with odd values."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import NoReverseMatch, get_resolver, reverse
from hypothesis import strategies as st
from tests.rights.actors import Actors
from tests.rights.asking import ARGUMENTS, BODIES, PARAMETER
from tests.rights.fuzzing import values
from tests.rights.fuzzing.tally import ADDRESSES, Tally, close, name_of, undone
from tests.rights.walking import pages

# Nothing of ours: how strangers' pages behave is their own tests' business
LEFT_OUT: Final = frozenset({"api-v1:openapi-json", "api-v1:openapi-view", "metrics"})
ROUTES: Final = {
    each.name: each.route
    for each in pages(get_resolver().url_patterns)
    if each.name in ADDRESSES and each.name not in LEFT_OUT
}


class _Forms(HTMLParser):
    """Reads where forms lead and what their fields held."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.action = path, ""
        self.found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = (told.get("action") or self.path).partition("?")[0]
        name = told.get("name", self.name if tag == "option" else "")
        if tag in {"input", "select", "textarea", "option", "button"} and name:
            kind = "file" if told.get("type") == "file" else ""
            known = self.found[self.action or self.path][name + (f":{kind}" if kind else "")]
            if "value" in told and told["value"] not in known:
                known.append(told["value"])
        if tag == "select":
            self.name = name

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.action = ""


@dataclass
class Forms:
    """The fields of every address that takes something, with what their forms held."""

    fields: dict[str, dict[str, list[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    paths: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, path: str, html: str) -> None:
        reader = _Forms(path)
        reader.feed(html)
        for action, found in reader.found.items():
            for name, samples in found.items():
                known = self.fields[name_of(action)][name]
                known += [each for each in samples if each not in known]


def walk(actors: Actors, everybody: Iterable[tuple[str, str]]) -> Forms:
    """Open every page as each of them, with everything that the world has, and read its forms."""
    forms = Forms()
    reach = actors.world.reach
    for name, route in ROUTES.items():
        things = {row.thing for row in ADDRESSES[name].rows}
        for thing in things | {""}:
            known = {**reach.get(thing, {}), **ARGUMENTS.get(name, {})}
            given = {each: known.get(each) for each in PARAMETER.findall(route)}
            if None not in given.values():
                forms.paths[name].append(reverse(name, kwargs=given))
    for role, distance in everybody:
        with undone(actors, role, distance):
            browser = actors.browser(role, distance, "")
            for path in {each for paths in forms.paths.values() for each in paths}:
                with transaction.atomic():
                    answer = browser.get(path)
                    close(answer)
                    transaction.set_rollback(True)
                if answer.status_code == 200 and "html" in answer.get("Content-Type", ""):
                    forms.learn(path, answer.content.decode())
    for name, body in BODIES.items():
        for each, sample in body.items():
            if "{" not in sample:
                forms.fields[name][each].append(sample)
    return forms


@dataclass(frozen=True)
class Sent:
    """One request to a page."""

    method: str
    path: str
    values: dict[str, list[str]]
    files: tuple[str, ...] = ()
    content: bytes = b""


def requests(forms: Forms, name: str) -> st.SearchStrategy[Sent]:
    """Return requests to one address: to what is there, and to numbers that may be nothing."""
    methods = sorted(ADDRESSES[name].methods & {"GET", "POST"}) or ["GET"]
    known = forms.fields.get(name, {})
    files = tuple(each.removesuffix(":file") for each in known if each.endswith(":file"))
    plain = {each: found for each, found in known.items() if not each.endswith(":file")}
    told = st.fixed_dictionaries({}, optional={each: values.of(v) for each, v in plain.items()})
    more = st.dictionaries(values.words, st.lists(values.odd, max_size=2), max_size=2)
    return st.builds(
        lambda method, path, body, extra, content: Sent(
            method, path, {**body, **extra}, files, content
        ),
        st.sampled_from(methods),
        _paths(forms, name),
        told,
        more,
        st.binary(max_size=64),
    )


def _paths(forms: Forms, name: str) -> st.SearchStrategy[str]:
    names = PARAMETER.findall(ROUTES[name])
    known: list[str] = forms.paths.get(name, [])
    if not names:
        return st.just(reverse(name))
    given = st.fixed_dictionaries(
        {each: values.numbers if _is_number(name, each) else values.words for each in names}
    )
    invented = given.map(lambda each: _reversed(name, each)).filter(bool)
    return st.one_of(st.sampled_from(known), invented) if known else invented


def _is_number(name: str, parameter: str) -> bool:
    return f"<int:{parameter}>" in ROUTES[name]


def _reversed(name: str, given: dict[str, Any]) -> str:
    try:
        return reverse(name, kwargs=given)
    except NoReverseMatch:
        return ""


def send(sent: Sent, actors: Actors, who: tuple[str, str], tally: Tally) -> None:
    """Send it as this role, undo it, and judge the answer."""
    role, distance = who
    browser = actors.browser(role, distance, "")
    body: dict[str, Any] = dict(sent.values)
    with transaction.atomic():
        if sent.method == "GET":
            response = browser.get(sent.path, body)
        else:
            for each in sent.files:
                body[each] = SimpleUploadedFile("表.csv", sent.content)
            response = browser.post(sent.path, body)
        tally.take(sent.path, response, role, distance, [sent.method, sent.values])
        transaction.set_rollback(True)
