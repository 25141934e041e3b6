"""The table of django.core.cache.backends.db, as `createcachetable` makes it."""

from django.db import migrations

MAKE = """
CREATE TABLE core_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX core_cache_expires ON core_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, "DROP TABLE core_cache")]
