"""Count the calls of each token, one row per token."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CallCount",
            fields=[
                (
                    "token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="calls",
                        serialize=False,
                        to="people.apitoken",
                    ),
                ),
                ("minute", models.DateTimeField(verbose_name="从这一分钟起")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="次数")),
            ],
        ),
    ]
