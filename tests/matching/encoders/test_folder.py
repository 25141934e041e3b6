"""A model in a folder: pooled as asked for, refused when we cannot feed or read it."""

import json
from pathlib import Path

import numpy as np
import pytest
from pytest_django import Settings
from tests.matching.encoders import tiny

from kehui.matching.adapter.encoders import provider
from kehui.matching.adapter.encoders.answers import Vectors
from kehui.matching.adapter.encoders.failures import AnswerRefused, ProviderDown

TEXTS = ["盐废水", "桥"]


def encoded(texts: list[str]) -> Vectors:
    found = provider.plugged()
    assert found is not None
    return found.encode(texts, role="query", dimension=None, patient=True)


def wanted(text: str, pooling: str) -> Vectors:
    """Return what the pooling says of the rows of the table, in plain words."""
    rows = tiny.table()[[tiny.LETTERS.index(each) for each in text]]
    pooled = {"cls": rows[0], "last": rows[-1], "mean": rows.mean(axis=0)}[pooling]
    return np.asarray(pooled / np.linalg.norm(pooled), np.float32)


@pytest.mark.parametrize("pooling", ["cls", "mean", "last"])
def test_tokens_are_pooled_as_asked_and_padding_does_not_count(
    folder: Path, settings: Settings, pooling: str
) -> None:
    settings.ENCODER_POOLING, settings.ENCODER_QUERY_PREFIX = pooling, ""

    vectors = encoded(TEXTS)

    assert np.allclose(vectors, [wanted(each, pooling) for each in TEXTS], atol=1e-5)


def test_every_input_a_model_of_this_kind_has_is_fed(folder: Path, settings: Settings) -> None:
    settings.ENCODER_QUERY_PREFIX = ""
    names = ("input_ids", "attention_mask", "token_type_ids", "position_ids")
    tiny.write_folder(folder, inputs=names)

    assert np.allclose(encoded(TEXTS), [wanted(each, "mean") for each in TEXTS], atol=1e-5)


def test_an_input_that_nobody_can_feed_is_named(folder: Path) -> None:
    tiny.write_folder(folder, inputs=("input_ids", "pixel_values"))

    with pytest.raises(ProviderDown, match="pixel_values") as down:
        encoded(TEXTS)

    assert down.value.code == "ONNX_INPUTS"


def test_an_output_without_tokens_is_refused(folder: Path) -> None:
    tiny.write_folder(folder, flat=True)

    with pytest.raises(ProviderDown) as down:
        encoded(TEXTS)

    assert down.value.code == "ONNX_OUTPUTS"


def test_another_model_another_pooling_another_tokenizer_is_another_encoder(
    folder: Path, settings: Settings
) -> None:
    def name() -> str:
        found = provider.plugged()
        assert found is not None
        return found.name

    names = [name()]
    settings.ENCODER_POOLING = "cls"
    names.append(name())
    provider.provider_of.cache_clear()
    (folder / "tokenizer.json").write_text(tiny.tokenizer() + " ", "utf-8")
    names.append(name())

    assert len(set(names)) == 3
    assert all(each.startswith("onnx:模型 一 ") for each in names)


def test_a_long_text_is_cut_and_not_refused(folder: Path) -> None:
    assert encoded(["盐" * 5000]).shape == (1, tiny.WIDTH)


def test_a_text_the_model_cannot_take_is_refused_and_others_are_not(folder: Path) -> None:
    told = json.loads(tiny.tokenizer())
    told["model"]["vocab"]["毒"] = 999  # beyond the table
    (folder / "tokenizer.json").write_text(json.dumps(told), "utf-8")

    with pytest.raises(AnswerRefused) as refused:
        encoded(["盐", "毒"])

    assert refused.value.code == "ONNX"
    assert encoded(["盐"]).shape == (1, tiny.WIDTH)
