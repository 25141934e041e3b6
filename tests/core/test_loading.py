"""When the national list is written to rows."""

import pytest
from django.core.management import call_command
from django.db.migrations.state import ProjectState

from kehui.core.apps import _load_regions
from kehui.core.models import Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def wrong_row() -> Region:
    Region.objects.filter(pk="510107").update(name="错")
    return Region.objects.get(pk="510107")


def test_every_migration_holds_the_rows_to_the_list(wrong_row: Region) -> None:
    call_command("migrate", "core", verbosity=0, interactive=False)
    wrong_row.refresh_from_db()
    assert wrong_row.name == "武侯区"


def test_nothing_is_loaded_where_the_table_has_just_gone(wrong_row: Region) -> None:
    _load_regions(apps=ProjectState().apps)
    wrong_row.refresh_from_db()
    assert wrong_row.name == "错"
