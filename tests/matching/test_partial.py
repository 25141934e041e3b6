"""A part of the index that nobody answers for is told, tried again, and loses nothing."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from prometheus_client import REGISTRY
from tests.api.calling import Program
from tests.makers import make_account, make_person
from tests.matching.here import Here
from tests.matching.pairs import AT, need_of, offer_of
from tests.matching.people import SALT, gathered, known_for

from kehui.market.models import Need
from kehui.market.selectors.browse import Filters
from kehui.matching.adapter.cluster import force
from kehui.matching.models import MatchRun, Suggestion
from kehui.matching.selectors import suggestions
from kehui.matching.services import (
    build_index,
    experts_for,
    keep_promises,
    match_item,
    needs_for,
    request_match,
)
from kehui.matching.services.search import find

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
COUNT = 2
TRY_AGAIN = "一部分信息这次没有查到：存放它们的机器没有应答。请稍后再查一次。"
SENTENCE = "泡菜厂的高盐废水蒸发时结垢，想把盐分回收再用，有没有合适的办法"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Here:
    shards = Here(COUNT)
    monkeypatch.setattr(force, "shards_or_none", lambda _folder: shards)
    return shards


@pytest.fixture
def need() -> Need:
    """Return a need; of the offers that fit, each of two shards holds one."""
    for subject in ("salt", "bridge"):
        offer_of(subject)
    asking = need_of("salt")
    build_index(at=AT)
    return asking


def offers_of(need: Need) -> set[str]:
    return {each.offer.title for each in Suggestion.objects.filter(need=need)}


def run() -> MatchRun:
    return MatchRun.objects.latest("pk")


def test_a_partial_answer_is_kept_told_and_asked_again(here: Here, need: Need) -> None:
    here.silent = {0}
    before = REGISTRY.get_sample_value("kehui_matching_partial_answers_total") or 0.0
    request_match(item=need.pk, revision=1, trigger="published", at=AT)

    assert keep_promises(at=AT, limit=1) == 1

    assert len(offers_of(need)) == 1
    assert (run().state, run().attempts, run().missed_share) == ("pending", 1, 0.5)
    assert run().error == "PartOfIndexMissing: 0.5000"
    assert suggestions.missed_share(need) == 0.5
    assert REGISTRY.get_sample_value("kehui_matching_partial_answers_total") == before + 1

    here.silent = set()
    assert keep_promises(at=AT + MINUTE) == 1

    assert len(offers_of(need)) == 2
    assert (run().state, run().missed_share) == ("done", 0)
    assert suggestions.missed_share(need) == 0


def test_what_was_found_before_stays_while_its_shard_is_silent(here: Here, need: Need) -> None:
    match_item(item=need, at=AT)
    both = offers_of(need)
    assert len(both) == 2

    for silent in ({0}, {1}, {0, 1}):
        here.silent = silent
        match_item(item=need, at=AT)
        assert offers_of(need) == both
        assert (run().trigger, run().state) == ("partial", "pending")  # promised, once
    assert MatchRun.objects.count() == 1
    assert suggestions.missed_share(need) == 1

    here.silent = set()
    match_item(item=need, at=AT)
    assert suggestions.missed_share(need) == 0


def test_a_shard_that_stays_silent_is_an_operators_matter(here: Here, need: Need) -> None:
    here.silent = {1}
    request_match(item=need.pk, revision=1, trigger="published", at=AT)

    for minutes in range(6):
        keep_promises(at=AT + minutes * MINUTE)

    assert (run().state, run().attempts) == ("failed", 5)
    assert suggestions.missed_share(need) == 0.5


def test_pages_and_the_interface_tell_the_author(here: Here, need: Need, client: Client) -> None:
    here.silent = {0}
    match_item(item=need, at=AT)
    client.force_login(make_account(person=need.holder))
    told = "有 50% 的信息这次没有查到：存放它们的机器没有应答。"

    page = client.get(f"/needs/{need.pk}/").content.decode()
    program = Program(need.holder)
    answer = program.get(f"/needs/{need.pk}/matches").json()

    assert told in page
    assert answer["missed_share"] == 0.5

    here.silent = set()
    match_item(item=need, at=AT)
    assert told not in client.get(f"/needs/{need.pk}/").content.decode()
    assert program.get(f"/needs/{need.pk}/matches").json()["missed_share"] == 0


@pytest.mark.usefixtures("need")
def test_a_search_by_a_sentence_tells_what_it_lacks(here: Here, client: Client) -> None:
    whole = find(side="offer", query=SENTENCE, filters=Filters(), at=AT)
    here.silent = {0}

    found = find(side="offer", query=SENTENCE, filters=Filters(), at=AT)
    page = client.get("/offers/", {"q": SENTENCE}).content.decode()
    answer = Program(make_person()).get("/offers", q=SENTENCE).json()

    assert (whole.missed_share, found.missed_share) == (0, 0.5)
    assert "一部分信息这次没有查到" in page
    assert answer["missed_share"] == 0.5


@pytest.mark.usefixtures("need")
def test_the_command_tells_what_it_lacks(
    here: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "need.json"
    file.write_text(json.dumps({"title": "泡菜盐渍废水的盐分回收", "body": SENTENCE}), "utf-8")
    here.silent = {1}

    call_command("match", str(file), "--json")

    said = capsys.readouterr()
    assert json.loads(said.out)["missed_share"] == 0.5
    assert said.err == "! 有 50% 的信息没有查到：存放它们的机器没有应答。\n"


@pytest.fixture
def known(need: Need) -> Need:
    """Return a need; of two shards one holds all offers, the other all persons."""
    for _ in range(2):
        known_for(SALT)
    gathered()
    build_index(at=AT + MINUTE)
    return need


def test_experts_lack_what_a_silent_shard_holds(here: Here, known: Need) -> None:
    whole = experts_for(need=known, most=5, at=AT)
    assert (len(whole.found), whole.is_settled, whole.missed_share) == (2, True, 0)

    here.silent = {1}
    found = experts_for(need=known, most=5, at=AT)
    assert (found.found, found.is_settled, found.missed_share) == ([], False, 1)

    match_item(item=known, at=AT)  # which asks for no persons, and so lacks nothing
    assert suggestions.missed_share(known) == 0
    assert len(offers_of(known)) == 2


def test_pages_the_interface_and_the_command_tell_of_experts(
    here: Here, known: Need, client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client.force_login(make_account(person=known.holder))
    file = tmp_path / "need.json"
    file.write_text(json.dumps({"title": known.title, "body": known.description}), "utf-8")

    for silent, share in ((set[int](), 0), ({1}, 1)):
        here.silent = silent
        page = client.get(f"/needs/{known.pk}/experts/").content.decode()
        answer = Program(known.holder).get(f"/needs/{known.pk}/experts").json()
        call_command("match", str(file), "--json", "--experts")
        said = capsys.readouterr()

        assert (TRY_AGAIN in page) is bool(share)
        assert (answer["missed_share"], answer["is_settled"]) == (share, not share)
        assert json.loads(said.out)["missed_share"] == share
        assert ("有 100% 的信息没有查到" in said.err) is bool(share)


def test_needs_that_suit_a_person_tell_what_they_lack(
    here: Here, known: Need, client: Client
) -> None:
    person = make_person()
    known_for(SALT, person)
    client.force_login(make_account(person=person))
    whole = needs_for(person=person, most=5, at=AT)
    assert ([each.other for each in whole.found], whole.missed_share) == ([known], 0)
    assert TRY_AGAIN not in client.get("/me/suitable/").content.decode()

    here.silent = {0, 1}
    found = needs_for(person=person, most=5, at=AT)
    assert (found.found, found.missed_share) == ([], 1)
    assert TRY_AGAIN in client.get("/me/suitable/").content.decode()
