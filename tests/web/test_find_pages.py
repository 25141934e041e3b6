"""The lists, saved searches, totals, imports and the dictionary, as people walk them."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from tests.makers import PASSWORD, make_account, make_operator
from tests.market.rows import FILLER, put_need, put_offer, put_studio

from kehui.market.models import DomainTerm, Item, Offer, SavedSearch
from kehui.people.models import Account, Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folders(settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path / "index"
    settings.MEDIA_ROOT = tmp_path / "media"


def signed_in(client: Client, person: Person | None = None) -> Account:
    account = make_account(person=person)
    assert client.login(username=account.username, password=PASSWORD)
    return account


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("address", ["/offers/", "/needs/", "/studios/", "/totals/"])
def test_lists_ask_as_often_for_three_rows_as_for_one(client: Client, address: str) -> None:
    def put_one() -> None:
        put_offer(published_at=timezone.now())
        put_need(published_at=timezone.now())

    put_one()
    text_of(client, address)
    with CaptureQueriesContext(connection) as once:
        text_of(client, address)
    put_one()
    put_one()
    with CaptureQueriesContext(connection) as again:
        text_of(client, address)

    assert len(again) == len(once)


def test_a_search_says_when_the_index_is_not_ready(client: Client) -> None:
    put_offer(title="高温涂层制备工艺")
    put_offer(title="桥梁健康监测系统")

    page = text_of(client, "/offers/?q=涂层")

    assert "<mark>涂层</mark>" in page
    assert "索引正在准备" in page
    assert "桥梁健康监测系统" not in page


def test_htmx_gets_only_what_changes(client: Client) -> None:
    put_offer()

    answer = client.get("/offers/", headers={"HX-Request": "true"})

    assert answer.content.decode().lstrip().startswith('<div id="found"')
    assert "HX-Request" in answer["Vary"]


def test_the_second_page_has_a_real_link(client: Client) -> None:
    for place in range(21):
        put_need(published_at=timezone.now() - timedelta(minutes=place))

    assert 'rel="next" href="?page=2"' in text_of(client, "/needs/")
    assert 'rel="prev"' in text_of(client, "/needs/?page=2")


def test_text_in_an_address_is_never_markup(client: Client) -> None:
    page = text_of(client, "/offers/?q=<script>alert(1)</script>&region=<b>")

    assert "<script>alert(1)" not in page


def test_a_search_is_saved_changed_opened_and_forgotten(client: Client) -> None:
    account = signed_in(client)
    form = {
        "side": "offer",
        "q": "涂层",
        "kind": "achievement",
        "alert": "daily",
        "digest_hour": "8",
    }

    client.post("/searches/save/", form)

    search = SavedSearch.objects.get(person=account.person)
    assert (search.query, search.filters, search.digest_hour) == (
        "涂层",
        {"kind": "achievement"},
        8,
    )
    assert "涂层" in text_of(client, "/searches/")
    opened = client.get(f"/searches/{search.pk}/")
    assert opened["Location"] == "/offers/?q=%E6%B6%82%E5%B1%82&kind=achievement"
    client.post(f"/searches/{search.pk}/change/", {"alert": "at_once", "digest_hour": "8"})
    search.refresh_from_db()
    assert search.alert == "at_once"
    client.post(f"/searches/{search.pk}/forget/")
    assert not SavedSearch.objects.exists()


def test_somebody_elses_search_is_not_there(client: Client) -> None:
    owner = Client()
    signed_in(owner)
    owner.post("/searches/save/", {"side": "need", "q": "涂层"})
    search = SavedSearch.objects.get()
    signed_in(client)

    assert client.get(f"/searches/{search.pk}/").status_code == 404
    assert client.post(f"/searches/{search.pk}/forget/").status_code == 404


def test_totals_print_their_day_and_the_table_carries_it(client: Client) -> None:
    put_offer(published_at=timezone.now())
    today = timezone.localdate().isoformat()

    assert f"截至 {today}" in text_of(client, "/totals/")
    lines = client.get("/totals.csv").content.decode("utf-8-sig").splitlines()
    assert lines[1].endswith(f',1,"{today}"')


def test_a_stranger_does_not_find_the_back_office(client: Client) -> None:
    signed_in(client)

    for address in ("/back-office/imports/", "/back-office/terms/"):
        assert client.get(address).status_code == 404


def test_an_operator_looks_at_the_verdicts_and_confirms(client: Client) -> None:
    signed_in(client, make_operator())
    table = (
        "编号,标题,描述,类型,类别,价格,解决什么问题\n"
        f"1,高盐废水电渗析,{FILLER},科技服务,1101,45万元,结垢\n"
        f"2,,{FILLER},科技服务,1101,45万元,结垢\n"
    )
    upload = SimpleUploadedFile("所能.csv", table.encode("gb18030"))

    preview = client.post(
        "/back-office/imports/", {"file": upload, "side": "offer", "outcome": "draft"}
    )

    page = preview.content.decode()
    assert "请填写“标题”" in page
    assert Item.objects.count() == 0
    token = page.split('name="token" value="')[1].split('"')[0]
    done = client.post("/back-office/imports/confirm/", {"token": token}, follow=True)
    assert Offer.objects.get().title == "高盐废水电渗析"
    assert "NEED_FIELD_MISSING" in done.content.decode()
    run = done.redirect_chain[-1][0].rstrip("/")
    assert client.get(f"{run}.csv").content.decode("utf-8-sig").splitlines()[2].startswith("3,")


def test_a_forged_confirmation_brings_nothing_in(client: Client) -> None:
    signed_in(client, make_operator())

    answer = client.post("/back-office/imports/confirm/", {"token": "forged"}, follow=True)

    assert "预览已过期" in answer.content.decode()


def test_an_empty_table_names_its_columns(client: Client) -> None:
    signed_in(client, make_operator())

    head = client.get("/back-office/imports/template/need.csv").content.decode("utf-8-sig")

    assert head.startswith('"编号","标题","描述",')


def test_an_operator_keeps_the_dictionary(client: Client) -> None:
    signed_in(client, make_operator())
    client.post("/back-office/terms/", {"term": "热障涂层", "synonyms": "TBC、高温涂层"})
    entry = DomainTerm.objects.get()
    assert entry.synonyms == ["TBC", "高温涂层"]

    again = client.post("/back-office/terms/", {"term": "TBC"})
    assert "已在词典里" in again.content.decode()
    client.post(f"/back-office/terms/{entry.pk}/", {"term": "热障涂层", "synonyms": ""})
    entry.refresh_from_db()
    assert entry.synonyms == []
    client.post(f"/back-office/terms/{entry.pk}/remove/")
    upload = SimpleUploadedFile("词表.txt", "电渗析，ED法\n钢\n".encode())
    listed = client.post("/back-office/terms/import/", {"file": upload})
    assert "加入 1 条，1 条没有加入" in listed.content.decode()


def test_studios_are_found_by_their_words(client: Client) -> None:
    studio = put_studio(make_operator(), name="高温涂层工作室")

    assert studio.name in text_of(client, "/studios/?q=涂层")
    assert "没有找到这样的工作室" in text_of(client, "/studios/?q=桥梁")
