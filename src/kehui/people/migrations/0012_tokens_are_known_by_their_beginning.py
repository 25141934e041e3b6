"""Tokens show how they begin and from which network they were used; owners are warned once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0010_merges_and_search")]

    operations = [
        migrations.AddField(
            "apitoken",
            "prefix",
            models.CharField(blank=True, default="", max_length=12, verbose_name="开头"),
            preserve_default=False,
        ),
        migrations.AddField(
            "apitoken",
            "last_used_from",
            models.CharField(
                blank=True, default="", max_length=43, verbose_name="上次使用的网段"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "apitoken",
            "warned_at",
            models.DateTimeField(blank=True, null=True, verbose_name="到期提醒时间"),
        ),
    ]
