"""A PostgreSQL for each process that runs tests, in a folder that vanishes with it.

A plugin of pytest (`pytest_plugins = ["tests.embedded"]` in tests/conftest.py). Workers of xdist
do not share a server: readers of the ledger wait for the oldest open transaction of the whole
server, and would wait for each other's tests. With KEHUI_DATABASE_URL set, that server is used
instead, and shared: then order tests want `-n 0`.
"""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings

from kehui.server import embedded
from kehui.server.output import Output
from kehui.server.paths import Folder, database_settings

FOLDERS = ("DATA_DIR", "STATIC_ROOT", "MEDIA_ROOT", "INDEX_DIR", "AUDIT_DIR", "KEYS_DIR")
# What is lost with the folder need not survive a crash
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

run = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    gives_out_only = config.getoption("dist", default="no") != "no"  # the workers run the tests
    if gives_out_only or config.getoption("collectonly", default=False):
        return
    folder = Path(run.enter_context(tempfile.TemporaryDirectory(prefix="kehui-test-")))
    if not os.environ.get("KEHUI_DATABASE_URL"):
        quiet = run.enter_context((folder / "log").open("w", encoding="utf-8"))
        database = embedded.database(
            Folder(folder), what="pytest", output=Output(quiet), settings=HASTY
        )
        run.enter_context(database)
        os.environ["KEHUI_DATABASE_URL"] = Folder(folder).database_url
    _use(folder)


def _use(folder: Path) -> None:
    """Point the settings, read before the server existed, to the folder and its server.

    In place: Django's connections already hold these dictionaries.
    """
    os.environ["KEHUI_DATA_DIR"] = str(folder)
    settings.DATABASES["default"].update(database_settings())
    before = settings.DATA_DIR
    for name in FOLDERS:
        if found := getattr(settings, name, None):
            setattr(settings, name, folder / Path(found).relative_to(before))
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)  # WhiteNoise warns of a folder that is missing


def pytest_unconfigure() -> None:
    run.close()
