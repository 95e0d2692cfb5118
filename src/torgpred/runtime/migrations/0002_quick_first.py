import datetime as dt

from django.db import migrations, models

# As in 0001, and: who waits for stock or orders says so in the row, and bulk leaves the next slot
# to him. Bulk that had nothing for a second goes first once, so that neither waits for ever.
TAKE_SLOT = """
CREATE OR REPLACE FUNCTION runtime_take_slot(
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


class Migration(migrations.Migration):
    dependencies = [("runtime", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="slot",
            name="quick_until",
            field=models.DateTimeField(db_default=dt.datetime(1970, 1, 1, tzinfo=dt.UTC)),
        ),
        migrations.RunSQL(TAKE_SLOT, migrations.RunSQL.noop),
    ]
