"""A browser for each file of tests, and the site."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from tests.browser import checks

expect.set_options(timeout=30_000)  # milliseconds, for a busy machine


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start a browser; let rows be made although Playwright keeps an event loop in this thread."""
    with pytest.MonkeyPatch.context() as patch, checks.chromium() as program:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield program


@pytest.fixture
def address(settings: Settings, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of the site."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return str(request.getfixturevalue("live_server").url)
