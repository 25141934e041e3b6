"""What strangers write stays text: on every page that repeats it, in heads and in file names."""

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import cycle, islice

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from tests.makers import make_account, make_operator, make_organization, make_person, make_seat
from tests.web.entering import enter
from tests.web.payloads import MARK, PAYLOADS
from tests.web.wizard import CONTACT, MATTER, ROW, author, page

from kehui.core.errors import Refused
from kehui.market.models import Need
from kehui.people.models import Level

pytestmark = pytest.mark.django_db
SPOKEN = {"value", "content", "title", "placeholder", "alt", "aria-label", "data-title", "label"}
LEADS = {"href", "src", "action", "hx-get", "hx-post", "formaction"}
RAW = {"script", "style"}


class Reader(HTMLParser):
    """Notes wherever a payload has become anything but text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.inside: list[str] = []
        self.found: list[str] = []
        self.seen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        if MARK in tag:
            self.found.append(f"tag {tag}")
        for name, value in attrs:
            told = value or ""
            leads = name in LEADS and told.startswith(("/", "?", "#"))
            if MARK in name or (MARK in told and not (name in SPOKEN or leads)):
                self.found.append(f"{tag} {name}={told[:80]}")
            acts = name.startswith("on") or told.strip().lower().startswith(("javascript:", "vbs"))
            if acts and name not in SPOKEN:
                self.found.append(f"{tag} {name}={told[:80]}")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.found.append(f"comment {data[:80]}")

    def handle_data(self, data: str) -> None:
        if MARK in data:
            self.seen += data.count(MARK)
            if RAW & {*self.inside[-1:]}:
                self.found.append(f"{self.inside[-1]} {data[:80]}")


def harm(html: str) -> list[str]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def groups(longest: int) -> Iterator[str]:
    """Yield texts of at most this length that hold all payloads between them, without NUL."""
    text = ""
    for payload in (each.replace("\0", "") for each in PAYLOADS):
        if text and len(text) + len(payload) > longest:
            yield text
            text = ""
        text += payload[:longest]
    yield text


def test_there_are_three_hundred_and_the_reader_finds_each_when_it_is_not_escaped() -> None:
    assert len(PAYLOADS) >= 300
    assert harm('<p title="kx7z">kx7z &lt;kx7z&gt;</p>') == []
    for bad in (
        "<kx7z>", "<p kx7z=1>", "<p class=kx7z>", "<a href=javascript:1>", "<p onclick=x>",
        "<script>kx7z</script>", "<!--kx7z-->", "<img src=x onerror=kx7z()>",
    ):  # fmt: skip
        assert harm(bad), bad
    told = sum(bool(harm(f"<p>{payload}</p>")) for payload in PAYLOADS)
    assert told > 130  # the others need another place: a head, a log, a template, an attribute


@pytest.mark.parametrize("address", ["/offers/", "/needs/", "/studios/"])
def test_a_search_is_repeated_as_text(client: Client, address: str) -> None:
    for text in groups(400):
        answer = client.get(address, {"q": text, "kind": text, "region": text, "page": text})
        assert answer.status_code == 200
        assert harm(answer.content.decode()) == []


@pytest.mark.parametrize(
    "address", ["/offers/?q=a%00b", "/needs/?region=%00", "/totals.csv?side=%00"]
)
def test_a_sign_that_no_column_holds_is_refused(client: Client, address: str) -> None:
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("step", ["matter", "indicators", "money", "contact"])
def test_what_is_written_in_a_need_is_shown_as_text(client: Client, step: str) -> None:
    browser = author(client)
    browser.post(reverse("market:publish_need"), {"owner": "person", "kind": "problem"})
    need = Need.objects.get()
    names = {
        "matter": [*MATTER], "contact": ["contact_name", "contact_channel"],
        "indicators": [name for name in ROW if name != "rows"],
        "money": ["price_mode", "negotiable_reason", "budget_low_fen", "deadline"],
    }[step]  # fmt: skip
    texts = cycle(groups(400))
    pages = [page(need, step), reverse("market:preview", args=[need.pk]), "/me/items/"]
    for _ in range(len(list(groups(400))) // len(names) + 1):
        data = {**(ROW if step == "indicators" else {}), **(CONTACT if step == "contact" else {})}
        answer = browser.post(
            page(need, step), data | dict(zip(names, islice(texts, len(names)), strict=True))
        )
        assert answer.status_code in {200, 302, 422}
        assert harm(answer.content.decode()) == []
        for address in pages:
            assert harm(browser.get(address).content.decode()) == []


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/organizations/register/", "name"),
        ("/organizations/register/", "uscc"),
        ("/teams/new/", "name"),
        ("/me/settings/", "name"),
        ("/me/settings/", "title"),
        ("/me/tokens/", "name"),
        ("/me/phone/", "phone"),
    ],
)
def test_what_a_form_is_sent_comes_back_as_text(client: Client, address: str, field: str) -> None:
    enter(client)
    for text in groups(600):
        answer = client.post(address, {field: text}, follow=True)
        assert answer.status_code in {200, 422}
        assert harm(answer.content.decode()) == []


@pytest.mark.parametrize("address", ["/sign-up/", "/sign-in/"])
def test_a_visitor_gets_back_text(client: Client, address: str) -> None:
    for text in groups(600):
        sent = {"username": text, "name": text, "title": text, "next": text, "region": text}
        answer = client.post(address, sent)
        assert answer.status_code in {200, 422}
        assert harm(answer.content.decode()) == []


def test_names_are_text_to_operators_and_members(client: Client) -> None:
    for text in groups(80):
        firm = make_organization(text[:80], level=Level.V1)
        make_account(person=make_person(text[:30], level=Level.V1, employer=firm))
    firm = make_organization(next(groups(80))[:80])
    operator = enter(client, make_operator())
    make_seat(operator, organization=firm)

    for number in range(1, 5):
        told = client.get(
            "/back-office/people/", {"page": number, "firms": number}
        ).content.decode()
        assert harm(told) == []
    assert harm(client.get("/me/").content.decode()) == []


def test_no_answer_of_the_site_has_a_head_that_a_stranger_wrote(
    client: Client, settings: Settings
) -> None:
    enter(client)
    for payload in PAYLOADS:
        if payload.isprintable() and "%0" not in payload:
            continue
        for answer in (
            client.post("/me/language/", {"language": payload, "next": payload}),
            client.get("/totals.csv", {"as_of": payload, "side": payload}),
        ):
            assert answer.status_code < 500
            for name, value in answer.headers.items():
                assert MARK not in f"{name}{value}" or name == "Location"
                assert "\n" not in value
                assert "\r" not in value
            assert answer.headers.get("Location", "/").startswith("/")


def test_a_sentence_of_a_refusal_takes_nothing_for_a_form() -> None:
    class Named(Refused):
        message = "“{name}”"
        message_en = "“{name}”"

    for payload in PAYLOADS:
        assert str(Named(name=payload)) == f"“{payload}”"
