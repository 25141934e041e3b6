"""My page leads to what I wrote, to what answers it, and to what my seats let me do."""

import pytest
from django.test import Client
from tests.makers import NOW, PASSWORD, make_account, make_operator, make_person, make_reviewer
from tests.market.writing import publish_need, publish_offer, submit, write_need

from kehui.matching.services import build_index, match_item
from kehui.people.models import Person

pytestmark = pytest.mark.django_db


def my_page(person: Person) -> str:
    client = Client()
    make_account(person=person)
    assert client.login(username=person.account.username, password=PASSWORD)
    return client.get("/me/").content.decode()


def test_an_own_item_stands_there_with_its_matches() -> None:
    need = publish_need()
    publish_offer()
    build_index(at=NOW)
    match_item(item=need, at=NOW)

    page = my_page(need.holder)

    assert f'href="/needs/{need.pk}/"' in page
    assert "1 个匹配" in page
    assert need.holder.name in page


def test_a_draft_leads_on_to_writing() -> None:
    draft = write_need()

    assert f'href="/publish/{draft.pk}/"' in my_page(draft.holder)


def test_a_reviewer_reads_how_many_wait() -> None:
    submit(write_need())

    page = my_page(make_reviewer())

    assert "质量审核" in page
    assert '<span class="num">1</span>' in page
    assert "领域词典" not in page


def test_an_operator_finds_the_office_and_others_do_not() -> None:
    assert "领域词典" in my_page(make_operator())
    assert "我的工作" not in my_page(make_person())
