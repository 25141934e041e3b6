"""A night that is killed in the middle, and the next one that takes it up."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as in_force
from django.db import connection
from pytest_django import Settings
from tests.matching.crowds import listed, matched_anew, one_by_one, shorten, some
from tests.matching.pairs import AT

from kehui.market.models import Item
from kehui.matching.models import Suggestion
from kehui.matching.services import build_index, match_together

NIGHT = AT + timedelta(hours=5)
ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import sys
from datetime import datetime
from pathlib import Path
import django, pytest
django.setup()
from django.conf import settings
database = settings.DATABASES["default"]
database["NAME"], database["HOST"], database["PORT"] = sys.argv[1:4]
settings.INDEX_DIR, settings.ENCODER = Path(sys.argv[4]), "none"
from kehui.matching.services import match_together
from tests.matching.crowds import shorten

def tell(*told):
    print(*told, flush=True)
    sys.stdin.readline()  # until somebody says to go on

with pytest.MonkeyPatch.context() as patch:
    shorten(patch)
    match_together(at=datetime.fromisoformat(sys.argv[5]), progress=tell, at_a_time=5)
"""


def killed_at(stage: str, done: int) -> None:
    """Run a night in a process of its own, and kill it right after it has said so much."""
    told = connection.settings_dict
    words = [told["NAME"], told["HOST"], told["PORT"], in_force.INDEX_DIR, NIGHT.isoformat()]
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout
        assert process.stdin
        for line in process.stdout:
            if line.split()[:2] == [stage, str(done)]:
                process.kill()
                break
            process.stdin.write("\n")
            process.stdin.flush()
        assert process.wait(timeout=60) == -9
    with connection.cursor() as cursor:  # until the server has seen that it is gone
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('match together', 0))")
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended('match together', 0))")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("stage", "done", "asked"), [("asked", 4, 3), ("brought", 10, 0)])
def test_a_killed_night_is_taken_up_and_nothing_is_done_twice(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, stage: str, done: int, asked: int
) -> None:
    shorten(monkeypatch)
    settings.ENCODER = "none"
    some(1, needs=7, offers=12)
    build_index(at=AT)
    killed_at(stage, done)
    before = len(matched_anew())

    tally = match_together(at=NIGHT)

    everybody = list(Item.objects.order_by("pk").values_list("pk", flat=True))
    assert before == (0 if stage == "asked" else done)
    assert (tally.asked, tally.is_done) == (asked, True)
    assert sorted(matched_anew()) == everybody
    found = listed()
    Suggestion.objects.all().delete()
    match_together(at=NIGHT)
    assert listed() == found == one_by_one(NIGHT)
