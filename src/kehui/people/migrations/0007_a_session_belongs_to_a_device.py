"""Keep the public key of the device on which a session was opened; it goes with the session."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_a_code_proves_a_contact"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeviceKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_key", models.BinaryField(max_length=65, verbose_name="公钥")),
                ("bound_at", models.DateTimeField(verbose_name="绑定时间")),
                ("used_at", models.DateTimeField(null=True, verbose_name="最近签名时间")),
                ("doubted_at", models.DateTimeField(null=True, verbose_name="发现异常的时间")),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="device",
                        to="usersessions.usersession",
                        verbose_name="登录",
                    ),
                ),
            ],
        ),
    ]
