"""Keep who turned out to be whom, what a merge moved, and by what persons are searched.

The index of searching is built in one go: on three million rows it takes some minutes, in which
persons are read but not written. Interrupted, it leaves nothing behind: migrate again.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
import kehui.core.fields
import kehui.people.models.persons
from django.db import migrations, models

from kehui.core.lookalikes import LONGEST_LOOK, skeleton

CHUNK = 2_000
TOKENS = r"""
CREATE FUNCTION kehui_person_tokens(name text, region text, disciplines text[]) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    key text := lower(regexp_replace(normalize(name, NFKC), '\s', '', 'g'));
    tokens text[] := ARRAY['r:' || region];
    code text;
BEGIN
    FOR place IN 1..char_length(key) LOOP
        tokens := tokens || ARRAY[substr(key, place, 1), substr(key, place, 2)];
    END LOOP;
    FOREACH code IN ARRAY disciplines LOOP
        tokens := tokens || ARRAY['d:' || left(code, 3), 'd:' || left(code, 5), 'd:' || code];
    END LOOP;
    RETURN tokens;
END
$$
"""


def fill(apps, schema_editor):
    persons = apps.get_model("people", "Person").objects
    chunk = []
    for row in persons.filter(left_at=None).only("pk", "name").iterator(CHUNK):
        row.look = skeleton(row.name)[:LONGEST_LOOK]
        chunk.append(row)
        if len(chunk) == CHUNK:
            persons.bulk_update(chunk, ["look"])
            chunk = []
    persons.bulk_update(chunk, ["look"])


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_cache'),
        ('people', '0009_centers'),
    ]

    operations = [
        migrations.RunSQL(TOKENS, "DROP FUNCTION kehui_person_tokens"),
        migrations.CreateModel(
            name='MergeLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=120, verbose_name='理由')),
                ('asked_at', models.DateTimeField(verbose_name='提出时间')),
                ('merged_at', models.DateTimeField(null=True, verbose_name='合并时间')),
                ('apart_at', models.DateTimeField(null=True, verbose_name='确认不是同一个的时间')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='撤销时间')),
                ('moved', models.JSONField(default=list, verbose_name='改动的行')),
                ('left', models.JSONField(default=list, verbose_name='留在原处的行')),
            ],
        ),
        migrations.AddField(
            model_name='organization',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='people.organization'),
        ),
        migrations.AddField(
            model_name='person',
            name='look',
            field=kehui.core.fields.PersonLookField(default='', editable=False, max_length=160, verbose_name='形近键'),
        ),
        migrations.AddField(
            model_name='person',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='people.person'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='organization',
            index=models.Index(fields=['-joined_at', '-id'], name='organizations_latest_first'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['look', 'region'], name='persons_by_look_and_place'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['name'], name='persons_by_name', opclasses=['text_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['-joined_at', '-id'], name='persons_latest_first'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=django.contrib.postgres.indexes.GinIndex(kehui.people.models.persons.PersonTokens('name', 'region_id', 'disciplines'), name='persons_by_what_is_searched'),
        ),
        migrations.AddConstraint(
            model_name='organization',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='no_organization_is_absorbed_by_itself'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='nobody_is_absorbed_by_oneself'),
        ),
        migrations.AddField(
            model_name='mergelog',
            name='absorbed_organization',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organization', verbose_name='并入的单位'),
        ),
        migrations.AddField(
            model_name='mergelog',
            name='absorbed_person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='并入的人员'),
        ),
        migrations.AddField(
            model_name='mergelog',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='经办'),
        ),
        migrations.AddField(
            model_name='mergelog',
            name='second',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='复核'),
        ),
        migrations.AddField(
            model_name='mergelog',
            name='survivor_organization',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organization', verbose_name='保留的单位'),
        ),
        migrations.AddField(
            model_name='mergelog',
            name='survivor_person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='保留的人员'),
        ),
        migrations.AddField(
            model_name='mergelog',
            name='undone_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='撤销人'),
        ),
        migrations.AddIndex(
            model_name='mergelog',
            index=models.Index(fields=['-asked_at'], name='merges_latest_first'),
        ),
        migrations.AddConstraint(
            model_name='mergelog',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('absorbed_person__isnull', False), ('survivor_person__isnull', False), ('absorbed_organization', None), ('survivor_organization', None)), models.Q(('absorbed_organization__isnull', False), ('survivor_organization__isnull', False), ('absorbed_person', None), ('survivor_person', None)), _connector='OR'), name='a_merge_is_of_two_persons_or_two_organizations'),
        ),
        migrations.AddConstraint(
            model_name='mergelog',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('absorbed_person', None), ('survivor_person', None)), models.Q(('survivor_person', models.F('absorbed_person')), _negated=True), _connector='OR'), name='nobody_is_merged_with_oneself'),
        ),
        migrations.AddConstraint(
            model_name='mergelog',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('absorbed_organization', None), ('survivor_organization', None)), models.Q(('survivor_organization', models.F('absorbed_organization')), _negated=True), _connector='OR'), name='no_organization_is_merged_with_itself'),
        ),
        migrations.AddConstraint(
            model_name='mergelog',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_merge_says_why'),
        ),
        migrations.AddConstraint(
            model_name='mergelog',
            constraint=models.CheckConstraint(condition=models.Q(('second', None), models.Q(('second', models.F('by')), _negated=True), _connector='OR'), name='a_second_is_somebody_else'),
        ),
        migrations.AddConstraint(
            model_name='mergelog',
            constraint=models.CheckConstraint(condition=models.Q(('apart_at', None), ('merged_at', None), _connector='OR'), name='what_is_kept_apart_is_not_merged'),
        ),
        migrations.AddConstraint(
            model_name='mergelog',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_by', None)), models.Q(('merged_at__isnull', False), ('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='only_a_merge_is_undone_and_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='mergelog',
            constraint=models.UniqueConstraint(condition=models.Q(('merged_at__isnull', False), ('undone_at', None)), fields=('absorbed_person',), name='a_person_is_absorbed_once'),
        ),
        migrations.AddConstraint(
            model_name='mergelog',
            constraint=models.UniqueConstraint(condition=models.Q(('merged_at__isnull', False), ('undone_at', None)), fields=('absorbed_organization',), name='an_organization_is_absorbed_once'),
        ),
    ]
