"""The page of learned names: operators see who taught a name, and accept or refuse it."""

import pytest
from django.test import Client
from tests.makers import make_operator
from tests.market.test_namings import MVR, RO, install
from tests.web.entering import enter

from kehui.market.models import NamingVerdict
from kehui.market.selectors import terms

pytestmark = pytest.mark.django_db
PAGE = "/back-office/terms/learned/"


def judge(client: Client, verdict: str, name: str = MVR["name"], other: str = "mvr") -> str:
    said = {"name": name, "other": other, "verdict": verdict}
    return client.post(f"{PAGE}judge/", said, follow=True).content.decode()


def test_the_page_is_for_operators_only(client: Client) -> None:
    enter(client)
    assert client.get(PAGE).status_code == 404
    assert client.post(f"{PAGE}judge/").status_code == 404


def test_names_are_shown_with_the_words_that_teach_them(client: Client) -> None:
    enter(client, make_operator())
    assert "还没有学到别名" in client.get(PAGE).content.decode()
    install(MVR, RO)

    page = client.get(PAGE).content.decode()

    for words in ("机械蒸汽再压缩（mvr）", "多家这样写", "写的单位还少", "3 家，4 条", "names-"):
        assert words in page
    assert "反渗透" not in client.get(PAGE, {"q": "mvr"}).content.decode()


def test_an_operator_refuses_accepts_and_takes_back(client: Client) -> None:
    enter(client, make_operator())
    install(MVR, RO)

    assert "已否决" in judge(client, "wrong")
    assert len(terms.lexicon()) == 0
    page = judge(client, "right", "反渗透", "ro")
    assert "已确认" in page
    assert "已记下" in page
    assert len(terms.lexicon()) == 2
    judge(client, "open")
    assert NamingVerdict.objects.get().other == "ro"
    assert len(terms.lexicon()) == 4


def test_what_is_not_there_is_told(client: Client) -> None:
    enter(client, make_operator())
    install(MVR)

    assert "不在现在这一版" in judge(client, "right", "没有", "ab")
    assert "没有看懂" in judge(client, "perhaps")
    assert not NamingVerdict.objects.exists()
