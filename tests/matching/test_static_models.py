"""The encoder is trained on what is published, installed when not worse, and gone back from."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from tests.matching.pairs import AT, TEXTS, need_of, offer_of
from tests.matching.people import SALT, gathered, known_for
from tests.parallel import meanwhile

from kehui.ledger.models import Entry
from kehui.matching import adapter
from kehui.matching.adapter.encoders import trained
from kehui.matching.facts import EncoderChanged
from kehui.matching.models import Profile, Suggestion
from kehui.matching.services import (
    build_index,
    embed_items,
    match_item,
    refresh_index,
    roll_back_encoder,
    static_models,
    train_encoder,
)
from kehui.matching.services.static_models import NoModelInForce, TooFewTexts

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]
SHIPPED = "use-multilingual-v3 0.2.1"


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put up thirty items and let that be enough."""
    monkeypatch.setattr(static_models, "LEAST", 30)
    for number in range(10):
        for subject, (title, text) in TEXTS.items():
            put = need_of if number % 2 else offer_of
            put(subject, title=f"{title}{number}号", description=f"第{number}批：{text}" * 3)
    yield
    trained.blended.cache_clear()


def changes() -> list[EncoderChanged]:
    rows = Entry.objects.filter(kind=EncoderChanged.kind).order_by("pk")
    return [EncoderChanged.of(row) for row in rows]


@pytest.mark.usefixtures("published")
def test_a_model_that_is_not_worse_is_installed_and_serves_when_all_vectors_are_there() -> None:
    build_index(at=AT)
    assert adapter.serving_name() == SHIPPED

    result = train_encoder(install=True, at=AT)

    assert result.is_installed
    assert (result.texts, result.held_back) == (27, 3)
    assert result.after >= result.before > 0
    assert adapter.built_in_name() == result.encoder != SHIPPED
    assert result.encoder.startswith("use-multilingual-v3+static 0.2.1+")
    (change,) = changes()
    assert (change.encoder, change.before) == (result.encoder, SHIPPED)
    assert change.before_ppm == round(result.before * 1_000_000)
    assert adapter.serving_name() == SHIPPED  # until the vectors are there

    while embed_items():
        pass
    assert refresh_index(at=AT + timedelta(hours=1))
    assert adapter.serving_name() == result.encoder
    need = need_of("salt")
    match_item(item=need, at=AT)
    assert {each.explanation["encoder"] for each in Suggestion.objects.all()} == {result.encoder}


@pytest.mark.usefixtures("published")
def test_profiles_are_encoded_anew_before_the_next_snapshot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kehui.matching.adapter.training.engine.known_item", lambda *_, **__: 0.5)
    known_for(SALT)
    gathered()
    build_index(at=AT)
    before = Profile.objects.get()
    assert before.encoder == SHIPPED

    name = train_encoder(install=True, at=AT).encoder
    assert refresh_index(at=AT + timedelta(hours=1))

    after = Profile.objects.get()
    assert (after.encoder, adapter.serving_name()) == (name, name)
    assert bytes(after.vector) != bytes(before.vector)
    table = adapter.index().shards["offer"][0].table
    row = table.row(-after.pk)
    assert row is not None
    assert table.scales[row] > 0


@pytest.mark.usefixtures("published")
def test_a_model_that_is_worse_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    worth = iter((0.9, 0.8))  # of what is in force, and of the new one
    monkeypatch.setattr(
        "kehui.matching.adapter.training.engine.known_item", lambda *_, **__: next(worth)
    )

    result = train_encoder(install=True, at=AT)

    assert (result.before, result.after, result.is_installed) == (0.9, 0.8, False)
    assert adapter.built_in_name() == SHIPPED
    assert not changes()


@pytest.mark.usefixtures("published")
def test_one_can_go_back_model_by_model_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kehui.matching.adapter.training.engine.known_item", lambda *_, **__: 0.5)
    first = train_encoder(install=True, at=AT).encoder
    offer_of(
        "bridge", title="另一座桥梁的监测", description="另一座桥的监测方案，主梁应变连续测量。" * 8
    )
    second = train_encoder(install=True, at=AT).encoder
    assert second != first
    assert roll_back_encoder(at=AT).encoder == first
    assert adapter.built_in_name() == first

    change = roll_back_encoder(at=AT)

    assert (change.encoder, change.before, change.after_ppm) == (SHIPPED, first, None)
    assert adapter.built_in_name() == SHIPPED
    with pytest.raises(NoModelInForce):
        roll_back_encoder(at=AT)


@pytest.mark.usefixtures("published")
def test_a_damaged_model_is_as_if_there_were_none(settings: object, tmp_path: Path) -> None:
    train_encoder(install=True, at=AT)
    trained.blended.cache_clear()
    (table,) = (tmp_path / "models").glob("static-*/table.npy")
    table.write_bytes(b"half")

    assert adapter.built_in_name() == SHIPPED


@pytest.mark.usefixtures("published")
def test_the_same_model_again_stays_one_and_older_ones_go(tmp_path: Path) -> None:
    once = train_encoder(install=True, at=AT)
    again = train_encoder(install=True, at=AT)

    assert once.encoder == again.encoder
    assert len(list((tmp_path / "models").glob("static-*"))) == 1
    (tmp_path / "models" / "static-forgotten").mkdir()
    train_encoder(install=True, at=AT)
    assert len(list((tmp_path / "models").glob("static-*"))) == 1


def test_too_little_to_learn_from_is_said() -> None:
    need_of("salt")

    with pytest.raises(TooFewTexts, match="1 条"):
        train_encoder(install=True, at=AT)


def test_texts_that_share_nothing_are_too_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_models, "LEAST", 0)

    with pytest.raises(TooFewTexts):
        train_encoder(install=True, at=AT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("published")
def test_of_two_changes_at_once_the_second_waits() -> None:
    train_encoder(install=True, at=AT)

    with ExitStack() as stack:
        with transaction.atomic():
            roll_back_encoder(at=AT)
            other = stack.enter_context(meanwhile(lambda: roll_back_encoder(at=AT)))
            with pytest.raises(TimeoutError):
                other.result(timeout=0.3)
        with pytest.raises(NoModelInForce):
            other.result(timeout=20)


@pytest.mark.usefixtures("published")
def test_the_command_says_what_it_measured(capsys: Capture) -> None:
    call_command("train_matching", "--dry-run")
    assert "可以启用，这次没有换。" in capsys.readouterr().out

    call_command("train_matching")
    said = capsys.readouterr()
    assert "学了 27 条标题和正文，留出 3 条衡量。" in said.out
    assert "已启用 use-multilingual-v3+static" in said.out
    assert "已学 4/4 遍" in said.err

    call_command("train_matching", "--rollback", "--json")
    assert f'"encoder": "{SHIPPED}"' in capsys.readouterr().out


@pytest.mark.usefixtures("published")
def test_the_command_says_why_nothing_was_installed(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    worth = iter((0.9, 0.8))
    monkeypatch.setattr(
        "kehui.matching.adapter.training.engine.known_item", lambda *_, **__: next(worth)
    )

    call_command("train_matching")

    assert f"没有启用：比现在的差。仍用 {SHIPPED}。[NOT_BETTER]" in capsys.readouterr().out
