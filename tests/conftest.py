"""What every test may rely on."""

from pathlib import Path

import pytest
from pytest_django import Settings

pytest_plugins = ["tests.embedded"]


@pytest.fixture(autouse=True)
def own_index_folder(settings: Settings, tmp_path: Path) -> Path:
    """Give every test an index folder of its own: what one builds, another must not find."""
    settings.INDEX_DIR = tmp_path / "index"
    return tmp_path / "index"
