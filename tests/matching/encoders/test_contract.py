"""What every provider promises, each tried for real."""

import numpy as np
import pytest
from tests.matching.encoders.conftest import Rig

from kehui.matching.adapter.encoders.failures import AnswerRefused, ProviderDown
from kehui.matching.adapter.encoders.provider import Provider
from kehui.matching.adapter.encoders.roles import Asking, Telling
from kehui.matching.adapter.encoders.source import Role

TEXTS = ["盐废水回收", "高温涂层", "桥梁监测", "科技", "盐", "水", "高温桥梁"]


def encode(provider: Provider, texts: list[str], role: Role = "query") -> np.ndarray:
    return provider.encode(texts, role=role, dimension=None, patient=True)


def test_every_text_gets_a_unit_vector_in_its_place(rig: Rig) -> None:
    provider = rig.provider()

    together = encode(provider, TEXTS)

    assert together.shape == (len(TEXTS), rig.dimension)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.concatenate([encode(provider, [text]) for text in TEXTS])
    assert np.allclose(together, alone, atol=1e-5)


def test_batches_do_not_show(rig: Rig) -> None:
    whole = encode(rig.provider(), TEXTS)

    rig.settings.ENCODER_AT_ONCE = "3"

    assert np.allclose(encode(rig.provider(), TEXTS), whole, atol=1e-5)


def test_no_texts_give_no_vectors(rig: Rig) -> None:
    assert encode(rig.provider(), []).shape == (0, 0)
    assert rig.provider().probe() == rig.dimension


def test_questions_and_passages_are_told_apart(rig: Rig) -> None:
    provider = rig.provider()

    assert not np.allclose(encode(provider, TEXTS), encode(provider, TEXTS, "passage"), atol=1e-3)


def test_near_texts_have_near_vectors(rig: Rig) -> None:
    asked, near, far = encode(rig.provider(), ["盐废水回收", "盐废水", "桥梁监测"])

    assert float(asked @ near) > float(asked @ far)


def test_the_name_stays_and_an_edition_changes_it(rig: Rig) -> None:
    before = rig.provider().name
    assert rig.anew().name == before
    assert len(before) <= 80

    rig.settings.ENCODER_EDITION = "2026 冬"

    assert rig.provider().name != before


def test_another_prefix_is_another_encoder(rig: Rig) -> None:
    before = rig.provider().name

    rig.settings.ENCODER_PASSAGE_PREFIX = "文："

    changed = rig.provider().name != before
    assert changed == (rig.kind != "e5")  # it has prefixes of its own


def test_a_dimension_that_is_not_the_stored_one_is_refused(rig: Rig) -> None:
    with pytest.raises(AnswerRefused) as refused:
        rig.provider().encode(TEXTS, role="query", dimension=rig.dimension + 1, patient=True)

    assert refused.value.code == "DIMENSION"


def test_what_is_broken_is_down_and_works_when_it_is_mended(rig: Rig) -> None:
    rig.break_()
    provider = rig.anew()

    for _ in range(2):
        with pytest.raises(ProviderDown):
            encode(provider, TEXTS)

    rig.mend()
    assert encode(provider, TEXTS).shape == (len(TEXTS), rig.dimension)


def test_who_asks_in_passing_gets_zeros_from_what_is_broken_and_is_not_kept_waiting(
    rig: Rig,
) -> None:
    rig.break_()
    provider = rig.anew()
    asking = Asking(provider, rig.dimension)
    with pytest.raises(ProviderDown):
        provider.encode(TEXTS, role="query", dimension=None, patient=False)

    rig.mend()

    with pytest.raises(ProviderDown) as down:  # it is left alone for half a minute
        provider.encode(TEXTS, role="query", dimension=None, patient=False)
    assert down.value.code == "RESTING"
    assert not asking.encode(TEXTS).any()
    assert asking.encode(TEXTS).shape == (len(TEXTS), rig.dimension)
    assert encode(provider, TEXTS).any()  # who is patient asks all the same, and ends the rest
    assert np.allclose(asking.encode(TEXTS), encode(provider, TEXTS), atol=1e-6)


def test_it_is_an_encoder_as_the_engine_knows_them(rig: Rig) -> None:
    provider = rig.provider()
    telling = Telling(provider, "passage", rig.dimension, patient=True)
    asking = Asking(provider, rig.dimension)

    assert {(each.id, each.version) for each in (telling, asking)} == {
        (provider.id, provider.version)
    }
    assert np.allclose(telling.encode(TEXTS), encode(provider, TEXTS, "passage"), atol=1e-6)
    assert np.allclose(asking.encode(TEXTS), encode(provider, TEXTS), atol=1e-6)
    assert np.allclose(asking.encode(TEXTS[::-1]), encode(provider, TEXTS[::-1]), atol=1e-6)
    assert asking.encode([]).shape == (0, rig.dimension)
