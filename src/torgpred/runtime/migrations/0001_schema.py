import datetime as dt

from django.db import migrations, models

from torgpred.runtime.database.together import Together
from torgpred.runtime.scope import EnableScope

# Locks the rows in key order, looks at the clock only when it holds them all, and then either
# pushes every row or none. One statement for the caller, so a slot costs one round trip. Who waits
# for stock or orders says so in the row, and bulk leaves the next slot to him. Bulk that had nothing
# for a second goes first once, so that neither waits for ever.
TAKE_SLOT = """
CREATE FUNCTION runtime_take_slot(
    keys text[], tolerances float8[], costs float8[],
    bulk_tolerances float8[], bulk_costs float8[], bulk boolean
) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    grace CONSTANT interval := '50 milliseconds';
    patience CONSTANT interval := '1 second';
    wanted text;
    moment timestamptz;
    wait float8;
BEGIN
    FOREACH wanted IN ARRAY keys LOOP
        PERFORM 1 FROM runtime_slot WHERE key = wanted FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            INSERT INTO runtime_slot (key, due_at, bulk_due_at, held_until)
            VALUES (wanted, 'epoch', 'epoch', 'epoch') ON CONFLICT (key) DO NOTHING;
            PERFORM 1 FROM runtime_slot WHERE key = wanted FOR NO KEY UPDATE;
        END IF;
    END LOOP;
    moment := clock_timestamp();
    SELECT max(greatest(
        extract(epoch FROM slot.held_until - moment),
        extract(epoch FROM slot.due_at - moment) - asked.tolerance,
        CASE WHEN bulk
            THEN extract(epoch FROM slot.bulk_due_at - moment) - asked.bulk_tolerance END,
        CASE WHEN bulk AND slot.bulk_due_at > moment - patience
            THEN extract(epoch FROM slot.quick_until - moment) END
    )) INTO wait
    FROM unnest(keys, tolerances, bulk_tolerances) AS asked (key, tolerance, bulk_tolerance)
    JOIN runtime_slot AS slot ON slot.key = asked.key;
    IF wait > 0 THEN
        IF NOT bulk AND wait <= 1 THEN
            UPDATE runtime_slot
            SET quick_until = moment + make_interval(secs => wait) + grace
            WHERE key = ANY(keys);
        END IF;
        RETURN wait;
    END IF;
    UPDATE runtime_slot AS slot SET
        due_at = greatest(slot.due_at, moment) + make_interval(secs => asked.cost),
        bulk_due_at = CASE WHEN bulk
            THEN greatest(slot.bulk_due_at, moment) + make_interval(secs => asked.bulk_cost)
            ELSE slot.bulk_due_at END
    FROM unnest(keys, costs, bulk_costs) AS asked (key, cost, bulk_cost)
    WHERE slot.key = asked.key AND asked.cost > 0;
    RETURN 0;
END $$
"""

# Django's own command makes this table outside of migrations; here it is one like all others.
TABLE = """
CREATE TABLE runtime_cache (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX runtime_cache_expires ON runtime_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("runtime", "0001_initial"),
        ("runtime", "0002_quick_first"),
        ("runtime", "0003_cache"),
    ]
    dependencies = []
    operations = [
        Together(
            migrations.CreateModel(
                name="Slot",
                fields=[
                    ("key", models.TextField(primary_key=True, serialize=False)),
                    ("due_at", models.DateTimeField()),
                    ("bulk_due_at", models.DateTimeField()),
                    ("held_until", models.DateTimeField()),
                    (
                        "quick_until",
                        models.DateTimeField(
                            db_default=dt.datetime(1970, 1, 1, 0, 0, tzinfo=dt.UTC)
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="Turn",
                fields=[
                    ("key", models.TextField(primary_key=True, serialize=False)),
                    ("due_at", models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name="Call",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("at", models.DateTimeField(auto_now_add=True)),
                    ("tenant_id", models.BigIntegerField()),
                    ("shop_id", models.BigIntegerField(null=True)),
                    ("operation", models.CharField(max_length=80)),
                    ("method", models.CharField(max_length=8)),
                    ("host", models.CharField(max_length=255)),
                    ("attempt", models.PositiveSmallIntegerField()),
                    ("status", models.PositiveSmallIntegerField(null=True)),
                    ("milliseconds", models.PositiveIntegerField()),
                    ("bytes_out", models.PositiveIntegerField()),
                    ("bytes_in", models.PositiveIntegerField()),
                    ("error", models.CharField(blank=True, max_length=80)),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["tenant_id", "shop_id", "-at"], name="call_of_shop"),
                        models.Index(fields=["at"], name="call_at"),
                    ],
                },
            ),
        ),
        migrations.RunSQL(
            TAKE_SLOT,
            "DROP FUNCTION runtime_take_slot(text[], float8[], float8[], float8[], float8[], boolean)",
        ),
        migrations.RunSQL(TABLE, "DROP TABLE runtime_cache"),
        EnableScope("runtime_call", "tenant_id"),
    ]
