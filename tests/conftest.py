"""What every test may rely on."""

from pathlib import Path

import hypothesis
import pytest
from django.core.cache import caches
from django.utils import translation
from pytest_django import Settings

from kehui.core import operator

pytest_plugins = ["tests.embedded"]

# A busy machine, or a loop that is compiled first, is no failure.
hypothesis.settings.register_profile(
    "kehui", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("kehui")


@pytest.fixture(autouse=True)
def own_index_folder(settings: Settings, tmp_path: Path) -> Path:
    """Give every test an index folder of its own: what one builds, another must not find."""
    settings.INDEX_DIR = tmp_path / "index"
    settings.MODELS_DIR = tmp_path / "models"
    settings.AUDIT_DIR = tmp_path / "audit"
    return tmp_path / "index"


@pytest.fixture(autouse=True)
def own_keys(settings: Settings, tmp_path: Path) -> Path:
    """Give every test keys of its own, made when they are needed."""
    settings.KEYS_DIR = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings) -> None:
    """Name static files plainly: nothing is collected and nothing is hashed."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def one_factor(settings: Settings) -> None:
    """Let staff in with one factor; tests/web/test_factors.py asks for both."""
    settings.STAFF_FACTORS = "optional"


@pytest.fixture(autouse=True)
def no_device(settings: Settings) -> None:
    """Let sessions without a key act; tests/web/test_devices.py asks for it."""
    settings.DEVICE_KEYS = "optional"


@pytest.fixture(autouse=True)
def own_language() -> None:
    """Start in the platform's language: a request of another test may have left its own."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def own_words() -> None:
    """Let the operator say what the settings say, without a question to the database."""
    caches["process"].set(operator.REMEMBERED_AS, {}, None)
