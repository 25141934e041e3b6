"""The table of indicators in the publish wizard."""

import pytest
from django.test import Client
from tests.market.writing import write_need
from tests.web.wizard import ROW, author, page, person_of, problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client) -> Client:
    return author(client)


def test_rows_come_and_go_and_keep_what_was_typed(browser: Client) -> None:
    need = write_need(person_of(browser), kind="problem")
    typed = {**ROW, "row-0-name": "吨水成本", "row-0-target": "三十五"}

    more = browser.post(page(need, "indicators"), {**typed, "add": "1"}).content.decode()
    less = browser.post(page(need, "indicators"), {**typed, "remove": "0"}).content.decode()

    assert 'name="rows" value="2"' in more
    assert 'value="三十五"' in more
    assert 'value="吨水成本"' in more
    assert "吨水成本" not in less
    assert [each.name for each in need.indicators.all()] == ["盐回收率"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"row-0-name": ""}, "写上指标的名称，例如：盐回收率。"),
        ({"row-0-target": ""}, "写上目标值，只写数字。"),
        ({"row-0-target": "八五"}, "输入一个数字。"),
        ({"row-0-comparison": "between"}, "选了“介于”，请写一个比目标值大的上限。"),
        ({"rows": "0"}, "委托攻关的难题至少要有一项指标。"),
        ({"row-0-verification": "打 13800000001 问"}, "“指标”里有联系方式"),
    ],
)
def test_a_row_that_is_not_whole_is_said_where_it_is(
    browser: Client, changes: dict[str, str], said: str
) -> None:
    need = write_need(person_of(browser), kind="problem")

    answer = browser.post(page(need, "indicators"), {**ROW, **changes})

    assert answer.status_code == 422
    assert said in " ".join(problems(answer))


def test_the_table_saves_itself_too(browser: Client) -> None:
    need = write_need(person_of(browser), kind="problem")
    url, quiet = page(need, "indicators"), {"X-Autosave": "1"}
    two = {**ROW, "rows": "2", "row-1-name": "电耗", "row-1-target": ""}

    saved = browser.post(url, two, headers=quiet)
    refused = browser.post(url, {**ROW, "row-0-name": "a@b.cn"}, headers=quiet)
    later = browser.post(url, {**ROW, "later": "1"})

    assert (saved.status_code, refused.status_code, later.status_code) == (204, 422, 302)
    assert [each.name for each in need.indicators.all()] == ["盐回收率"]


def test_a_kind_without_indicators_has_no_such_page(browser: Client) -> None:
    need = write_need(person_of(browser), kind="expert")

    assert browser.get(page(need, "indicators")).status_code == 404
    assert browser.get(page(need, "nothing")).status_code == 404
