"""Keep what the name of each organization looks like, and fill it in for those that are here."""

from django.db import migrations

import kehui.core.fields
from kehui.core.lookalikes import organization_skeleton

CHUNK = 2_000


def fill(apps, schema_editor):
    organizations = apps.get_model("people", "Organization").objects
    chunk = []
    for row in organizations.only("pk", "name").iterator(CHUNK):
        row.look = organization_skeleton(row.name)
        chunk.append(row)
        if len(chunk) == CHUNK:
            organizations.bulk_update(chunk, ["look"])
            chunk = []
    organizations.bulk_update(chunk, ["look"])


class Migration(migrations.Migration):
    dependencies = [("people", "0004_consents_and_leaving")]

    operations = [
        migrations.AddField(
            "organization", "look", kehui.core.fields.LookField(verbose_name="形近键")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
