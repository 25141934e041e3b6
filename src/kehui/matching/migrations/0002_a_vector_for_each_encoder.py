"""Let an item have a vector of each encoder, and remember how far an encoder has come.

The vectors made so far are copied (about 2 kB each), not made again. If it is interrupted, nothing
has happened: it is one transaction.
"""

import django.db.models.deletion
from django.db import migrations, models

COPY = """
INSERT INTO matching_vector (item_id, encoder, revision, vector)
SELECT item_id, encoder, revision, vector FROM matching_embedding
"""
COPY_BACK = """
INSERT INTO matching_embedding (item_id, encoder, revision, vector)
SELECT DISTINCT ON (item_id) item_id, encoder, revision, vector FROM matching_vector
ORDER BY item_id, id
"""


class Migration(migrations.Migration):
    dependencies = [("market", "0003_corpora_keep_their_short_texts"), ("matching", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Vector",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="embeddings",
                        to="market.item",
                    ),
                ),
                ("encoder", models.CharField(max_length=80, verbose_name="编码器")),
                ("revision", models.PositiveIntegerField(verbose_name="修订")),
                ("vector", models.BinaryField(verbose_name="向量")),
            ],
        ),
        # Rows whose keys are still to be checked would forbid what follows
        migrations.RunSQL(
            ["SET CONSTRAINTS ALL IMMEDIATE", COPY], ["SET CONSTRAINTS ALL IMMEDIATE", COPY_BACK]
        ),
        migrations.DeleteModel(name="Embedding"),
        migrations.RenameModel(old_name="Vector", new_name="Embedding"),
        migrations.AddConstraint(
            model_name="embedding",
            constraint=models.UniqueConstraint(
                fields=("item", "encoder"), name="one_vector_per_item_and_encoder"
            ),
        ),
        migrations.AddIndex(
            model_name="embedding",
            index=models.Index(fields=["encoder", "item"], name="vectors_of_an_encoder"),
        ),
        migrations.CreateModel(
            name="EncoderProgress",
            fields=[
                (
                    "encoder",
                    models.CharField(
                        max_length=80, primary_key=True, serialize=False, verbose_name="编码器"
                    ),
                ),
                ("dimension", models.PositiveIntegerField(default=0, verbose_name="维数")),
                ("cursor", models.PositiveBigIntegerField(default=0, verbose_name="做到的编号")),
                ("made", models.PositiveBigIntegerField(default=0, verbose_name="已做向量")),
                ("refused", models.PositiveIntegerField(default=0, verbose_name="这一轮做不成的")),
                ("failures", models.PositiveIntegerField(default=0, verbose_name="失败次数")),
                (
                    "error",
                    models.CharField(blank=True, max_length=300, verbose_name="最近一次失败"),
                ),
                (
                    "failed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="最近失败的时间"),
                ),
                ("started_at", models.DateTimeField(verbose_name="开始时间")),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="首次做完的时间"),
                ),
                (
                    "caught_up_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="最近补做的时间"),
                ),
            ],
        ),
    ]
