import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from torgpred.runtime.database.together import Together
from torgpred.runtime.scope import EnableScope

# Who acted is personal data. The rows of history are under their own tables' policies, but the
# context that they name has no tenant: the operator reads it, and a transaction its own one, which
# is what writing history needs.
OWN = (
    "(SELECT current_setting('torgpred.operator', true) = 'on')"
    " OR id::text = current_setting('pghistory.context_id', true)"
)


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_audit_context"),
        ("accounts", "0003_sign_in"),
        ("accounts", "0004_tokens"),
        ("accounts", "0005_contact"),
        ("accounts", "0006_saved_view"),
    ]
    # Others' migrations of the user come first: each of their steps would render all ours afresh.
    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]
    operations = [
        Together(
            migrations.CreateModel(
                name="Member",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("email", models.EmailField(max_length=254)),
                    ("name", models.CharField(max_length=200)),
                    (
                        "role",
                        models.CharField(
                            choices=[
                                ("manager", "Manager"),
                                ("staff", "Staff"),
                                ("reader", "Reader"),
                            ],
                            max_length=8,
                        ),
                    ),
                    ("language", models.CharField(default="ru", max_length=8)),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="members",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "user",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("tenant", "email"), name="one_membership"),
                        models.CheckConstraint(
                            condition=models.Q(("role__in", ["manager", "staff", "reader"])),
                            name="member_role",
                        ),
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "accounts_memberevent" ("created_at", "email", "ended_at", "id", "language", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "tenant_id", "user_id") VALUES (NEW."created_at", NEW."email", NEW."ended_at", NEW."id", NEW."language", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."tenant_id", NEW."user_id"); RETURN NULL;',
                                hash="4c4ad67b4e12799b31783267f7d8bb5187aa5cbc",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_210ee",
                                table="accounts_member",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "accounts_memberevent" ("created_at", "email", "ended_at", "id", "language", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "tenant_id", "user_id") VALUES (NEW."created_at", NEW."email", NEW."ended_at", NEW."id", NEW."language", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."tenant_id", NEW."user_id"); RETURN NULL;',
                                hash="76c145a5663731c0ab3689028cad1816560a5742",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_c4fcd",
                                table="accounts_member",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Tenant",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("code", models.CharField(max_length=16, unique=True)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("operator", "Operator"),
                                ("seller", "Seller"),
                                ("partner", "Partner"),
                            ],
                            max_length=8,
                        ),
                    ),
                    ("name", models.CharField(max_length=200)),
                    ("country", models.CharField(max_length=2)),
                    ("registration", models.CharField(blank=True, max_length=32)),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
                    ("closed_at", models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("kind", "operator")),
                            fields=("kind",),
                            name="one_operator",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["operator", "seller", "partner"])),
                            name="tenant_kind",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MemberEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("email", models.EmailField(max_length=254)),
                    ("name", models.CharField(max_length=200)),
                    (
                        "role",
                        models.CharField(
                            choices=[
                                ("manager", "Manager"),
                                ("staff", "Staff"),
                                ("reader", "Reader"),
                            ],
                            max_length=8,
                        ),
                    ),
                    ("language", models.CharField(default="ru", max_length=8)),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "pgh_context",
                        models.ForeignKey(
                            db_constraint=False,
                            null=True,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            to="pghistory.context",
                        ),
                    ),
                    (
                        "pgh_obj",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="events",
                            to="accounts.member",
                        ),
                    ),
                    (
                        "tenant",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            related_query_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "user",
                        models.ForeignKey(
                            db_constraint=False,
                            null=True,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            related_query_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="append_only",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                hash="cd63b8c4207d3ace79bdb2c44d30ac380f76dfd3",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_3bbc1",
                                table="accounts_memberevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Deed",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("at", models.DateTimeField()),
                    ("email", models.EmailField(max_length=254)),
                    ("on_behalf", models.BooleanField(default=False)),
                    ("what", models.CharField(max_length=80)),
                    ("about", models.CharField(blank=True, max_length=200)),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["tenant", "-id"], name="deeds_of_tenant")],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="append_only",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                hash="2dc9d5b16d3ac5f5767270c3f00fabccaed756f8",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_b9b0c",
                                table="accounts_deed",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Invitation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("email", models.EmailField(max_length=254)),
                    ("name", models.CharField(max_length=200)),
                    (
                        "role",
                        models.CharField(
                            choices=[
                                ("manager", "Manager"),
                                ("staff", "Staff"),
                                ("reader", "Reader"),
                            ],
                            max_length=8,
                        ),
                    ),
                    ("language", models.CharField(default="ru", max_length=8)),
                    ("digest", models.BinaryField(max_length=32, unique=True)),
                    ("invited_by", models.CharField(max_length=254)),
                    ("made_at", models.DateTimeField()),
                    ("expires_at", models.DateTimeField()),
                    ("taken_at", models.DateTimeField(null=True)),
                    ("withdrawn_at", models.DateTimeField(null=True)),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("role__in", ["manager", "staff", "reader"])),
                            name="invitation_role",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("taken_at", None), ("withdrawn_at", None), _connector="OR"
                            ),
                            name="taken_or_withdrawn",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Representation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("member_id", models.BigIntegerField()),
                    ("email", models.EmailField(max_length=254)),
                    ("name", models.CharField(max_length=200)),
                    ("began_at", models.DateTimeField()),
                    ("until", models.DateTimeField()),
                    ("ended_at", models.DateTimeField(null=True)),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            fields=["member_id", "tenant"], name="representation_by_member"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Token",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=200)),
                    ("scopes", models.JSONField()),
                    ("digest", models.BinaryField(max_length=32, unique=True)),
                    ("made_by", models.CharField(max_length=254)),
                    ("made_at", models.DateTimeField()),
                    ("expires_at", models.DateTimeField()),
                    ("revoked_at", models.DateTimeField(null=True)),
                    ("used_at", models.DateTimeField(null=True)),
                    (
                        "member",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.member",
                        ),
                    ),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["tenant", "-id"], name="tokens_of_tenant")],
                },
            ),
            migrations.CreateModel(
                name="Write",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("key", models.CharField(max_length=200)),
                    ("digest", models.BinaryField(max_length=32)),
                    ("at", models.DateTimeField()),
                    ("status", models.PositiveSmallIntegerField(null=True)),
                    ("body", models.BinaryField(default=bytes)),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "token",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="accounts.token",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["at"], name="writes_by_time")],
                    "constraints": [
                        models.UniqueConstraint(fields=("token", "key"), name="one_write_a_key")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Contact",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("contact", models.CharField(blank=True, max_length=300)),
                    ("note", models.TextField(blank=True)),
                    ("said_by", models.CharField(max_length=254)),
                    ("said_at", models.DateTimeField()),
                    (
                        "seller",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "accounts_contactevent" ("contact", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "said_at", "said_by", "seller_id", "tenant_id") VALUES (NEW."contact", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."said_at", NEW."said_by", NEW."seller_id", NEW."tenant_id"); RETURN NULL;',
                                hash="83b1382eca795c1cf187106eeb4b1050413e89d1",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_89558",
                                table="accounts_contact",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "accounts_contactevent" ("contact", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "said_at", "said_by", "seller_id", "tenant_id") VALUES (NEW."contact", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."said_at", NEW."said_by", NEW."seller_id", NEW."tenant_id"); RETURN NULL;',
                                hash="8c3652d1be958b3db8df671038cc0b4f168522b6",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_15daf",
                                table="accounts_contact",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ContactEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("contact", models.CharField(blank=True, max_length=300)),
                    ("note", models.TextField(blank=True)),
                    ("said_by", models.CharField(max_length=254)),
                    ("said_at", models.DateTimeField()),
                    (
                        "pgh_context",
                        models.ForeignKey(
                            db_constraint=False,
                            null=True,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            to="pghistory.context",
                        ),
                    ),
                    (
                        "pgh_obj",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="events",
                            to="accounts.contact",
                        ),
                    ),
                    (
                        "seller",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            related_query_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "tenant",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            related_query_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="append_only",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                hash="4761faa3f41fbda31be1450523330c0c703a3b30",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_1a78b",
                                table="accounts_contactevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="SavedView",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("member_id", models.BigIntegerField()),
                    ("page", models.CharField(max_length=20)),
                    ("name", models.CharField(max_length=40)),
                    ("query", models.CharField(max_length=500)),
                    ("kept_at", models.DateTimeField()),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("tenant", "member_id", "page", "name"), name="one_view_a_name"
                        )
                    ],
                },
            ),
        ),
        EnableScope("accounts_tenant", "id"),
        EnableScope("accounts_member", "tenant_id"),
        EnableScope("accounts_memberevent", "tenant_id"),
        EnableScope("accounts_deed", "tenant_id"),
        EnableScope("accounts_invitation", "tenant_id"),
        EnableScope("accounts_representation", "tenant_id"),
        EnableScope("accounts_token", "tenant_id"),
        EnableScope("accounts_write", "tenant_id"),
        EnableScope("accounts_contact", "tenant_id"),
        EnableScope("accounts_contactevent", "tenant_id"),
        EnableScope("accounts_savedview", "tenant_id"),
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
        ),
    ]
