"""The table of rights is whole: rows for addresses, addresses for rows, answers for roles."""

import subprocess
import sys
from dataclasses import replace

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver, path, reverse
from ninja import NinjaAPI
from tests.architecture.source import REPOSITORY
from tests.makers import make_account, make_operator, make_person
from tests.rights.asking import PARAMETER
from tests.rights.walking import operations, pages, unlisted, without_address, without_row
from tests.rights.world import MARKS
from tests.web.entering import enter

from kehui.api.v1 import api
from kehui.core.words import Word
from kehui.people.models import Level, Seat
from kehui.rights import table
from kehui.rights.table import rights

PAGES = list(pages(get_resolver().url_patterns))
OPERATIONS = list(operations(api))


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    served = [*PAGES, *OPERATIONS]

    assert without_row(served, rights()) == []
    assert without_address(served, rights()) == []


def test_an_address_that_nobody_wrote_a_row_for_is_found() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    added = [path("secret/", view, name="secret"), path("nameless/", view)]
    found = [*PAGES, *pages(added)]

    assert without_row(found, rights()) == ["nameless/", "secret"]


def test_an_operation_that_nobody_wrote_a_row_for_is_found() -> None:
    other = NinjaAPI(urls_namespace="stranger", version="stranger")

    @other.delete("/needs/{number}")
    def wipe_need(request: object, number: int) -> None: ...

    assert without_row([*OPERATIONS, *operations(other)], rights()) == ["wipe_need"]


def test_a_row_of_an_address_that_is_gone_is_found() -> None:
    gone = replace(rights().addresses[0], name="web:gone")
    known = replace(rights(), addresses=(*rights().addresses, gone))

    assert without_address([*PAGES, *OPERATIONS], known) == ["web:gone"]


def test_no_address_stands_in_two_files() -> None:
    names = [each.name for each in rights().addresses]

    assert len(names) == len(set(names))


def test_roles_are_the_seats_and_levels_there_are() -> None:
    levels = {f"v{level.value}" for level in Level}

    assert set(rights().roles) == {"visitor", "technical"} | levels | set(Seat.Role.values)


def test_every_private_field_has_a_mark_and_nothing_is_left_over() -> None:
    rows = [row for each in rights().addresses for row in each.rows]
    used = {row.grid.code for row in rows} | {
        grid.code for row in rows for grid in row.fields.values()
    }

    assert set(MARKS) == set(rights().fields)
    assert set(rights().grids) == used
    assert set(rights().things) == {row.thing for row in rows if row.thing}


def test_operations_have_the_methods_and_the_scope_that_their_rows_name() -> None:
    known = {each.name: each for each in rights().addresses}

    assert {each.name: (each.methods, each.scope) for each in OPERATIONS} == {
        each.name: (known[each.name].methods, known[each.name].scope) for each in OPERATIONS
    }


@pytest.mark.django_db
def test_a_page_has_no_method_that_its_rows_do_not_name() -> None:
    """Asked by an operator, so that no door stands before it."""
    client = Client()
    enter(client, make_operator())
    methods = {each.name: each.methods for each in rights().addresses}
    answered = {}
    for found in PAGES:
        names = PARAMETER.findall(found.route)
        given = {name: "need" if name in ("side", "step", "token") else 1 for name in names}
        for method in unlisted(methods[found.name]):
            response = client.generic(method, reverse(found.name, kwargs=given))
            if response.status_code != 405:
                answered[f"{method} {found.route}"] = response.status_code

    assert answered == {}


@pytest.mark.parametrize(
    "said",
    [
        {"visitor": "yes"},
        {"visitor": "yes no"},
        {"visitor": "maybe"},
        {"visitor visitor member": "yes"},
        {"nobody": "yes"},
    ],
)
def test_a_grid_that_forgets_or_invents_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="grid"):
        table.answers_of("grid", said, ["visitor", "member"], ["own", "far"], {"yes", "no"})


def test_a_row_with_a_word_that_is_not_explained_is_refused() -> None:
    said = {"zh": "看", "en": "Look", "GET": [{"thing": "ghost", "grid": "everyone"}]}
    words: dict[str, dict[str, Word]] = {"things": {}, "fields": {}}

    with pytest.raises(KeyError, match="ghost"):
        table.address_of("web:ghost", "home", said, words, rights().grids)


@pytest.mark.django_db
def test_operators_read_the_table_and_find_it_from_their_page(client: Client) -> None:
    enter(client, make_operator())
    door = reverse("office:rights")
    mine = client.get(reverse("me:home")).content.decode()
    chinese = client.get(door).content.decode()
    english = client.get(door, headers={"Accept-Language": "en"}).content.decode()

    assert door in mine
    assert "看工作室" in chinese
    assert "单位已关闭的工作室" in chinese
    assert "404：如同没有" in chinese
    assert "Look at a studio" in english
    assert "closed studio of an organization" in english


@pytest.mark.django_db
def test_nobody_else_reads_it_or_is_led_there(client: Client) -> None:
    client.force_login(make_account(person=make_person()))

    assert client.get(reverse("office:rights")).status_code == 404
    assert reverse("office:rights") not in client.get(reverse("me:home")).content.decode()


def test_the_page_of_rights_is_current() -> None:
    done = subprocess.run(
        [sys.executable, REPOSITORY / "tools" / "rights.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
