from django.db import migrations

# Django's own command makes this table outside of migrations; here it is one like all others.
TABLE = """
CREATE TABLE runtime_cache (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX runtime_cache_expires ON runtime_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("runtime", "0002_quick_first")]

    operations = [migrations.RunSQL(TABLE, "DROP TABLE runtime_cache")]
