"""Names of objects come from the database, in order of time."""

import pytest
from django.db.models import NOT_PROVIDED

from kehui.core.fields import UUID7Field, UUIDv7
from kehui.core.models import Region


@pytest.mark.django_db
def test_the_database_makes_ordered_names() -> None:
    names = list(
        Region.objects.annotate(uid=UUIDv7()).order_by("uid").values_list("uid", flat=True)
    )
    assert {each.version for each in names} == {7}
    assert len(set(names)) == len(names)


def test_the_field_is_filled_by_the_database_and_by_nobody_else() -> None:
    field = UUID7Field()
    assert isinstance(field.db_default, UUIDv7)
    assert (field.unique, field.editable, field.default) == (True, False, NOT_PROVIDED)
