import os

import pytest
from django.conf import settings
from django.db import connection


@pytest.mark.django_db
def test_tests_run_on_the_embedded_server_with_checksums() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('data_checksums'), current_setting('server_version_num')"
        )
        checksums, version = cursor.fetchone()

    assert (checksums, int(version) // 10_000) == ("on", 18)
    assert str(settings.DATABASES["default"]["HOST"]).startswith(os.environ["KEHUI_DATA_DIR"])
