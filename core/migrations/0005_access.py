import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from core.migration_operations import CreateTogether


class Migration(migrations.Migration):
    dependencies = [("core", "0004_search")]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='ActingEnd',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('ended_at', models.DateTimeField(verbose_name='ended')),
                ],
                options={
                    'verbose_name': "end of work in another's name",
                    'verbose_name_plural': "ends of work in another's name",
                },
            ),
            migrations.CreateModel(
                name='ActingSession',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.CharField(max_length=300, verbose_name='reason')),
                    ('began_at', models.DateTimeField(verbose_name='from')),
                    ('until', models.DateTimeField(verbose_name='until')),
                ],
                options={
                    'verbose_name': "work in another's name",
                    'verbose_name_plural': "work in another's name",
                },
            ),
            migrations.CreateModel(
                name='UserSession',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key_hash', models.CharField(editable=False, max_length=64, unique=True)),
                    ('device', models.CharField(blank=True, max_length=80, verbose_name='device')),
                    ('address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                    ('signed_in_at', models.DateTimeField(verbose_name='signed in')),
                    ('last_seen_at', models.DateTimeField(verbose_name='last seen')),
                ],
                options={
                    'verbose_name': 'session',
                    'verbose_name_plural': 'sessions',
                },
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='role',
                name='insert_insert',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='role',
                name='update_update',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='role',
                name='delete_delete',
            ),
            migrations.AddField(
                model_name='role',
                name='needs_second_factor',
                field=models.BooleanField(db_default=False, default=False, help_text='Whoever is in this role signs in with an authenticator app or a passkey as well.', verbose_name='needs a second factor'),
            ),
            migrations.AddField(
                model_name='roleevent',
                name='needs_second_factor',
                field=models.BooleanField(db_default=False, default=False, help_text='Whoever is in this role signs in with an authenticator app or a passkey as well.', verbose_name='needs a second factor'),
            ),
            migrations.AddField(
                model_name='user',
                name='factor_needed_since',
                field=models.DateTimeField(blank=True, editable=False, null=True),
            ),
            migrations.AddField(
                model_name='user',
                name='rights_stamp',
                field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='role',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "core_roleevent" ("code", "id", "is_system", "name", "needs_second_factor", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."code", new_values."id", new_values."is_system", new_values."name", new_values."needs_second_factor", _pgh_attached_context.value, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='8ff0cfd9b240ce88ec99c245f307b604f5594d3c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_9f0d5', referencing='REFERENCING NEW TABLE AS new_values ', table='core_role', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='role',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "core_roleevent" ("code", "id", "is_system", "name", "needs_second_factor", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."code", new_values."id", new_values."is_system", new_values."name", new_values."needs_second_factor", _pgh_attached_context.value, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."code" IS DISTINCT FROM (new_values."code") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_system" IS DISTINCT FROM (new_values."is_system") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."needs_second_factor" IS DISTINCT FROM (new_values."needs_second_factor")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='751d00761cf6c46045a29cd99fe00445ad48e0cd', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_b1fe6', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='core_role', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='role',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "core_roleevent" ("code", "id", "is_system", "name", "needs_second_factor", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."code", old_values."id", old_values."is_system", old_values."name", old_values."needs_second_factor", _pgh_attached_context.value, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='5cc1e5c96a1f03e7238c86ef33be117e764f4557', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_ed3d7', referencing='REFERENCING OLD TABLE AS old_values ', table='core_role', when='AFTER')),
            ),
            migrations.AddField(
                model_name='actingsession',
                name='by',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='actingsession',
                name='person',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='actingend',
                name='acting',
                field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='core.actingsession'),
            ),
            migrations.AddField(
                model_name='usersession',
                name='user',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddIndex(
                model_name='actingsession',
                index=models.Index(fields=['-began_at'], name='acting_latest_first'),
            ),
            migrations.AddConstraint(
                model_name='actingsession',
                constraint=models.CheckConstraint(condition=models.Q(('by', models.F('person')), _negated=True), name='acting_for_somebody_else'),
            ),
            migrations.AddConstraint(
                model_name='actingsession',
                constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('began_at'))), name='acting_ends_after_it_began'),
            ),
            migrations.AddConstraint(
                model_name='actingsession',
                constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='acting_has_a_reason'),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='actingsession',
                trigger=pgtrigger.compiler.Trigger(name='acting_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='87543991e6b7d3beef1d7f17c84dd9b5e50979bf', operation='UPDATE OR DELETE', pgid='pgtrigger_acting_append_only_c15e1', table='core_actingsession', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='actingend',
                trigger=pgtrigger.compiler.Trigger(name='acting_end_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0414eccf7d361bbbd2c27bf43f8f16a5f3469048', operation='UPDATE OR DELETE', pgid='pgtrigger_acting_end_append_only_cfd92', table='core_actingend', when='BEFORE')),
            ),
            migrations.AddIndex(
                model_name='usersession',
                index=models.Index(fields=['user', '-last_seen_at'], name='session_of_user'),
            ),
            migrations.AddConstraint(
                model_name='usersession',
                constraint=models.CheckConstraint(condition=models.Q(('last_seen_at__gte', models.F('signed_in_at'))), name='session_seen_after_sign_in'),
            ),
        ]),
        migrations.RunSQL(
            "UPDATE core_role SET needs_second_factor = true "
            "WHERE is_system AND code IN ('accountant', 'director', 'administrator')",
            migrations.RunSQL.noop,
        ),
    ]
