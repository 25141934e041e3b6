"""Keep how exposure was shared, and the points of each studio. New tables only."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('market', '0005_items_have_files'),
        ('matching', '0003_showings_outcomes_and_rankers'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExposureRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('lists', models.PositiveIntegerField(verbose_name='需求数')),
                ('studios', models.PositiveIntegerField(verbose_name='工作室数')),
                ('sheltered', models.PositiveIntegerField(verbose_name='受保障的工作室数')),
                ('trade', models.FloatField(verbose_name='折算率')),
                ('floor', models.FloatField(verbose_name='保底份额')),
                ('gini_before', models.FloatField(verbose_name='核算前基尼系数')),
                ('gini_after', models.FloatField(verbose_name='核算后基尼系数')),
                ('relevance', models.FloatField(verbose_name='保住的契合度')),
                ('sheltered_before', models.FloatField(verbose_name='核算前的保底份额')),
                ('sheltered_after', models.FloatField(verbose_name='核算后的保底份额')),
                ('lift', models.FloatField(verbose_name='上移分')),
                ('is_floor_reached', models.BooleanField(verbose_name='达到保底')),
                ('curve', models.JSONField(verbose_name='曲线')),
            ],
        ),
        migrations.CreateModel(
            name='StudioExposure',
            fields=[
                ('studio', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='exposure', serialize=False, to='market.studio')),
                ('before', models.FloatField(verbose_name='核算前曝光')),
                ('after', models.FloatField(verbose_name='核算后曝光')),
                ('taken', models.FloatField(verbose_name='位次下移分')),
                ('given', models.FloatField(verbose_name='位次上移分')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='studio_rows', to='matching.exposurerun')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('given__gte', 0), ('taken__gte', 0)), name='exposure_takes_and_gives')],
            },
        ),
    ]
