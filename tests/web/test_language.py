"""English is complete: every string, its placeholders, the compiled catalogue, and whole pages."""

import re

import polib
import pytest
from django.conf import settings
from django.test import Client
from tests.architecture.source import ROOT
from tests.makers import PASSWORD, make_account, make_operator, make_person
from tests.market.writing import publish_need, publish_offer
from tools import translate

from kehui.core import regions

CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
HAN = re.compile(r"[\u4e00-\u9fff]+")
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%[sd]")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def english_of(entry: polib.POEntry | polib.MOEntry) -> list[str]:
    return [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]


def test_every_string_of_the_interface_has_english(catalogue: polib.POFile) -> None:
    known = {entry.msgid for entry in catalogue if all(english_of(entry))}
    wanted = set(translate.gather())

    assert sorted(wanted - known) == []


def test_no_english_holds_chinese(catalogue: polib.POFile) -> None:
    # A name may stand in its own language, in the sentence that explains it
    assert [e.msgid for e in catalogue if any(map(HAN.fullmatch, english_of(e)))] == []


def test_placeholders_are_those_of_the_source(catalogue: polib.POFile) -> None:
    for entry in catalogue:
        for text in english_of(entry):
            assert set(PLACE.findall(text)) <= set(PLACE.findall(entry.msgid)), entry.msgid
            if not entry.msgid_plural:
                assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(entry.msgid)), text


def test_the_compiled_catalogue_is_of_these_words(catalogue: polib.POFile) -> None:
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))

    words = {entry.msgid: english_of(entry) for entry in catalogue}
    assert {entry.msgid: english_of(entry) for entry in compiled} == words


def read_in_english(client: Client, address: str) -> str:
    account = make_account(person=make_operator(make_person(name="Ada")))
    account.language = "en"
    account.save()
    assert client.login(username=account.username, password=PASSWORD)
    client.cookies["django_language"] = "en"
    page = client.get(address).content.decode()
    assert 'lang="en' in page
    return page


def chinese_in(page: str) -> list[str]:
    """Return the Chinese a reader sees, apart from names of platform, language, places."""
    text = re.sub(r"<(script|title)\b.*?</\1>", "", page, flags=re.DOTALL)
    for name in ("中文", settings.BRAND, settings.TAGLINE, regions.name_of(settings.REGION)):
        text = text.replace(name, "")
    places = {each.name for each in regions.places().values()}
    return [each for each in HAN.findall(re.sub(r"<[^>]*>", " ", text)) if each not in places]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/offers/", "/needs/", "/studios/"])
def test_the_frame_of_a_list_is_english(client: Client, address: str) -> None:
    publish_need()
    publish_offer()

    page = read_in_english(client, address)

    assert chinese_in(re.sub(r"<main\b.*?</main>", "", page, flags=re.DOTALL)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/me/", "/me/settings/", "/me/tokens/", "/publish/", "/inbox/", "/rules/matching/"]
)
def test_a_page_of_ones_own_is_english_throughout(client: Client, address: str) -> None:
    assert chinese_in(read_in_english(client, address)) == []
