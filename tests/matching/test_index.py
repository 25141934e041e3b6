"""The index is derived: built when it is missing, old, damaged, of another encoder, or behind."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings
from tests.makers import CHENGDU, YIBIN
from tests.matching.pairs import AT, need_of, offer_of

from kehui.matching import adapter
from kehui.matching.models import Embedding, Suggestion
from kehui.matching.services import (
    build_index,
    embed_items,
    index,
    keep_promises,
    match_item,
    refresh_index,
    request_match,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def folders(root: Path) -> list[str]:
    return sorted(each.name for each in root.iterdir() if each.is_dir())


def found_for_need() -> list[int]:
    need = need_of("salt")
    return [each.offer_id for each in match_item(item=need, at=AT)]


def test_an_index_is_built_when_there_is_none_and_when_it_is_a_day_old() -> None:
    offer_of("salt")

    asked = [AT, AT + HOUR, AT + timedelta(days=1, seconds=-1), AT + timedelta(days=1)]

    assert [refresh_index(at=at) for at in asked] == [True, False, False, True]
    assert adapter.standing().built_at == AT + timedelta(days=1)


def test_an_index_is_built_when_much_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "MOST_CHANGES", 2)
    build_index(at=AT)

    offer_of("salt", published_at=AT + HOUR)
    assert (refresh_index(at=AT + HOUR), adapter.standing().changed_since) == (False, 1)

    offer_of("bridge", published_at=AT + HOUR)
    assert refresh_index(at=AT + 2 * HOUR) is True
    assert (adapter.standing().offers, adapter.standing().changed_since) == (2, 0)


def test_an_index_is_built_when_the_encoder_is_another_one(settings: Settings) -> None:
    build_index(at=AT)
    assert refresh_index(at=AT + HOUR) is False

    settings.ENCODER = "none"

    assert refresh_index(at=AT + 2 * HOUR) is True
    assert adapter.standing().encoder == "none 1"


@pytest.mark.parametrize("name", ["manifest.json", "need.words.json", "offer.keys.npy"])
def test_a_damaged_index_is_built_anew_and_nobody_notices(
    own_index_folder: Path, name: str
) -> None:
    offer = offer_of("salt")
    need = need_of("salt")
    build_index(at=AT)
    (folder,) = folders(own_index_folder)
    (own_index_folder / folder / name).unlink()

    with pytest.raises(adapter.IndexMissing):
        adapter.index()
    request_match(item=need.pk, revision=1, trigger="published", at=AT)
    keep_promises(at=AT + HOUR)

    assert Suggestion.objects.get().offer_id == offer.pk
    assert adapter.standing().built_at == AT + HOUR


def test_a_pointer_that_points_nowhere_is_no_index(own_index_folder: Path) -> None:
    build_index(at=AT)
    (own_index_folder / "current").write_bytes("目录".encode())

    assert refresh_index(at=AT + HOUR) is True
    (own_index_folder / "current").write_text("20000101T000000000000")
    assert refresh_index(at=AT + 2 * HOUR) is True


def test_the_two_last_snapshots_stay(own_index_folder: Path) -> None:
    offer_of("salt")
    for hours in range(4):
        build_index(at=AT + hours * HOUR)

    kept = folders(own_index_folder)

    assert len(kept) == 2
    assert kept[-1] == (own_index_folder / "current").read_text() == adapter.standing().folder


def test_vectors_are_made_first_and_progress_is_told() -> None:
    offer_of("salt")
    need_of("salt")
    told: list[int] = []

    built = build_index(at=AT, progress=told.append)

    assert (built.offers, built.needs, built.encoder) == (1, 1, adapter.built_in_name())
    assert told == [2, 2]  # embedded, then counted
    assert Embedding.objects.count() == 2


def test_what_has_no_vector_yet_ranks_by_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "EMBEDDED_FIRST", 0)
    salt, bridge = offer_of("salt"), offer_of("bridge")
    build_index(at=AT)
    assert Embedding.objects.count() == 0

    assert found_for_need() == [salt.pk, bridge.pk]

    assert embed_items() == 2  # the need got its own when it asked
    assert embed_items() == 0


def test_what_was_there_at_the_build_is_not_taken_for_new(own_index_folder: Path) -> None:
    salt = offer_of("salt", published_at=AT - timedelta(minutes=1))
    offer_of("bridge", published_at=AT - timedelta(days=3))

    build_index(at=AT)

    noted = json.loads((own_index_folder / adapter.standing().folder / "recent.json").read_text())
    assert list(noted) == [str(salt.pk)]
    assert adapter.standing().changed_since == 0


def test_without_the_note_of_recent_items_they_are_read_twice_and_found_once(
    own_index_folder: Path,
) -> None:
    salt = offer_of("salt", published_at=AT - timedelta(minutes=1))
    build_index(at=AT)
    (folder,) = folders(own_index_folder)
    (own_index_folder / folder / "recent.json").write_text("{")

    assert adapter.standing().changed_since == 1
    assert found_for_need() == [salt.pk]


def test_a_region_that_is_required_covers_what_lies_in_it() -> None:
    wished = {
        "510000": {"salt": "met", "bridge": "met", "coating": "broken"},
        YIBIN: {"salt": "broken", "bridge": "met", "coating": "broken"},
        "511502": {"salt": "broken", "bridge": "met", "coating": "broken"},
    }
    regions = {"salt": CHENGDU, "bridge": "511502", "coating": "500101"}
    numbers = {offer_of(each, region=code).pk: each for each, code in regions.items()}
    build_index(at=AT)

    for code, verdicts in wished.items():
        need = need_of("salt", region_requirement=[code])
        told = {
            numbers[each.offer_id]: condition["verdict"]
            for each in match_item(item=need, at=AT)
            for condition in each.explanation["constraints"]
            if condition["code"] == "REGION"
        }
        assert told == verdicts
