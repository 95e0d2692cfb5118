import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models

from torgpred.runtime.database.together import Together
from torgpred.runtime.scope import EnableScope


class Migration(migrations.Migration):
    initial = True
    replaces = [("asks", "0001_initial")]
    dependencies = [
        ("accounts", "0001_schema"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]
    operations = [
        Together(
            migrations.CreateModel(
                name="Ask",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("code", models.CharField(max_length=8, unique=True)),
                    ("family", models.CharField(max_length=40)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("slot", "slot"),
                                ("placement", "placement"),
                                ("fee", "fee"),
                                ("coupon", "coupon"),
                                ("programme", "programme"),
                                ("rule", "rule"),
                                ("complaint", "complaint"),
                            ],
                            max_length=9,
                        ),
                    ),
                    ("title", models.CharField(max_length=200)),
                    ("texts", models.JSONField(default=dict)),
                    ("asked_by", models.CharField(max_length=200)),
                    ("campaign", models.CharField(blank=True, max_length=40)),
                    ("effect", models.JSONField(null=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "draft"),
                                ("sent", "sent"),
                                ("answered", "answered"),
                                ("agreed", "agreed"),
                                ("refused", "refused"),
                                ("delivered", "delivered"),
                                ("closed", "closed"),
                                ("withdrawn", "withdrawn"),
                            ],
                            default="draft",
                            max_length=9,
                        ),
                    ),
                    ("made_by", models.CharField(max_length=254)),
                    ("made_at", models.DateTimeField()),
                    ("figures", models.PositiveIntegerField(default=0)),
                    ("head", models.BinaryField(default=bytes, max_length=32)),
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
                            condition=models.Q(
                                (
                                    "kind__in",
                                    [
                                        "slot",
                                        "placement",
                                        "fee",
                                        "coupon",
                                        "programme",
                                        "rule",
                                        "complaint",
                                    ],
                                )
                            ),
                            name="ask_kind",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    [
                                        "draft",
                                        "sent",
                                        "answered",
                                        "agreed",
                                        "refused",
                                        "delivered",
                                        "closed",
                                        "withdrawn",
                                    ],
                                )
                            ),
                            name="ask_state",
                        ),
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "asks_askevent" ("asked_by", "campaign", "code", "effect", "family", "figures", "head", "id", "kind", "made_at", "made_by", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "tenant_id", "texts", "title") VALUES (NEW."asked_by", NEW."campaign", NEW."code", NEW."effect", NEW."family", NEW."figures", NEW."head", NEW."id", NEW."kind", NEW."made_at", NEW."made_by", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."state", NEW."tenant_id", NEW."texts", NEW."title"); RETURN NULL;',
                                hash="127b1a80f9c143248dc53000d2539002dd02c0a2",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_0c42a",
                                table="asks_ask",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "asks_askevent" ("asked_by", "campaign", "code", "effect", "family", "figures", "head", "id", "kind", "made_at", "made_by", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "tenant_id", "texts", "title") VALUES (NEW."asked_by", NEW."campaign", NEW."code", NEW."effect", NEW."family", NEW."figures", NEW."head", NEW."id", NEW."kind", NEW."made_at", NEW."made_by", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."state", NEW."tenant_id", NEW."texts", NEW."title"); RETURN NULL;',
                                hash="27654de402abc313f6066250eb14ce85a1e42994",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_18f4d",
                                table="asks_ask",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Answer",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("day", models.DateField()),
                    ("who", models.CharField(blank=True, max_length=200)),
                    ("text", models.TextField(blank=True)),
                    ("file", models.CharField(blank=True, max_length=64)),
                    ("file_name", models.CharField(blank=True, max_length=255)),
                    ("entered_by", models.CharField(max_length=254)),
                    ("entered_at", models.DateTimeField()),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "ask",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="asks.ask",
                        ),
                    ),
                ],
                options={
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="append_only",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                hash="5e8ebf16993b8ef6749e83254cfea98fbe32a751",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_5833c",
                                table="asks_answer",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="AskEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("code", models.CharField(max_length=8)),
                    ("family", models.CharField(max_length=40)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("slot", "slot"),
                                ("placement", "placement"),
                                ("fee", "fee"),
                                ("coupon", "coupon"),
                                ("programme", "programme"),
                                ("rule", "rule"),
                                ("complaint", "complaint"),
                            ],
                            max_length=9,
                        ),
                    ),
                    ("title", models.CharField(max_length=200)),
                    ("texts", models.JSONField(default=dict)),
                    ("asked_by", models.CharField(max_length=200)),
                    ("campaign", models.CharField(blank=True, max_length=40)),
                    ("effect", models.JSONField(null=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "draft"),
                                ("sent", "sent"),
                                ("answered", "answered"),
                                ("agreed", "agreed"),
                                ("refused", "refused"),
                                ("delivered", "delivered"),
                                ("closed", "closed"),
                                ("withdrawn", "withdrawn"),
                            ],
                            default="draft",
                            max_length=9,
                        ),
                    ),
                    ("made_by", models.CharField(max_length=254)),
                    ("made_at", models.DateTimeField()),
                    ("figures", models.PositiveIntegerField(default=0)),
                    ("head", models.BinaryField(default=bytes, max_length=32)),
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
                            to="asks.ask",
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
                                hash="847db37c3a1ff898b21c3f4fee53f05a20596d42",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_c73b8",
                                table="asks_askevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Clock",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("rule", models.CharField(blank=True, max_length=40)),
                    ("title", models.CharField(max_length=200)),
                    ("event", models.CharField(max_length=200)),
                    ("started", models.DateField()),
                    ("days", models.PositiveSmallIntegerField()),
                    ("due", models.DateField()),
                    ("source", models.CharField(max_length=300)),
                    ("remind_days", models.PositiveSmallIntegerField()),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("running", "running"),
                                ("met", "met"),
                                ("missed", "missed"),
                                ("dropped", "dropped"),
                            ],
                            default="running",
                            max_length=7,
                        ),
                    ),
                    ("said_by", models.CharField(max_length=254)),
                    ("said_at", models.DateTimeField()),
                    (
                        "ask",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="asks.ask",
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
                    "indexes": [
                        models.Index(
                            condition=models.Q(("state", "running")),
                            fields=["due"],
                            name="running_clocks",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["running", "met", "missed", "dropped"])
                            ),
                            name="clock_state",
                        )
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "asks_clockevent" ("ask_id", "days", "due", "event", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "remind_days", "rule", "said_at", "said_by", "source", "started", "state", "tenant_id", "title") VALUES (NEW."ask_id", NEW."days", NEW."due", NEW."event", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."remind_days", NEW."rule", NEW."said_at", NEW."said_by", NEW."source", NEW."started", NEW."state", NEW."tenant_id", NEW."title"); RETURN NULL;',
                                hash="b6f5a29c9d0017e2d392669409addd7f8faa8f82",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_4b716",
                                table="asks_clock",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "asks_clockevent" ("ask_id", "days", "due", "event", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "remind_days", "rule", "said_at", "said_by", "source", "started", "state", "tenant_id", "title") VALUES (NEW."ask_id", NEW."days", NEW."due", NEW."event", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."remind_days", NEW."rule", NEW."said_at", NEW."said_by", NEW."source", NEW."started", NEW."state", NEW."tenant_id", NEW."title"); RETURN NULL;',
                                hash="0bec08a70299263247222fdf7999ef062d9894ba",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_6c777",
                                table="asks_clock",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ClockEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("rule", models.CharField(blank=True, max_length=40)),
                    ("title", models.CharField(max_length=200)),
                    ("event", models.CharField(max_length=200)),
                    ("started", models.DateField()),
                    ("days", models.PositiveSmallIntegerField()),
                    ("due", models.DateField()),
                    ("source", models.CharField(max_length=300)),
                    ("remind_days", models.PositiveSmallIntegerField()),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("running", "running"),
                                ("met", "met"),
                                ("missed", "missed"),
                                ("dropped", "dropped"),
                            ],
                            default="running",
                            max_length=7,
                        ),
                    ),
                    ("said_by", models.CharField(max_length=254)),
                    ("said_at", models.DateTimeField()),
                    (
                        "ask",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            related_query_name="+",
                            to="asks.ask",
                        ),
                    ),
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
                            to="asks.clock",
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
                                hash="2010885b614e3ee9ea068eb963ed9aba6c8672ea",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_4605e",
                                table="asks_clockevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Figure",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("query", models.CharField(max_length=40)),
                    ("version", models.PositiveSmallIntegerField()),
                    ("sql", models.TextField()),
                    ("params", models.JSONField()),
                    ("as_of", models.DateTimeField()),
                    ("rows", models.PositiveIntegerField()),
                    ("rows_digest", models.BinaryField(max_length=32)),
                    ("value", models.JSONField()),
                    ("cells", models.JSONField()),
                    ("salt", models.BinaryField(max_length=16)),
                    ("previous", models.BinaryField(default=bytes, max_length=32)),
                    ("seal", models.BinaryField(max_length=32)),
                    ("number", models.PositiveIntegerField()),
                    ("says", models.CharField(blank=True, max_length=300)),
                    ("made_by", models.CharField(max_length=254)),
                    ("struck_by", models.CharField(blank=True, max_length=254)),
                    ("struck_at", models.DateTimeField(null=True)),
                    (
                        "ask",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="asks.ask",
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
                    "constraints": [
                        models.UniqueConstraint(fields=("ask", "number"), name="one_figure_number")
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="kept",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                hash="919607d24364cb0e71a5c4ab06e104fbc5662bc4",
                                operation="DELETE",
                                pgid="pgtrigger_kept_08531",
                                table="asks_figure",
                                when="BEFORE",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="unchanged",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."query" IS DISTINCT FROM (NEW."query") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."sql" IS DISTINCT FROM (NEW."sql") OR OLD."params" IS DISTINCT FROM (NEW."params") OR OLD."as_of" IS DISTINCT FROM (NEW."as_of") OR OLD."rows" IS DISTINCT FROM (NEW."rows") OR OLD."rows_digest" IS DISTINCT FROM (NEW."rows_digest") OR OLD."value" IS DISTINCT FROM (NEW."value") OR OLD."cells" IS DISTINCT FROM (NEW."cells") OR OLD."salt" IS DISTINCT FROM (NEW."salt") OR OLD."previous" IS DISTINCT FROM (NEW."previous") OR OLD."seal" IS DISTINCT FROM (NEW."seal") OR OLD."tenant_id" IS DISTINCT FROM (NEW."tenant_id") OR OLD."ask_id" IS DISTINCT FROM (NEW."ask_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."says" IS DISTINCT FROM (NEW."says") OR OLD."made_by" IS DISTINCT FROM (NEW."made_by"))',
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                                hash="e409f245a2ae85600a67561d30045506d23d00cc",
                                operation="UPDATE",
                                pgid="pgtrigger_unchanged_4f3a4",
                                table="asks_figure",
                                when="BEFORE",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Delivery",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("day", models.DateField()),
                    ("what", models.CharField(max_length=1000)),
                    ("entered_by", models.CharField(max_length=254)),
                    ("entered_at", models.DateTimeField()),
                    (
                        "ask",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="asks.ask",
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
                    (
                        "figure",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="asks.figure",
                        ),
                    ),
                ],
                options={
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="append_only",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                hash="87bd1f4ffdc69d1a55aabad15a0f9e7018de98e9",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_fc0a2",
                                table="asks_delivery",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Joining",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("query", models.CharField(max_length=40)),
                    ("version", models.PositiveSmallIntegerField()),
                    ("sql", models.TextField()),
                    ("params", models.JSONField()),
                    ("as_of", models.DateTimeField()),
                    ("rows", models.PositiveIntegerField()),
                    ("rows_digest", models.BinaryField(max_length=32)),
                    ("value", models.JSONField()),
                    ("cells", models.JSONField()),
                    ("salt", models.BinaryField(max_length=16)),
                    ("previous", models.BinaryField(default=bytes, max_length=32)),
                    ("seal", models.BinaryField(max_length=32)),
                    ("ask_code", models.CharField(max_length=8)),
                    ("family", models.CharField(max_length=40)),
                    ("title", models.CharField(max_length=200)),
                    ("texts", models.JSONField()),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("asked", "asked"),
                                ("joined", "joined"),
                                ("declined", "declined"),
                                ("left", "left"),
                            ],
                            default="asked",
                            max_length=8,
                        ),
                    ),
                    ("asked_by", models.CharField(max_length=254)),
                    ("asked_at", models.DateTimeField()),
                    ("decided_by", models.CharField(blank=True, max_length=254)),
                    ("decided_at", models.DateTimeField(null=True)),
                    (
                        "ask",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="asks.ask",
                        ),
                    ),
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
                        "seller",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("seller", "ask"), name="one_joining"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["asked", "joined", "declined", "left"])
                            ),
                            name="joining_state",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "joined"), _negated=True),
                                ("member__isnull", False),
                                _connector="OR",
                            ),
                            name="joined_by_a_member",
                        ),
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="kept",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                                hash="7901aede9413014e97c9a53e75080b86c4d79834",
                                operation="DELETE",
                                pgid="pgtrigger_kept_427d0",
                                table="asks_joining",
                                when="BEFORE",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="own_consent",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func="\n    IF current_setting('torgpred.tenant', true) IS DISTINCT FROM NEW.seller_id::text THEN\n        IF NEW.state IN ('joined', 'declined', 'left')\n           AND (TG_OP = 'INSERT' OR NEW.state IS DISTINCT FROM OLD.state) THEN\n            RAISE EXCEPTION 'consent is given in the scope of the seller itself';\n        END IF;\n        RETURN NEW;\n    END IF;\n    IF TG_OP = 'INSERT' THEN\n        RAISE EXCEPTION 'a seller does not ask itself to join';\n    END IF;\n    IF (to_jsonb(NEW) - ARRAY['state', 'member_id', 'decided_by', 'decided_at'])\n       <> (to_jsonb(OLD) - ARRAY['state', 'member_id', 'decided_by', 'decided_at']) THEN\n        RAISE EXCEPTION 'a seller decides, and changes nothing else of a case';\n    END IF;\n    IF NEW.state = 'joined' AND NOT EXISTS (\n        SELECT FROM accounts_member WHERE id = NEW.member_id AND tenant_id = NEW.seller_id\n        AND ended_at IS NULL AND role <> 'reader') THEN\n        RAISE EXCEPTION 'consent is given by a member of the seller';\n    END IF;\n    RETURN NEW;\n",
                                hash="b0ce6049618313ae94425c0e7a28668cabce2066",
                                operation="INSERT OR UPDATE",
                                pgid="pgtrigger_own_consent_77508",
                                table="asks_joining",
                                when="BEFORE",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Move",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("before", models.CharField(max_length=9)),
                    ("after", models.CharField(max_length=9)),
                    ("note", models.TextField(blank=True)),
                    ("by", models.CharField(max_length=254)),
                    ("at", models.DateTimeField()),
                    (
                        "ask",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="moves",
                            to="asks.ask",
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
                            name="append_only",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                hash="a48e98b27a8e234c73aedf42fc95a1ec1644bac6",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_a996d",
                                table="asks_move",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Promise",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "side",
                        models.CharField(
                            choices=[("ours", "ours"), ("theirs", "theirs")], max_length=6
                        ),
                    ),
                    ("who", models.CharField(max_length=200)),
                    ("what", models.CharField(max_length=1000)),
                    ("due", models.DateField(null=True)),
                    ("kept", models.BooleanField(null=True)),
                    ("said_by", models.CharField(max_length=254)),
                    ("said_at", models.DateTimeField()),
                    (
                        "ask",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="asks.ask",
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
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("side__in", ["ours", "theirs"])),
                            name="promise_side",
                        )
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "asks_promiseevent" ("ask_id", "due", "id", "kept", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "said_at", "said_by", "side", "tenant_id", "what", "who") VALUES (NEW."ask_id", NEW."due", NEW."id", NEW."kept", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."said_at", NEW."said_by", NEW."side", NEW."tenant_id", NEW."what", NEW."who"); RETURN NULL;',
                                hash="60d562143d47b5f01a734de461b46e026e2ef8fe",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_dfc75",
                                table="asks_promise",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "asks_promiseevent" ("ask_id", "due", "id", "kept", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "said_at", "said_by", "side", "tenant_id", "what", "who") VALUES (NEW."ask_id", NEW."due", NEW."id", NEW."kept", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."said_at", NEW."said_by", NEW."side", NEW."tenant_id", NEW."what", NEW."who"); RETURN NULL;',
                                hash="f17363fc689ffa2c817691dcab25d6d8651e63ec",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_2af8d",
                                table="asks_promise",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PromiseEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    (
                        "side",
                        models.CharField(
                            choices=[("ours", "ours"), ("theirs", "theirs")], max_length=6
                        ),
                    ),
                    ("who", models.CharField(max_length=200)),
                    ("what", models.CharField(max_length=1000)),
                    ("due", models.DateField(null=True)),
                    ("kept", models.BooleanField(null=True)),
                    ("said_by", models.CharField(max_length=254)),
                    ("said_at", models.DateTimeField()),
                    (
                        "ask",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            related_query_name="+",
                            to="asks.ask",
                        ),
                    ),
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
                            to="asks.promise",
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
                                hash="07ca8db1c84bb7a651660e2b16c2813c4bfabc25",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_f5f17",
                                table="asks_promiseevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="SmallGroups",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("least", models.PositiveSmallIntegerField(default=5)),
                    ("most_share", models.PositiveSmallIntegerField(default=50)),
                    (
                        "tenant",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("least__gte", 1), ("most_share__gte", 1), ("most_share__lte", 100)
                            ),
                            name="small_groups_fit",
                        )
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "asks_smallgroupsevent" ("id", "least", "most_share", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tenant_id") VALUES (NEW."id", NEW."least", NEW."most_share", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."tenant_id"); RETURN NULL;',
                                hash="048925653e896eb573b2058246127e05f26a1304",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_0d659",
                                table="asks_smallgroups",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "asks_smallgroupsevent" ("id", "least", "most_share", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tenant_id") VALUES (NEW."id", NEW."least", NEW."most_share", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."tenant_id"); RETURN NULL;',
                                hash="e4603b36e652dd49edced0950ba46989a5f492d1",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_938ee",
                                table="asks_smallgroups",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SmallGroupsEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("least", models.PositiveSmallIntegerField(default=5)),
                    ("most_share", models.PositiveSmallIntegerField(default=50)),
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
                            to="asks.smallgroups",
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
                                hash="a9a49b70596c01f414781da8426688d101c8b6eb",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_5ba98",
                                table="asks_smallgroupsevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
        ),
        EnableScope("asks_ask", "tenant_id"),
        EnableScope("asks_answer", "tenant_id"),
        EnableScope("asks_askevent", "tenant_id"),
        EnableScope("asks_clock", "tenant_id"),
        EnableScope("asks_clockevent", "tenant_id"),
        EnableScope("asks_figure", "tenant_id"),
        EnableScope("asks_delivery", "tenant_id"),
        EnableScope("asks_joining", "seller_id"),
        EnableScope("asks_move", "tenant_id"),
        EnableScope("asks_promise", "tenant_id"),
        EnableScope("asks_promiseevent", "tenant_id"),
        EnableScope("asks_smallgroups", "tenant_id"),
        EnableScope("asks_smallgroupsevent", "tenant_id"),
    ]
