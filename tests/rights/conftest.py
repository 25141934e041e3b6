"""One world for a module: what a request changes is rolled back at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings
from tests.rights.actors import Actors, gather
from tests.rights.world import build

from kehui.web import errors

FOLDERS = ("INDEX_DIR", "MODELS_DIR", "AUDIT_DIR", "KEYS_DIR", "MEDIA_ROOT")


def _folders(root: Path) -> dict[str, str | Path]:
    return {name: root / name.lower() for name in FOLDERS}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rights")


@pytest.fixture(scope="module")
def actors(
    root: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Actors]:
    with (
        django_db_blocker.unblock(),
        override_settings(**_folders(root)),
        transaction.atomic(),
    ):
        yield gather(build())
        transaction.set_rollback(True)


@pytest.fixture
def folders(
    actors: Actors, root: Path, own_index_folder: Path, own_keys: Path, settings: Settings
) -> None:
    """Point to the folders of the module again: every test is given its own."""
    for name, path in _folders(root).items():
        setattr(settings, name, path)


@pytest.fixture
def bare_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer what went wrong without its page, which is the same for everything and has no thing.

    Three of four requests end there: drawing that page would take most of the time.
    """

    def bare(_request: object, _page: str, _context: object = None, *, status: int) -> HttpResponse:
        return HttpResponse(status=status)

    monkeypatch.setattr(errors, "render", bare)
