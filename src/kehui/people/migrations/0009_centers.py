"""Keep centers with hours, procedures, policies and what they are checked by."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_cache"), ("people", "0008_roles_by_place")]

    operations = [
        migrations.CreateModel(
            name='Center',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('plates', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('cloud', '科技云服务中心'), ('association', '科协科创服务中心'), ('innovation', '园区创新中心'), ('park_association', '园区科协')], max_length=20), size=None, verbose_name='挂牌')),
                ('address', models.CharField(max_length=120, verbose_name='地址')),
                ('area_m2', models.PositiveIntegerField(blank=True, null=True, verbose_name='面积')),
                ('departments', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('services', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('phone', models.CharField(max_length=30, verbose_name='对外电话')),
                ('opened_on', models.DateField(verbose_name='启用日期')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='停用日期')),
            ],
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='日期')),
                ('name', models.CharField(max_length=20, verbose_name='名称')),
                ('works_as', models.PositiveSmallIntegerField(blank=True, choices=[(0, '周一'), (1, '周二'), (2, '周三'), (3, '周四'), (4, '周五'), (5, '周六'), (6, '周日')], null=True, verbose_name='调休上班，按星期几')),
            ],
        ),
        migrations.CreateModel(
            name='OpeningHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, '周一'), (1, '周二'), (2, '周三'), (3, '周四'), (4, '周五'), (5, '周六'), (6, '周日')], verbose_name='星期')),
                ('opens', models.TimeField(verbose_name='开门')),
                ('closes', models.TimeField(verbose_name='关门')),
            ],
            options={
                'ordering': ['weekday', 'opens'],
            },
        ),
        migrations.CreateModel(
            name='PolicyDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='标题')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='文号')),
                ('source', models.CharField(max_length=80, verbose_name='发文机关')),
                ('link', models.URLField(max_length=300, verbose_name='原文链接')),
                ('issued_on', models.DateField(verbose_name='发文日期')),
                ('valid_from', models.DateField(verbose_name='施行日期')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='有效期至')),
                ('added_at', models.DateTimeField(verbose_name='收录时间')),
            ],
        ),
        migrations.CreateModel(
            name='Procedure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, verbose_name='编号')),
                ('version', models.PositiveSmallIntegerField(verbose_name='版本')),
                ('title', models.CharField(max_length=60, verbose_name='事项')),
                ('audience', models.CharField(max_length=60, verbose_name='办理对象')),
                ('steps', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), size=None, verbose_name='步骤')),
                ('papers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), default=list, size=None, verbose_name='材料')),
                ('working_days', models.PositiveSmallIntegerField(verbose_name='办理时限')),
                ('published_at', models.DateTimeField(verbose_name='发布时间')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='停用时间')),
            ],
        ),
        migrations.CreateModel(
            name='RegionGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('regions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None, verbose_name='地区代码')),
                ('valid_from', models.DateField(verbose_name='起')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='止')),
            ],
        ),
        migrations.CreateModel(
            name='StandardResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.PositiveSmallIntegerField(verbose_name='清单版本')),
                ('line', models.CharField(max_length=30, verbose_name='检查项')),
                ('is_met', models.BooleanField(verbose_name='达标')),
                ('evidence', models.CharField(max_length=200, verbose_name='依据')),
                ('checked_on', models.DateField(verbose_name='检查日期')),
            ],
        ),
        migrations.AddField(
            model_name='center',
            name='host',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='centers', to='people.organization'),
        ),
        migrations.AddField(
            model_name='center',
            name='region',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.region', verbose_name='服务地区'),
        ),
        migrations.AddField(
            model_name='holiday',
            name='region',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.region'),
        ),
        migrations.AddField(
            model_name='openinghours',
            name='center',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='people.center'),
        ),
        migrations.AddField(
            model_name='policydocument',
            name='added_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='policydocument',
            name='region',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.region'),
        ),
        migrations.AddField(
            model_name='procedure',
            name='published_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='procedure',
            name='region',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.region'),
        ),
        migrations.AddConstraint(
            model_name='regiongroup',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='a_region_group_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='regiongroup',
            constraint=models.CheckConstraint(condition=models.Q(('regions', []), _negated=True), name='a_region_group_has_regions'),
        ),
        migrations.AddField(
            model_name='standardresult',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='standardresult',
            name='center',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='people.center'),
        ),
        migrations.AddConstraint(
            model_name='center',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_on', None)), fields=('region',), name='one_open_center_per_region'),
        ),
        migrations.AddConstraint(
            model_name='center',
            constraint=models.CheckConstraint(condition=models.Q(('plates__len__range', (2, 3))), name='a_center_has_two_or_three_plates'),
        ),
        migrations.AddConstraint(
            model_name='center',
            constraint=models.CheckConstraint(condition=models.Q(('closed_on', None), ('closed_on__gte', models.F('opened_on')), _connector='OR'), name='a_center_closes_after_it_opens'),
        ),
        migrations.AddConstraint(
            model_name='holiday',
            constraint=models.UniqueConstraint(fields=('region', 'day'), name='one_holiday_per_region_and_day'),
        ),
        migrations.AddConstraint(
            model_name='openinghours',
            constraint=models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens'))), name='a_center_closes_after_it_opens_each_day'),
        ),
        migrations.AddConstraint(
            model_name='openinghours',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__range', (0, 6))), name='a_week_has_seven_days'),
        ),
        migrations.AddConstraint(
            model_name='openinghours',
            constraint=models.UniqueConstraint(fields=('center', 'weekday', 'opens'), name='hours_begin_once'),
        ),
        migrations.AddConstraint(
            model_name='policydocument',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='a_policy_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='procedure',
            constraint=models.UniqueConstraint(fields=('region', 'code', 'version'), name='one_text_per_version_of_a_procedure'),
        ),
        migrations.AddConstraint(
            model_name='procedure',
            constraint=models.CheckConstraint(condition=models.Q(('steps', []), _negated=True), name='a_procedure_has_steps'),
        ),
        migrations.AddConstraint(
            model_name='procedure',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='versions_of_procedures_begin_at_1'),
        ),
        migrations.AddIndex(
            model_name='standardresult',
            index=models.Index(fields=['center', 'line', '-id'], name='results_of_a_center'),
        ),
        migrations.AddConstraint(
            model_name='standardresult',
            constraint=models.CheckConstraint(condition=models.Q(('evidence', ''), _negated=True), name='a_result_names_its_evidence'),
        ),
    ]
