"""Hold the category rows to the list of the package."""

import csv
from importlib.resources import files

from django.db import transaction

from kehui.market.models import Category

_LISTED = ("parent_id", "name", "kinds", "labels")


@transaction.atomic
def load_categories() -> int:
    """Write the package's list to rows, and return how many are new or changed.

    Running it again changes nothing. A row that the list no longer names stays: items hang there.
    """
    with (files("kehui.market") / "data" / "categories.csv").open(encoding="utf-8") as stream:
        wanted = [
            Category(
                code=row["code"],
                parent_id=row["parent"] or None,
                name=row["name"],
                kinds=row["kinds"].split(),
                labels=row["labels"].split(),
            )
            for row in csv.DictReader(stream)
        ]
    held = {row["code"]: row for row in Category.objects.values("code", *_LISTED)}
    changed = [
        category
        for category in wanted
        if held.get(category.code) != {name: getattr(category, name) for name in ("code", *_LISTED)}
    ]
    Category.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["code"], update_fields=_LISTED
    )
    return len(changed)
