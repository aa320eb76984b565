import core.models.base
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from core.migration_operations import CreateTogether

# The value of an own field as what it is, for filters, sorting and indexes. What is none is NULL, so that a value of
# the wrong form breaks no list (the path to a number is silent about errors). Not STRICT: PostgreSQL puts the bodies
# into the query, and finds the indexes by them.
VALUES = """
CREATE FUNCTION core_own_text(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN jsonb_typeof(value) = 'string' THEN value #>> '{}' END $$;
CREATE FUNCTION core_own_number(value jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT jsonb_path_query_first(value, 'strict $.decimal(24, 6)', '{}', true)::numeric $$;
CREATE FUNCTION core_own_date(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN jsonb_typeof(value) = 'string' AND value #>> '{}' LIKE '____-__-__'
   THEN value #>> '{}' END COLLATE "C" $$;
"""
NO_VALUES = """
DROP FUNCTION core_own_text(jsonb);
DROP FUNCTION core_own_number(jsonb);
DROP FUNCTION core_own_date(jsonb);
"""
FIRST_STAMP = "INSERT INTO core_setupstamp (id, stamp) VALUES (1, uuidv7()) ON CONFLICT DO NOTHING"


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_jobs_and_notices"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='CustomField',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('uuid', models.UUIDField(db_default=core.models.base.UUIDv7(), editable=False, unique=True, verbose_name='public id')),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created at')),
                    ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                    ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                    ('external_key', models.CharField(blank=True, max_length=80, null=True, unique=True, verbose_name='external key')),
                    ('model', models.CharField(max_length=60, verbose_name='record')),
                    ('key', models.CharField(help_text='Name for import, export and other systems: small letters, digits and single underscores.', max_length=40, verbose_name='key')),
                    ('label', models.CharField(max_length=80, verbose_name='label')),
                    ('help', models.CharField(blank=True, max_length=200, verbose_name='help')),
                    ('kind', models.CharField(choices=[('text', 'Text'), ('number', 'Number'), ('money', 'Money'), ('date', 'Date'), ('choice', 'Choice'), ('choices', 'Several choices'), ('yesno', 'Yes or no'), ('link', 'Link to a record')], max_length=10, verbose_name='kind')),
                    ('options', models.JSONField(blank=True, default=list, verbose_name='choices')),
                    ('target', models.CharField(blank=True, max_length=60, verbose_name='links to')),
                    ('digits', models.PositiveSmallIntegerField(default=0, verbose_name='decimal places')),
                    ('group', models.CharField(blank=True, max_length=80, verbose_name='group')),
                    ('position', models.PositiveIntegerField(default=0, verbose_name='place')),
                    ('is_required', models.BooleanField(default=False, verbose_name='required')),
                    ('in_lists', models.BooleanField(default=False, verbose_name='stands in new lists')),
                    ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                    ('see_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='who may see it')),
                    ('fill_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='who may fill it')),
                    ('is_indexed', models.BooleanField(default=False, verbose_name='fast filter')),
                    ('index_state', models.CharField(choices=[('none', 'off'), ('building', 'being built'), ('ready', 'ready'), ('failed', 'failed')], default='none', editable=False, max_length=8)),
                    ('index_error', models.TextField(blank=True, editable=False)),
                    ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('currency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.currency', verbose_name='currency')),
                    ('updated_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'own field',
                    'verbose_name_plural': 'own fields',
                },
            ),
            migrations.CreateModel(
                name='CustomFieldEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('uuid', models.UUIDField(db_default=core.models.base.UUIDv7(), editable=False, verbose_name='public id')),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created at')),
                    ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                    ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                    ('external_key', models.CharField(blank=True, max_length=80, null=True, verbose_name='external key')),
                    ('model', models.CharField(max_length=60, verbose_name='record')),
                    ('key', models.CharField(help_text='Name for import, export and other systems: small letters, digits and single underscores.', max_length=40, verbose_name='key')),
                    ('label', models.CharField(max_length=80, verbose_name='label')),
                    ('help', models.CharField(blank=True, max_length=200, verbose_name='help')),
                    ('kind', models.CharField(choices=[('text', 'Text'), ('number', 'Number'), ('money', 'Money'), ('date', 'Date'), ('choice', 'Choice'), ('choices', 'Several choices'), ('yesno', 'Yes or no'), ('link', 'Link to a record')], max_length=10, verbose_name='kind')),
                    ('options', models.JSONField(blank=True, default=list, verbose_name='choices')),
                    ('target', models.CharField(blank=True, max_length=60, verbose_name='links to')),
                    ('digits', models.PositiveSmallIntegerField(default=0, verbose_name='decimal places')),
                    ('group', models.CharField(blank=True, max_length=80, verbose_name='group')),
                    ('position', models.PositiveIntegerField(default=0, verbose_name='place')),
                    ('is_required', models.BooleanField(default=False, verbose_name='required')),
                    ('in_lists', models.BooleanField(default=False, verbose_name='stands in new lists')),
                    ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                    ('see_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='who may see it')),
                    ('fill_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='who may fill it')),
                    ('is_indexed', models.BooleanField(default=False, verbose_name='fast filter')),
                    ('created_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('currency', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.currency', verbose_name='currency')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='core.customfield')),
                    ('updated_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='SetupStamp',
                fields=[
                    ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                    ('stamp', models.UUIDField(db_default=core.models.base.UUIDv7())),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='setup_stamp_is_one_row')],
                },
            ),
            migrations.CreateModel(
                name='SwitchedOff',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=40, unique=True, verbose_name='code')),
                    ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='since')),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ],
                options={
                    'verbose_name': 'switched-off function',
                    'verbose_name_plural': 'switched-off functions',
                },
            ),
            migrations.CreateModel(
                name='SwitchedOffEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('code', models.CharField(max_length=40, verbose_name='code')),
                    ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='since')),
                    ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='core.switchedoff')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.AddConstraint(
                model_name='customfield',
                constraint=models.UniqueConstraint(fields=('model', 'key'), name='own_field_key_once_per_kind_of_record'),
            ),
            migrations.AddConstraint(
                model_name='customfield',
                constraint=models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z][a-z0-9]*(_[a-z0-9]+)*$')), name='own_field_key_is_a_plain_word'),
            ),
            migrations.AddConstraint(
                model_name='customfield',
                constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['text', 'number', 'money', 'date', 'choice', 'choices', 'yesno', 'link'])), name='own_field_kind_is_known'),
            ),
            migrations.AddConstraint(
                model_name='customfield',
                constraint=models.CheckConstraint(condition=models.Q(('digits__lte', 6)), name='own_field_digits_are_few'),
            ),
            migrations.AddConstraint(
                model_name='customfield',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'money'), _negated=True), ('currency__isnull', False), _connector='OR'), name='own_field_of_money_has_a_currency'),
            ),
            migrations.AddConstraint(
                model_name='customfield',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'link'), _negated=True), models.Q(('target', ''), _negated=True), _connector='OR'), name='own_field_link_points_somewhere'),
            ),
            migrations.AddConstraint(
                model_name='customfield',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['choice', 'choices']), _negated=True), models.Q(('options', []), _negated=True), _connector='OR'), name='own_field_choice_has_choices'),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='customfield',
                trigger=pgtrigger.compiler.Trigger(name='own_field_keeps_its_key', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."model" IS DISTINCT FROM (NEW."model"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='300453cbfaa8ab55d97f73cc49e654a6a2619e5a', operation='UPDATE', pgid='pgtrigger_own_field_keeps_its_key_0410a', table='core_customfield', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='customfield',
                trigger=pgtrigger.compiler.Trigger(name='own_field_stamps_the_setup', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO core_setupstamp (id, stamp) VALUES (1, uuidv7()) ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp; RETURN NULL;', hash='5223b55004f21710cdc29c190d6c4112f57b55e8', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_own_field_stamps_the_setup_5b4b4', table='core_customfield', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='customfield',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "core_customfieldevent" ("created_at", "created_by_id", "currency_id", "digits", "external_key", "fill_roles", "group", "help", "id", "in_lists", "is_active", "is_indexed", "is_required", "key", "kind", "label", "model", "options", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "see_roles", "target", "updated_at", "updated_by_id", "uuid", "version") SELECT new_values."created_at", new_values."created_by_id", new_values."currency_id", new_values."digits", new_values."external_key", new_values."fill_roles", new_values."group", new_values."help", new_values."id", new_values."in_lists", new_values."is_active", new_values."is_indexed", new_values."is_required", new_values."key", new_values."kind", new_values."label", new_values."model", new_values."options", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."position", new_values."see_roles", new_values."target", new_values."updated_at", new_values."updated_by_id", new_values."uuid", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='51747b43eacc73278394a9d20424d05a5ff3be4c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_cd5e9', referencing='REFERENCING NEW TABLE AS new_values ', table='core_customfield', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='customfield',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "core_customfieldevent" ("created_at", "created_by_id", "currency_id", "digits", "external_key", "fill_roles", "group", "help", "id", "in_lists", "is_active", "is_indexed", "is_required", "key", "kind", "label", "model", "options", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "see_roles", "target", "updated_at", "updated_by_id", "uuid", "version") SELECT new_values."created_at", new_values."created_by_id", new_values."currency_id", new_values."digits", new_values."external_key", new_values."fill_roles", new_values."group", new_values."help", new_values."id", new_values."in_lists", new_values."is_active", new_values."is_indexed", new_values."is_required", new_values."key", new_values."kind", new_values."label", new_values."model", new_values."options", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."position", new_values."see_roles", new_values."target", new_values."updated_at", new_values."updated_by_id", new_values."uuid", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."created_by_id" IS DISTINCT FROM (new_values."created_by_id") OR old_values."currency_id" IS DISTINCT FROM (new_values."currency_id") OR old_values."digits" IS DISTINCT FROM (new_values."digits") OR old_values."external_key" IS DISTINCT FROM (new_values."external_key") OR old_values."fill_roles" IS DISTINCT FROM (new_values."fill_roles") OR old_values."group" IS DISTINCT FROM (new_values."group") OR old_values."help" IS DISTINCT FROM (new_values."help") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."in_lists" IS DISTINCT FROM (new_values."in_lists") OR old_values."is_active" IS DISTINCT FROM (new_values."is_active") OR old_values."is_indexed" IS DISTINCT FROM (new_values."is_indexed") OR old_values."is_required" IS DISTINCT FROM (new_values."is_required") OR old_values."key" IS DISTINCT FROM (new_values."key") OR old_values."kind" IS DISTINCT FROM (new_values."kind") OR old_values."label" IS DISTINCT FROM (new_values."label") OR old_values."model" IS DISTINCT FROM (new_values."model") OR old_values."options" IS DISTINCT FROM (new_values."options") OR old_values."position" IS DISTINCT FROM (new_values."position") OR old_values."see_roles" IS DISTINCT FROM (new_values."see_roles") OR old_values."target" IS DISTINCT FROM (new_values."target") OR old_values."updated_at" IS DISTINCT FROM (new_values."updated_at") OR old_values."updated_by_id" IS DISTINCT FROM (new_values."updated_by_id") OR old_values."uuid" IS DISTINCT FROM (new_values."uuid") OR old_values."version" IS DISTINCT FROM (new_values."version")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='b928721300ac587139116015b7fbc3ce33ab30d4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_58ad9', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='core_customfield', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='customfield',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "core_customfieldevent" ("created_at", "created_by_id", "currency_id", "digits", "external_key", "fill_roles", "group", "help", "id", "in_lists", "is_active", "is_indexed", "is_required", "key", "kind", "label", "model", "options", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "see_roles", "target", "updated_at", "updated_by_id", "uuid", "version") SELECT old_values."created_at", old_values."created_by_id", old_values."currency_id", old_values."digits", old_values."external_key", old_values."fill_roles", old_values."group", old_values."help", old_values."id", old_values."in_lists", old_values."is_active", old_values."is_indexed", old_values."is_required", old_values."key", old_values."kind", old_values."label", old_values."model", old_values."options", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."position", old_values."see_roles", old_values."target", old_values."updated_at", old_values."updated_by_id", old_values."uuid", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='a29019172731bbd08cd664ad85ed5b00d4a821b9', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_b982c', referencing='REFERENCING OLD TABLE AS old_values ', table='core_customfield', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='switchedoff',
                trigger=pgtrigger.compiler.Trigger(name='switched_off_stamps_the_setup', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO core_setupstamp (id, stamp) VALUES (1, uuidv7()) ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp; RETURN NULL;', hash='2bafe3358ccbb86d42b6cd3d7b3cbd0b26494bcd', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_switched_off_stamps_the_setup_d9287', table='core_switchedoff', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='switchedoff',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "core_switchedoffevent" ("at", "by_id", "code", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."at", new_values."by_id", new_values."code", new_values."id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='6afa426f4bfb29f4bb1173b3dc4013ea2c618ac2', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_862f6', referencing='REFERENCING NEW TABLE AS new_values ', table='core_switchedoff', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='switchedoff',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "core_switchedoffevent" ("at", "by_id", "code", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."at", new_values."by_id", new_values."code", new_values."id", _pgh_attached_context.value, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='291d38b43c43bdfae32d4e3b2c8b19b9dc1a2bd1', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_5683c', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='core_switchedoff', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='switchedoff',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "core_switchedoffevent" ("at", "by_id", "code", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."at", old_values."by_id", old_values."code", old_values."id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='e161529706bd3cf9ad8f8790526840a7751e746e', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_e7c07', referencing='REFERENCING OLD TABLE AS old_values ', table='core_switchedoff', when='AFTER')),
            ),
        ]),
        migrations.RunSQL(VALUES, NO_VALUES),
        migrations.RunSQL(FIRST_STAMP, migrations.RunSQL.noop),
    ]
