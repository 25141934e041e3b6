"""The last page of the publish wizard: what is missing, what readers will see."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.market.writing import publish_need, write_need
from tests.web.wizard import author, page, person_of, send

from kehui.market.models import Item, State
from kehui.people.models import Level, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client) -> Client:
    return author(client)


def test_the_preview_names_each_gap_with_a_link(browser: Client) -> None:
    need = write_need(person_of(browser), kind="problem", title="", terms_accepted_at=None)
    need.indicators.all().delete()
    html = browser.get(reverse("market:preview", args=[need.pk])).content.decode()

    answer = send(browser, need)

    for step, field in (
        ("matter", "title"),
        ("indicators", "row-0-name"),
        ("contact", "terms"),
    ):
        link = f'href="{page(need, step)}#id_{field}"'
        assert link in html
        assert link in answer.content.decode()
    assert answer.status_code == 422


def test_a_refusal_without_a_field_is_said_on_the_preview(browser: Client) -> None:
    person = person_of(browser)
    Person.objects.filter(pk=person.pk).update(level=Level.V1)

    answer = send(browser, write_need(person))

    assert answer.status_code == 422
    assert "发布前要先核验身份" in answer.content.decode()


def test_without_a_key_nothing_is_submitted(browser: Client) -> None:
    need = write_need(person_of(browser))

    answer = send(browser, need, key="")

    assert answer.status_code == 422
    assert Item.objects.get().state == State.DRAFT


def test_passers_by_see_less_than_identified_readers(browser: Client) -> None:
    need = write_need(person_of(browser), tier=1)
    url = reverse("market:preview", args=[need.pk])

    full, teaser = (
        browser.get(f"{url}?as={each}").content.decode() for each in ("verified", "visitor")
    )

    assert need.tried in full
    assert need.tried not in teaser


def test_somebody_elses_double_is_shown_before_the_submission(browser: Client) -> None:
    other = publish_need()
    need = write_need(person_of(browser))

    html = browser.get(reverse("market:preview", args=[need.pk])).content.decode()

    assert reverse("market:need", args=[other.pk]) in html


def test_a_title_of_something_else_is_said_after_the_submission(browser: Client) -> None:
    need = write_need(person_of(browser), title="无人机植保航线规划软件定制")

    send(browser, need)

    html = browser.get(reverse("market:publish")).content.decode()
    assert "标题和描述说的不像一件事" in html
