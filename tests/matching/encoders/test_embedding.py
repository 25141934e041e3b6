"""Bit by bit: what a poor text, a kill, two workers or another model cost, and what they do not."""

from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tests.matching.encoders import loopback
from tests.matching.encoders.loopback import Loopback
from tests.matching.pairs import AT, need_of, offer_of
from tests.parallel import meanwhile

from kehui.matching import adapter
from kehui.matching.adapter.encoders import roles
from kehui.matching.adapter.encoders.failures import AnswerRefused
from kehui.matching.adapter.encoders.provider import plugged
from kehui.matching.adapter.encoders.vectors import made
from kehui.matching.models import Embedding, EncoderProgress, MatchRun
from kehui.matching.selectors import listings
from kehui.matching.services import build_index, embed_next, embedding, keep_promises, request_match

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def progress() -> EncoderProgress:
    return EncoderProgress.objects.get()


def embedded() -> set[int]:
    return set(Embedding.objects.values_list("item_id", flat=True))


def refusing(word: str) -> loopback.Answer:
    """Answer as a model does that cannot stand a word."""

    def answer(server: Loopback, handler: Any, body: loopback.Body) -> None:
        how = loopback.status(400) if any(word in each for each in body["input"]) else loopback.well
        how(server, handler, body)

    return answer


def test_a_text_that_is_refused_costs_the_others_nothing_and_is_tried_again(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [offer_of(each) for each in ("salt", "coating", "bridge")] + [need_of("coating")]
    server.usual = refusing("热障")
    good = {rows[0].pk, rows[2].pk}

    step = embed_next(at=AT)
    assert (step.made, step.refused, step.is_done) == (2, 2, False)
    assert embed_next(at=AT).is_done

    assert embedded() == good
    assert (progress().refused, progress().cursor, progress().finished_at) == (2, 0, None)
    assert "400" in progress().error
    embed_next(at=AT)
    assert progress().refused == 2  # of this round, not of all

    monkeypatch.setattr(embedding, "MISSING_AT_MOST", 0.5)
    assert embed_next(at=AT + HOUR).is_done
    assert progress().finished_at == AT + HOUR  # so few may be missing

    server.usual = loopback.well
    assert embed_next(at=AT).made == 2
    embed_next(at=AT + 2 * HOUR)
    assert embedded() == {each.pk for each in rows}
    assert (progress().refused, progress().error) == (0, "")
    assert progress().finished_at == AT + HOUR


@pytest.mark.parametrize("code", [*"NZDHR"])
def test_bad_answers_blame_the_provider_and_nothing_is_stored(server: Loopback, code: str) -> None:
    offer_of("salt")
    embed_next(at=AT)
    stored = embedded()
    offer_of("coating")
    server.usual = {
        "N": loopback.of(lambda rows: [[float("nan")] * 16 for _ in rows]),
        "Z": loopback.of(lambda rows: [[0.0] * 16 for _ in rows]),
        "D": loopback.of(lambda rows: [each[:8] for each in rows]),
        "H": loopback.raw(b"<html></html>"),
        "R": loopback.status(307, Location="/elsewhere"),
    }[code]
    asked = len(server.requests)

    step = embed_next(at=AT)

    assert (step.made, step.refused, bool(step.error)) == (0, 0, True)
    assert embedded() == stored
    assert (progress().failures, progress().failed_at) == (1, AT)
    assert len(server.requests) == asked + 2  # the chunk, and a text that surely is good


def test_title_and_body_that_cancel_each_other_out_have_no_vector(server: Loopback) -> None:
    offer = offer_of("salt")

    def opposite(_server: Loopback, handler: Any, body: loopback.Body) -> None:
        first, *others = body["input"]
        signs = [1.0, *(-1.0 for _ in others)]
        rows = [[sign, *[0.0] * 15] for sign in signs]
        assert first
        loopback.send(handler, 200, loopback.data(rows))

    server.usual = opposite

    step = embed_next(at=AT)

    assert (step.made, step.refused) == (0, 1)
    assert "[ZERO]" in progress().error
    provider = plugged()
    assert provider is not None
    with pytest.raises(AnswerRefused):
        adapter.embed_in_a_hurry(offer, dimension=16)
    assert made(provider, [], dimension=16).vectors == {}


def test_a_step_that_is_killed_was_not_made_and_the_next_goes_on_there(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [offer_of("salt") for _ in range(4)]
    embed_next(at=AT, limit=2)

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(EncoderProgress, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            embed_next(at=AT, limit=2)
    assert (embedded(), progress().cursor) == ({each.pk for each in rows[:2]}, rows[1].pk)
    server.requests.clear()

    assert embed_next(at=AT, limit=2).made == 2

    assert embedded() == {each.pk for each in rows}
    assert len(server.requests) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_none_loses_the_work_of_the_other(server: Loopback) -> None:
    rows = [offer_of("salt") for _ in range(3)]
    embed_next(at=AT, limit=1)
    asked, go = Event(), Event()

    def slowly(server: Loopback, handler: Any, body: loopback.Body) -> None:
        asked.set()
        go.wait(10)
        loopback.well(server, handler, body)

    server.script = [slowly]
    with meanwhile(embed_next, at=AT, limit=1) as slow:
        assert asked.wait(10)
        assert embed_next(at=AT, limit=2).made == 2  # while the other one holds no lock
        go.set()
        assert slow.result(timeout=10).made == 1

    assert embedded() == {each.pk for each in rows}
    assert Embedding.objects.count() == 3
    assert progress().cursor == rows[2].pk
    assert embed_next(at=AT).is_done


def test_what_is_revised_gets_a_vector_of_its_new_text(server: Loopback) -> None:
    offer = offer_of("salt")
    embed_next(at=AT)
    embed_next(at=AT)
    build_index(at=AT)
    before = bytes(Embedding.objects.get().vector)
    assert embedding.embed_ahead(offer, at=AT) is True  # it is there
    offer.title, offer.revision = "另一个写得够长的标题", 2
    offer.save()
    name = progress().encoder
    assert dict(listings.vectors(name)) == {}  # of a text that stands there no more

    assert embedding.embed_ahead(offer, at=AT) is True

    row = Embedding.objects.get()
    assert (row.revision, bytes(row.vector) != before) == (2, True)
    assert progress().made == 2


def test_what_cannot_be_read_is_set_aside_by_its_run_and_not_before(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = need_of("salt")
    build_index(at=AT)
    request_match(item=need.pk, revision=1, trigger="published", at=AT)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("a row nobody can read")

    monkeypatch.setattr(embedding, "embed_ahead", broken)

    assert keep_promises(at=AT) == 1
    assert MatchRun.objects.get().state == MatchRun.State.DONE


def test_the_width_of_vectors_is_known_without_the_progress(server: Loopback) -> None:
    offer_of("salt")
    embed_next(at=AT)
    name = progress().encoder
    assert listings.width_of(name) == 16

    EncoderProgress.objects.all().delete()

    assert (listings.width_of(name), listings.width_of("nobody 1")) == (16, 0)
    embed_next(at=AT)
    embed_next(at=AT)
    build_index(at=AT)
    EncoderProgress.objects.all().delete()
    assert adapter.search("盐分回收", side="offer", most=1) == [*embedded()]


def test_questions_are_not_remembered_for_ever(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roles, "REMEMBERED", 2)
    provider = plugged()
    assert provider is not None
    asking = roles.Asking(provider, 16)

    for text in ("盐", "水", "热", "盐"):
        asking.encode([text])

    assert len(asking.known) <= 3
    assert np.allclose(asking.encode(["盐"]), asking.encode(["盐"]))


def test_labels_are_measured_with_what_is_plugged_in(server: Loopback) -> None:
    needs = {"n1": ("污水除盐", "高盐废水蒸发结垢"), "n2": ("茶叶杀青", "自动控制杀青温度")}
    offers = {"o1": ("高盐废水除盐", ""), "o2": ("茶叶杀青机温度控制", ""), "o3": ("钒电池", "")}
    levels = {"n1": {"o1": 4, "o2": 1, "o3": 1}, "n2": {"o2": 4, "o1": 1, "o3": 1}}

    judged = adapter.evaluate(needs, offers, levels)

    assert judged.encoder.startswith("openai:tiny ")
    assert judged.ndcg_at_10 == 1.0
    asked = [text for each in server.requests for text in each["input"]]
    assert sorted(asked) == sorted(set(asked))
    assert {"答：钒电池", "问：污水除盐"} <= set(asked)


def test_a_provider_that_fails_while_labels_are_measured_is_no_result(
    server: Loopback, tmp_path: Path
) -> None:
    server.usual = loopback.status(503)
    (tmp_path / "needs.jsonl").write_text('{"id": "n1", "title": "除盐"}\n', "utf-8")
    (tmp_path / "offers.jsonl").write_text('{"id": "o1", "title": "除盐"}\n', "utf-8")
    (tmp_path / "pairs.csv").write_text("need_id,offer_id,level\nn1,o1,4\n", "utf-8")

    with pytest.raises(CommandError, match="503"):
        call_command("evaluate_matching", str(tmp_path))


@pytest.mark.django_db(transaction=True)
def test_vectors_made_before_are_kept_when_the_table_changes() -> None:
    offer = offer_of("salt")
    before = [("matching", "0001_initial")]
    Embedding.objects.create(item=offer, encoder="use 1", revision=1, vector=b"\0\0\x80?")

    executor = MigrationExecutor(connection)
    executor.migrate(before)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    (row,) = Embedding.objects.all()
    assert (row.item_id, row.encoder, row.revision) == (offer.pk, "use 1", 1)
    assert bytes(row.vector) == b"\0\0\x80?"
