"""Persons searched by name, place and discipline among three million, and found twice.

    python benchmarks/people.py [--persons 3000000] [--organizations 175000] [--asked 200]

Starts an embedded PostgreSQL of its own in a folder that is deleted in the end, fills it by COPY
with composed persons (common family names as common as they are; places and disciplines drawn from
the lists of the platform) and organizations, and asks, in this process, through the selectors that
the pages use: searches of six kinds, duplicates of twenty persons, seats of a person, agents
of an organization. Every answer is checked against its question; questions are counted.

Bar: p95 of the searches at most 100 ms. Seconds by the clock of a shared machine are told with the
processor time of this process; the database has its own.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)
ROOM = 12 * 2**30  # bytes on the disk, for three million
FAMILY = (
    ("王李张刘陈", 60), ("杨赵黄周吴徐孙胡朱高林何郭马罗", 22),
    ("梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜", 18),
)  # fmt: skip
NAMES = 200_000  # different or not: persons share them
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文志海波宁波晓东梅琳鑫鹏飞宇浩然子涵"
    "梓轩欣怡佳雨辰俊熙思远家豪嘉美慧雪峰林立新春生德福荣贵清龙凤云山川江河天地人和𠮷"
)


def names(count: int, dice: random.Random) -> list[str]:
    """Compose names, the common ones often; one in ten thousand has a dot."""
    families = [sign for signs, _ in FAMILY for sign in signs]
    weights = [weight / len(signs) for signs, weight in FAMILY for _ in signs]
    composed = []
    for number, family in enumerate(dice.choices(families, weights, k=count)):
        given = "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))
        composed.append(f"阿依{given}·买买提" if number % 10_000 == 0 else family + given)
    return composed


def fill(persons: int, organizations: int, dice: random.Random) -> dict[str, float]:
    from django.db import connection

    from kehui.core import disciplines, regions
    from kehui.core.lookalikes import organization_skeleton, skeleton

    places = sorted(
        code for code in regions.within("510000") if code[4:] != "00" and code[0] != "P"
    )
    fields = [row.code for row in disciplines.tree() if len(row.code) == 7 and not row.see]
    pool = [(name, skeleton(name)) for name in names(NAMES, dice)]
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # rows are right as composed
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'people_person'"
            " AND indexdef NOT LIKE 'CREATE UNIQUE%'"
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        with cursor.copy(
            "COPY people_organization (name, look, kind, region_id, industry, size, level,"
            " joined_at) FROM STDIN"
        ) as copy:
            for number in range(organizations):
                name = f"{dice.choice(GIVEN)}{dice.choice(GIVEN)}{number}机械有限公司"
                look, place = organization_skeleton(name), dice.choice(places)
                copy.write_row((name, look, "enterprise", place, "", "", 2, AT))
        with cursor.copy(
            "COPY people_person (name, look, title, region_id, disciplines, level,"
            " is_sci_tech_worker, joined_at, employer_id) FROM STDIN"
        ) as copy:
            for number in range(persons):
                name, look = dice.choice(pool)
                place, code = dice.choice(places), "{" + dice.choice(fields) + "}"
                joined, firm = AT + timedelta(seconds=number), 1 + number % organizations
                copy.write_row((name, look, "", place, code, 2, number % 3 == 0, joined, firm))
        cursor.execute(
            "INSERT INTO people_seat (person_id, organization_id, role, region_id, valid_from)"
            " SELECT id, employer_id, 'agent', region_id, '2026-01-05' FROM people_person"
            " WHERE id <= %s",
            [2 * organizations],
        )
        loaded = time.perf_counter() - began
        began = time.perf_counter()
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute("ANALYZE people_person")
        cursor.execute("ANALYZE people_organization")
        cursor.execute("ANALYZE people_seat")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("SELECT pg_relation_size('persons_by_what_is_searched')")
        size = cursor.fetchone()[0]
    return {
        "load_s": round(loaded, 1),
        "index_s": round(time.perf_counter() - began, 1),
        "index_mb": round(size / 2**20),
    }


def asked(work: list[Callable[[], object]]) -> dict[str, float]:
    """Ask each once after a first round that nobody counts; return milliseconds and questions."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for each in work[: len(work) // 10 + 1]:
        each()
    with CaptureQueriesContext(connection) as most:
        work[0]()
    took, processor = [], time.process_time()
    for each in work:
        began = time.perf_counter()
        each()
        took.append((time.perf_counter() - began) * 1e3)
    cuts = statistics.quantiles(took, n=20)
    return {
        "asked": len(work),
        "p50_ms": round(statistics.median(took), 1),
        "p95_ms": round(cuts[18], 1),
        "max_ms": round(max(took), 1),
        "cpu_ms_each": round((time.process_time() - processor) * 1e3 / len(work), 2),
        "queries": len(most.captured_queries),
    }


def measure(rounds: int, dice: random.Random) -> dict[str, Any]:
    from kehui.people import selectors
    from kehui.people.models import Organization, Person
    from kehui.people.selectors.duplicates import persons_like
    from kehui.people.selectors.search import find_persons

    last = Person.objects.latest("pk").pk
    some = list(
        Person.objects.filter(pk__in=[dice.randint(1, last) for _ in range(rounds)]).order_by("pk")
    )

    def search(**wanted: Any) -> Callable[[], object]:
        def ask() -> None:
            found = find_persons(limit=20, **wanted)
            assert found, wanted
            assert all(wanted["name"] in each.name for each in found), wanted

        return ask

    def alike(rows: list[Person]) -> Callable[[], object]:
        return lambda: persons_like(rows)

    def seats(person: Person) -> Callable[[], object]:
        return lambda: list(selectors.seats_of(person, today=TODAY))

    def agents(number: int) -> Callable[[], object]:
        firm = Organization.objects.get(pk=number)
        return lambda: list(selectors.agents_of(firm, today=TODAY))

    kinds = {
        "whole_name": [search(name=each.name) for each in some],
        "family_name": [search(name=each.name[0]) for each in some],
        "contained": [search(name=each.name[-2:]) for each in some],
        "one_sign_and_city": [
            search(name=each.name[-1], region=each.region_id[:4] + "00") for each in some
        ],
        "family_name_county_discipline": [
            search(name=each.name[0], region=each.region_id, discipline=each.disciplines[0][:3])
            for each in some
        ],
        "family_name_province_discipline": [
            search(name=each.name[0], region="510000", discipline=each.disciplines[0][:5])
            for each in some
        ],
    }
    found: dict[str, Any] = {name: asked(work) for name, work in kinds.items()}
    groups = [dice.sample(some, 20) for _ in range(max(20, rounds // 10))]
    found["duplicates_of_20"] = asked([alike(each) for each in groups])
    found["seats_of_a_person"] = asked([seats(each) for each in some])
    firms = Organization.objects.count()
    found["agents_of_an_organization"] = asked(
        [agents(dice.randint(1, firms)) for _ in range(rounds)]
    )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--persons", type=int, default=3_000_000)
    parser.add_argument("--organizations", type=int, default=175_000)
    parser.add_argument("--asked", type=int, default=200)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    if shutil.disk_usage(tempfile.gettempdir()).free < ROOM * chosen.persons / 3_000_000:
        parser.error("not enough room on the disk")
    with tempfile.TemporaryDirectory(prefix="kehui-bench-") as root:
        os.environ |= {"KEHUI_DATA_DIR": root, "DJANGO_SETTINGS_MODULE": "kehui.site.settings"}
        from kehui.server import embedded
        from kehui.server.paths import Folder

        with embedded.database(Folder(Path(root)), what="bench"):
            import django

            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            dice = random.Random(20260302)
            filled = fill(chosen.persons, chosen.organizations, dice)
            found = measure(chosen.asked, dice)
    told = {"persons": chosen.persons, "organizations": chosen.organizations, **filled, **found}
    text = json.dumps(told, indent=1, ensure_ascii=False)
    sys.stdout.write(f"{text}\n")
    if chosen.json:
        chosen.json.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
