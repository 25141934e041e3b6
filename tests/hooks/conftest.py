import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def everywhere_is_allowed(settings: Settings) -> None:
    settings.OUTBOUND = "*"
