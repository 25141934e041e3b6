"""Give roles by place and level their seats, and part the three administrators."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0007_a_session_belongs_to_a_device")]

    operations = [
        migrations.AddField(
            model_name='seat',
            name='stands_in_for',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='substitutes', to='people.seat', verbose_name='代理的席位'),
        ),
        migrations.AlterField(
            model_name='seat',
            name='role',
            field=models.CharField(choices=[('agent', '单位经办人'), ('steward', '科服管家'), ('center_manager', '中心主任'), ('reviewer', '质量审核员'), ('operator', '平台运营'), ('triage_clerk', '分诊员'), ('coordinator', '协调员'), ('leader', '领导（只读）'), ('auditor', '纪检监督'), ('vendor', '技术支持商'), ('system_admin', '系统管理员'), ('security_admin', '安全管理员'), ('audit_admin', '审计管理员')], max_length=20, verbose_name='角色'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(('stands_in_for', None), ('valid_until__isnull', False), _connector='OR'), name='a_substitute_has_a_last_day'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('role__in', ['system_admin', 'security_admin', 'audit_admin'])), expressions=[(models.Func(models.F('person_id'), models.F('person_id'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('valid_from'), models.F('valid_until'), function='daterange'), '&&')], name='at_most_one_of_the_three_admins'),
        ),
    ]
