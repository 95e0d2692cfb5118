import django.db.models.deletion
from django.db import migrations, models

from torgpred.runtime.database.together import Together
from torgpred.runtime.scope import EnableScope


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("orders", "0001_initial"),
        ("orders", "0002_pulls"),
        ("orders", "0003_fulfilment"),
        ("orders", "0004_parcels"),
        ("orders", "0005_messages"),
        ("orders", "0006_selling"),
        ("orders", "0007_promised_out_of_locks"),
    ]
    dependencies = [
        ("accounts", "0001_schema"),
        ("channels", "0001_schema"),
        ("stock", "0001_schema"),
    ]
    operations = [
        Together(
            migrations.CreateModel(
                name="Consignment",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("remote_id", models.CharField(max_length=64)),
                    (
                        "phase",
                        models.CharField(
                            choices=[
                                ("placed", "placed"),
                                ("to_ship", "to_ship"),
                                ("shipped", "shipped"),
                                ("delivered", "delivered"),
                                ("cancelled", "cancelled"),
                                ("unknown", "unknown"),
                            ],
                            max_length=9,
                        ),
                    ),
                    ("placed_at", models.DateTimeField()),
                    ("ship_by", models.DateTimeField(null=True)),
                    ("ended_at", models.DateTimeField(null=True)),
                    ("currency", models.CharField(max_length=3)),
                    ("amount", models.DecimalField(decimal_places=2, max_digits=16)),
                    ("payout", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                    ("country", models.CharField(blank=True, max_length=2)),
                    ("buyer", models.TextField(blank=True)),
                    (
                        "seller",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "shop",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
                    (
                        "order",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="orders.order",
                        ),
                    ),
                    ("dispute", models.CharField(db_default="", default="", max_length=200)),
                    (
                        "notice",
                        models.CharField(
                            choices=[("ahead", "ahead"), ("back", "back")],
                            db_default="",
                            default="",
                            max_length=5,
                        ),
                    ),
                    ("reason", models.CharField(db_default="", default="", max_length=200)),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("phase__in", ("placed", "to_ship"))),
                            fields=["seller", "ship_by"],
                            name="open_consignments",
                        ),
                        models.Index(fields=["seller", "placed_at"], name="consignments_by_time"),
                        models.Index(
                            condition=models.Q(
                                ("ended_at__isnull", False), models.Q(("buyer", ""), _negated=True)
                            ),
                            fields=["ended_at"],
                            name="buyers_by_end",
                        ),
                        models.Index(
                            condition=models.Q(
                                ("ended_at", None),
                                models.Q(("phase__in", ("placed", "to_ship")), _negated=True),
                                models.Q(("buyer", ""), _negated=True),
                            ),
                            fields=["placed_at"],
                            name="buyers_without_end",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("order", "seller"), name="one_consignment_a_seller"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "phase__in",
                                    [
                                        "placed",
                                        "to_ship",
                                        "shipped",
                                        "delivered",
                                        "cancelled",
                                        "unknown",
                                    ],
                                )
                            ),
                            name="consignment_phase",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("notice__in", ["", "ahead", "back"])),
                            name="consignment_notice",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Line",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("remote_id", models.CharField(max_length=64)),
                    ("sku", models.CharField(max_length=255)),
                    ("remote_sku_id", models.CharField(blank=True, max_length=64)),
                    ("name", models.CharField(blank=True, max_length=255)),
                    ("quantity", models.PositiveIntegerField()),
                    ("price", models.DecimalField(decimal_places=2, max_digits=16)),
                    ("amount", models.DecimalField(decimal_places=2, max_digits=16)),
                    (
                        "consignment",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="orders.consignment",
                        ),
                    ),
                    (
                        "seller",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "order",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="orders.order",
                        ),
                    ),
                    ("issue", models.CharField(db_default="", default="", max_length=100)),
                ],
            ),
            migrations.CreateModel(
                name="Order",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("remote_id", models.CharField(max_length=64)),
                    (
                        "phase",
                        models.CharField(
                            choices=[
                                ("placed", "placed"),
                                ("to_ship", "to_ship"),
                                ("shipped", "shipped"),
                                ("delivered", "delivered"),
                                ("cancelled", "cancelled"),
                                ("unknown", "unknown"),
                            ],
                            max_length=9,
                        ),
                    ),
                    ("words", models.CharField(blank=True, max_length=200)),
                    ("placed_at", models.DateTimeField()),
                    ("paid_at", models.DateTimeField(null=True)),
                    ("changed_at", models.DateTimeField()),
                    ("taken_at", models.DateTimeField()),
                    ("ship_by", models.DateTimeField(null=True)),
                    ("currency", models.CharField(max_length=3)),
                    ("total", models.DecimalField(decimal_places=2, max_digits=16)),
                    ("fees", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                    ("payout", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                    ("country", models.CharField(blank=True, max_length=2)),
                    ("digest", models.BinaryField(max_length=16)),
                    ("troubles", models.TextField(blank=True)),
                    (
                        "shop",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
                    (
                        "tenant",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("shop", "remote_id"), name="one_order"),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "phase__in",
                                    [
                                        "placed",
                                        "to_ship",
                                        "shipped",
                                        "delivered",
                                        "cancelled",
                                        "unknown",
                                    ],
                                )
                            ),
                            name="order_phase",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Shortage",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sku", models.CharField(max_length=255)),
                    ("pieces", models.PositiveIntegerField()),
                    (
                        "why",
                        models.CharField(
                            choices=[
                                ("stock", "Stock"),
                                ("unknown", "Unknown"),
                                ("count", "Count"),
                            ],
                            max_length=8,
                        ),
                    ),
                    ("noticed_at", models.DateTimeField()),
                    ("settled_at", models.DateTimeField(null=True)),
                    ("settled_by", models.CharField(blank=True, max_length=254)),
                    ("remedy", models.CharField(blank=True, max_length=20)),
                    (
                        "line",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="orders.line",
                        ),
                    ),
                    (
                        "seller",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("settled_at", None)),
                            fields=["seller", "sku"],
                            name="open_shortages",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("why__in", ["stock", "unknown", "count"])),
                            name="shortage_why",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Allocation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sku", models.CharField(max_length=255)),
                    ("pieces", models.PositiveIntegerField()),
                    ("shipped", models.BooleanField(null=True)),
                    (
                        "seller",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "warehouse",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stock.warehouse",
                        ),
                    ),
                    (
                        "line",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="orders.line",
                        ),
                    ),
                    (
                        "lock",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stock.lock",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("shipped", None)),
                            fields=["seller", "sku"],
                            name="open_allocations",
                        ),
                        models.Index(
                            condition=models.Q(("lock__isnull", False)),
                            fields=["lock"],
                            name="allocations_of_locks",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Pull",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("finished_until", models.DateTimeField()),
                    ("walked_until", models.DateTimeField(null=True)),
                    ("full_at", models.DateTimeField(null=True)),
                    ("walk_until", models.DateTimeField(null=True)),
                    ("cursor", models.TextField(blank=True)),
                    ("pulled_at", models.DateTimeField(null=True)),
                    ("not_before", models.DateTimeField(null=True)),
                    ("trouble", models.TextField(blank=True)),
                    (
                        "shop",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
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
            ),
            migrations.CreateModel(
                name="UnreadOrder",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("digest", models.BinaryField(max_length=16)),
                    ("content", models.TextField()),
                    ("met_at", models.DateTimeField()),
                    (
                        "shop",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
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
                        models.UniqueConstraint(fields=("shop", "digest"), name="one_unread_order")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Return",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("pieces", models.PositiveIntegerField()),
                    (
                        "condition",
                        models.CharField(
                            choices=[("good", "Good"), ("damaged", "Damaged")], max_length=7
                        ),
                    ),
                    ("seen_by", models.CharField(max_length=254)),
                    ("seen_at", models.DateTimeField()),
                    (
                        "line",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="orders.line",
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
                    (
                        "warehouse",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stock.warehouse",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("condition__in", ["good", "damaged"])),
                            name="return_condition",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("pieces__gt", 0)), name="return_of_something"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Shipment",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("wanted", "Wanted"),
                                ("waiting", "Waiting"),
                                ("sent", "Sent"),
                            ],
                            max_length=7,
                        ),
                    ),
                    ("track_number", models.CharField(max_length=200)),
                    ("carrier", models.CharField(max_length=200)),
                    ("url", models.CharField(blank=True, max_length=500)),
                    ("phone", models.CharField(blank=True, max_length=50)),
                    ("made_by", models.CharField(max_length=254)),
                    ("made_at", models.DateTimeField()),
                    ("sent_at", models.DateTimeField(null=True)),
                    (
                        "consignment",
                        models.OneToOneField(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="orders.consignment",
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
                    ("problem", models.TextField(db_default="", default="")),
                    ("tried_at", models.DateTimeField(null=True)),
                    (
                        "step",
                        models.CharField(
                            choices=[
                                ("in_transit", "in_transit"),
                                ("ready_for_pickup", "ready_for_pickup"),
                                ("delivered", "delivered"),
                            ],
                            db_default="in_transit",
                            default="in_transit",
                            max_length=16,
                        ),
                    ),
                    (
                        "told",
                        models.CharField(
                            choices=[
                                ("in_transit", "in_transit"),
                                ("ready_for_pickup", "ready_for_pickup"),
                                ("delivered", "delivered"),
                            ],
                            db_default="",
                            default="",
                            max_length=16,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["wanted", "waiting", "sent"])),
                            name="shipment_state",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("step__in", ["in_transit", "ready_for_pickup", "delivered"])
                            ),
                            name="shipment_step",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Cancellation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("reason", models.CharField(blank=True, max_length=200)),
                    ("asked_by", models.CharField(max_length=254)),
                    ("asked_at", models.DateTimeField()),
                    ("ended_at", models.DateTimeField(null=True)),
                    ("withdrawn", models.BooleanField(default=False)),
                    (
                        "consignment",
                        models.OneToOneField(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="orders.consignment",
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
            ),
            migrations.CreateModel(
                name="Handover",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("wanted", "Wanted"),
                                ("open", "Open"),
                                ("handed_over", "Handed Over"),
                                ("refused", "Refused"),
                            ],
                            max_length=11,
                        ),
                    ),
                    ("remote_id", models.CharField(db_default="", default="", max_length=64)),
                    ("word", models.CharField(db_default="", default="", max_length=100)),
                    ("arrival", models.DateField(null=True)),
                    ("problem", models.TextField(db_default="", default="")),
                    ("asked_at", models.DateTimeField(null=True)),
                    ("made_by", models.CharField(max_length=254)),
                    ("made_at", models.DateTimeField()),
                    ("handed_over_at", models.DateTimeField(null=True)),
                    (
                        "seller",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "shop",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("remote_id", ""), _negated=True),
                            fields=("seller", "shop", "remote_id"),
                            name="one_handover",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["wanted", "open", "handed_over", "refused"])
                            ),
                            name="handover_state",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Parcel",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("wanted", "Wanted"),
                                ("made", "Made"),
                                ("left", "Left"),
                                ("refused", "Refused"),
                                ("deleted", "Deleted"),
                            ],
                            max_length=7,
                        ),
                    ),
                    (
                        "phase",
                        models.CharField(
                            choices=[
                                ("made", "made"),
                                ("handed_over", "handed_over"),
                                ("moving", "moving"),
                                ("arrived", "arrived"),
                                ("delivered", "delivered"),
                                ("returning", "returning"),
                                ("returned", "returned"),
                                ("cancelled", "cancelled"),
                                ("failed", "failed"),
                                ("unknown", "unknown"),
                            ],
                            default="unknown",
                            max_length=11,
                        ),
                    ),
                    ("word", models.CharField(db_default="", default="", max_length=100)),
                    ("remote_id", models.CharField(db_default="", default="", max_length=64)),
                    ("track_number", models.CharField(db_default="", default="", max_length=200)),
                    ("length_cm", models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                    ("width_cm", models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                    ("height_cm", models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                    ("weight_kg", models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                    ("problem", models.TextField(db_default="", default="")),
                    ("asked_at", models.DateTimeField(null=True)),
                    ("made_by", models.CharField(max_length=254)),
                    ("made_at", models.DateTimeField()),
                    ("left_at", models.DateTimeField(null=True)),
                    (
                        "consignment",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="orders.consignment",
                        ),
                    ),
                    (
                        "handover",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="orders.handover",
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
                    (
                        "shop",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("remote_id", ""), _negated=True),
                            fields=("shop", "remote_id"),
                            name="one_parcel",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["wanted", "made", "left", "refused", "deleted"])
                            ),
                            name="parcel_state",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "phase__in",
                                    [
                                        "made",
                                        "handed_over",
                                        "moving",
                                        "arrived",
                                        "delivered",
                                        "returning",
                                        "returned",
                                        "cancelled",
                                        "failed",
                                        "unknown",
                                    ],
                                )
                            ),
                            name="parcel_phase",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ParcelItem",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("pieces", models.PositiveIntegerField()),
                    (
                        "line",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="orders.line",
                        ),
                    ),
                    (
                        "parcel",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="orders.parcel",
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
                        models.UniqueConstraint(fields=("parcel", "line"), name="one_item_a_line"),
                        models.CheckConstraint(
                            condition=models.Q(("pieces__gt", 0)), name="item_of_something"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="AnswerTemplate",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=40)),
                    ("language", models.CharField(max_length=8)),
                    ("text", models.TextField()),
                    ("changed_by", models.CharField(max_length=254)),
                    ("changed_at", models.DateTimeField(auto_now=True)),
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
                        models.UniqueConstraint(
                            fields=("seller", "name", "language"), name="one_template_text"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Dialogue",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("buyer", models.TextField()),
                    ("order_number", models.CharField(blank=True, max_length=64)),
                    ("last_at", models.DateTimeField()),
                    ("answered_until", models.DateTimeField(null=True)),
                    ("waiting_since", models.DateTimeField(null=True)),
                    ("erased_at", models.DateTimeField(null=True)),
                    (
                        "order",
                        models.ForeignKey(
                            db_constraint=False,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="orders.order",
                        ),
                    ),
                    (
                        "shop",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
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
                            condition=models.Q(("waiting_since__isnull", False)),
                            fields=["tenant", "waiting_since"],
                            name="dialogues_waiting",
                        ),
                        models.Index(
                            condition=models.Q(
                                ("order", None), models.Q(("order_number", ""), _negated=True)
                            ),
                            fields=["shop"],
                            name="dialogues_without_order",
                        ),
                        models.Index(
                            condition=models.Q(("erased_at", None)),
                            fields=["last_at"],
                            name="dialogues_by_time",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("shop", "buyer", "order_number"), name="one_dialogue"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Message",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("remote_id", models.TextField(null=True)),
                    ("at", models.DateTimeField()),
                    ("from_buyer", models.BooleanField()),
                    ("text", models.TextField(blank=True)),
                    ("read", models.BooleanField(default=False)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("there", "There"),
                                ("wanted", "Wanted"),
                                ("trying", "Trying"),
                                ("refused", "Refused"),
                            ],
                            default="there",
                            max_length=7,
                        ),
                    ),
                    ("written_by", models.CharField(blank=True, max_length=254)),
                    ("seen_until", models.DateTimeField(null=True)),
                    ("not_before", models.DateTimeField(null=True)),
                    ("trouble", models.TextField(blank=True)),
                    (
                        "dialogue",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="orders.dialogue",
                        ),
                    ),
                    (
                        "shop",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
                    (
                        "tenant",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("state__in", ["wanted", "trying"])),
                            fields=["shop", "id"],
                            name="messages_to_send",
                        ),
                        models.Index(
                            condition=models.Q(("text", ""), _negated=True),
                            fields=["at"],
                            name="texts_by_time",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("shop", "remote_id"), name="one_message"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["there", "wanted", "trying", "refused"])
                            ),
                            name="message_state",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MessagePull",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("after", models.TextField(blank=True)),
                    ("pulled_at", models.DateTimeField(null=True)),
                    ("not_before", models.DateTimeField(null=True)),
                    ("trouble", models.TextField(blank=True)),
                    (
                        "shop",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
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
            ),
            migrations.CreateModel(
                name="Tally",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("currency", models.CharField(max_length=3)),
                    ("minute", models.DateTimeField()),
                    ("parts", models.IntegerField()),
                    ("orders", models.IntegerField()),
                    ("amount", models.DecimalField(decimal_places=2, max_digits=18)),
                    (
                        "seller",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "shop",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="MinuteSum",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("currency", models.CharField(max_length=3)),
                    ("minute", models.DateTimeField()),
                    ("parts", models.IntegerField()),
                    ("orders", models.IntegerField()),
                    ("amount", models.DecimalField(decimal_places=2, max_digits=18)),
                    (
                        "seller",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "shop",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["minute"], name="sums_by_minute")],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "minute", "shop", "currency"), name="one_sum_a_minute"
                        )
                    ],
                },
            ),
        ),
        EnableScope("orders_order", "tenant_id"),
        EnableScope("orders_consignment", "seller_id"),
        EnableScope("orders_line", "seller_id"),
        EnableScope("orders_allocation", "seller_id"),
        EnableScope("orders_shortage", "seller_id"),
        EnableScope("orders_pull", "tenant_id"),
        EnableScope("orders_unreadorder", "tenant_id"),
        EnableScope("orders_return", "seller_id"),
        EnableScope("orders_shipment", "seller_id"),
        EnableScope("orders_handover", "seller_id"),
        EnableScope("orders_parcel", "seller_id"),
        EnableScope("orders_parcelitem", "seller_id"),
        EnableScope("orders_cancellation", "seller_id"),
        EnableScope("orders_dialogue", "tenant_id"),
        EnableScope("orders_message", "tenant_id"),
        EnableScope("orders_messagepull", "tenant_id"),
        EnableScope("orders_answertemplate", "seller_id"),
        EnableScope("orders_tally", "seller_id"),
        EnableScope("orders_minutesum", "seller_id"),
    ]
