"""A search by a buyer's name keeps no other part of its statement from PostgreSQL's workers.

A function that is not said to be safe beside others makes the whole statement one process's work.
This one only reads, under settings that workers have from their leader.
"""

from django.db import migrations

SAFE = "ALTER FUNCTION orders_of_buyer(bigint, text) PARALLEL SAFE"
UNSAFE = "ALTER FUNCTION orders_of_buyer(bigint, text) PARALLEL UNSAFE"


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_buyers_by_name")]

    operations = [migrations.RunSQL(SAFE, UNSAFE)]
