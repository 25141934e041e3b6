"""Keep from which devices and blocks of addresses an account signed in, to tell of a strange one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0012_tokens_are_known_by_their_beginning")]

    operations = [
        migrations.CreateModel(
            name="Arrival",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("device", models.CharField(max_length=64, verbose_name="设备")),
                ("place", models.CharField(max_length=43, verbose_name="网段")),
                ("kind", models.CharField(max_length=60, verbose_name="设备种类")),
                ("first_at", models.DateTimeField(verbose_name="第一次登录")),
                ("last_at", models.DateTimeField(verbose_name="最近一次登录")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arrivals",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["last_at"], name="arrivals_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["account", "device", "place"],
                        name="an_account_has_one_row_for_a_device_at_a_place",
                    )
                ],
            },
        ),
    ]
