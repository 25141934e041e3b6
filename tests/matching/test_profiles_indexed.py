"""Profiles in the index: what changed since the snapshot, and the vectors of their words."""

from datetime import timedelta

import pytest
from tests.matching.pairs import AT
from tests.matching.people import BRIDGE, SALT, gathered, known_for, shown

from kehui.market.services.studios import edit_studio
from kehui.matching import adapter
from kehui.matching.models import Profile
from kehui.matching.services import build_index, embed_items, refresh_index
from kehui.matching.services.profiles import embed_profiles

pytestmark = pytest.mark.django_db


def only() -> Profile:
    return Profile.objects.get()


def test_the_index_takes_in_what_changed_and_no_more_than_it_can_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known_for(SALT)
    gathered()
    built = build_index(at=AT)
    assert (built.offers, built.needs, built.persons) == (0, 0, 1)
    assert (adapter.standing().persons, adapter.standing().changed_since) == (1, 0)

    for _ in range(3):
        known_for(BRIDGE)
    gathered()
    assert len(shown()) == 4
    assert (adapter.standing().persons, adapter.standing().changed_since) == (1, 3)

    monkeypatch.setattr("kehui.matching.adapter.held.MOST_PROFILES", 2)
    known_for(BRIDGE)
    gathered()
    assert len(shown()) == 3  # the rest comes with the next snapshot, which is due sooner for it
    assert adapter.standing().changed_since == 4
    monkeypatch.setattr("kehui.matching.services.index.MOST_CHANGES", 4)
    assert refresh_index(at=AT + timedelta(hours=1)) is True
    assert len(shown()) == 5


def test_a_snapshot_from_before_there_were_persons_knows_none() -> None:
    known_for(SALT)
    gathered()
    build_index(at=AT)
    (adapter.index().snapshot.folder / "profiles.json").unlink()
    known_for(SALT)
    gathered()

    assert len(shown()) == 2
    assert adapter.standing().persons == 0


def test_vectors_of_profiles_are_made_once_and_go_with_their_words() -> None:
    studio = known_for(SALT)
    gathered()
    assert (embed_items(), embed_items()) == (1, 0)
    made = bytes(only().vector)
    build_index(at=AT)
    assert int((adapter.index().shards["offer"][0].table.scales > 0).sum()) == 1

    assert studio.person is not None
    edit_studio(studio=studio, person=studio.person, values=BRIDGE, at=AT)
    gathered()

    assert bytes(only().vector) == b""
    assert embed_items() == 1
    assert bytes(only().vector) != made


def test_a_vector_of_another_encoder_does_not_count() -> None:
    known_for(SALT)
    gathered()
    embed_items()
    Profile.objects.update(encoder="another 1")  # the numbers stay, and are as many

    adapter.build(adapter.built_in_name(), at=AT)

    assert [float(each) for each in adapter.index().shards["offer"][0].table.scales] == [0.0]
    assert embed_items() == 1
    assert only().encoder == adapter.built_in_name()


def test_what_changed_gets_its_vector_before_the_next_snapshot() -> None:
    build_index(at=AT)
    known_for(SALT)
    gathered()

    assert refresh_index(at=AT) is False

    assert len(bytes(only().vector)) == 4 * adapter.index().encoder.dimension


def test_words_rewritten_meanwhile_get_no_vector_of_the_old_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known_for(SALT)
    gathered()
    make = adapter.embed_profiles

    def rewrite_meanwhile(bare: list[Profile]) -> dict[int, bytes]:
        Profile.objects.update(title="新的说法", edition=99)
        return make(bare)

    monkeypatch.setattr(adapter, "embed_profiles", rewrite_meanwhile)
    assert embed_profiles(limit=10) == 1

    assert bytes(only().vector) == b""
