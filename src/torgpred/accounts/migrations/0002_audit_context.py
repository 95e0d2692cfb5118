from django.db import migrations

# Who acted is personal data. The rows of history are under their own tables' policies, but the
# context that they name has no tenant: the operator reads it, and a transaction its own one, which
# is what writing history needs.
OWN = (
    "(SELECT current_setting('torgpred.operator', true) = 'on')"
    " OR id::text = current_setting('pghistory.context_id', true)"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [
        migrations.RunSQL(
            [
                "ALTER TABLE pghistory_context ENABLE ROW LEVEL SECURITY",
                f"CREATE POLICY scope_read ON pghistory_context FOR SELECT USING ({OWN})",
                f"CREATE POLICY scope_insert ON pghistory_context FOR INSERT WITH CHECK ({OWN})",
                # Without a check of its own an UPDATE's new row is held to USING.
                f"CREATE POLICY scope_update ON pghistory_context FOR UPDATE USING ({OWN})",
                f"CREATE POLICY scope_delete ON pghistory_context FOR DELETE USING ({OWN})",
            ],
            [
                "DROP POLICY scope_read ON pghistory_context",
                "DROP POLICY scope_insert ON pghistory_context",
                "DROP POLICY scope_update ON pghistory_context",
                "DROP POLICY scope_delete ON pghistory_context",
                "ALTER TABLE pghistory_context DISABLE ROW LEVEL SECURITY",
            ],
        )
    ]
