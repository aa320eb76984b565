import core.models.base
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from core.migration_operations import CreateTogether


class Migration(migrations.Migration):
    dependencies = [("core", "0007_documents"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='ApiToken',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('uuid', models.UUIDField(db_default=core.models.base.UUIDv7(), editable=False, unique=True)),
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('prefix', models.CharField(max_length=16, verbose_name='begins with')),
                    ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
                    ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), size=None, verbose_name='may')),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='made at')),
                    ('expires_at', models.DateTimeField(verbose_name='valid until')),
                    ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='last used')),
                    ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                    ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_tokens', to=settings.AUTH_USER_MODEL, verbose_name='acts as')),
                ],
                options={
                    'verbose_name': 'API key',
                    'verbose_name_plural': 'API keys',
                },
            ),
            migrations.CreateModel(
                name='ApiTokenEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('uuid', models.UUIDField(db_default=core.models.base.UUIDv7(), editable=False)),
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('prefix', models.CharField(max_length=16, verbose_name='begins with')),
                    ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), size=None, verbose_name='may')),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='made at')),
                    ('expires_at', models.DateTimeField(verbose_name='valid until')),
                    ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='core.apitoken')),
                    ('revoked_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='acts as')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='WebhookEndpoint',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('uuid', models.UUIDField(db_default=core.models.base.UUIDv7(), editable=False, unique=True, verbose_name='public id')),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created at')),
                    ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                    ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                    ('external_key', models.CharField(blank=True, max_length=80, null=True, unique=True, verbose_name='external key')),
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('url', models.URLField(max_length=320, verbose_name='address')),
                    ('event_names', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None, verbose_name='events')),
                    ('is_active', models.BooleanField(default=True, verbose_name='active')),
                    ('secret_number', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='webhooks', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                    ('updated_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'webhook',
                    'verbose_name_plural': 'webhooks',
                },
            ),
            migrations.CreateModel(
                name='WebhookDelivery',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('event', models.CharField(max_length=60, verbose_name='event')),
                    ('resource', models.CharField(blank=True, max_length=60, verbose_name='resource')),
                    ('record_id', models.BigIntegerField(blank=True, null=True, verbose_name='record')),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='made at')),
                    ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='delivery', to='core.outboxmessage')),
                    ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='core.webhookendpoint')),
                ],
                options={
                    'verbose_name': 'call of a webhook',
                    'verbose_name_plural': 'calls of webhooks',
                },
            ),
            migrations.CreateModel(
                name='WebhookEndpointEvent',
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
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('url', models.URLField(max_length=320, verbose_name='address')),
                    ('event_names', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None, verbose_name='events')),
                    ('is_active', models.BooleanField(default=True, verbose_name='active')),
                    ('secret_number', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('owner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='core.webhookendpoint')),
                    ('updated_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.AddIndex(
                model_name='apitoken',
                index=models.Index(fields=['user', '-created_at'], name='api_token_of_user'),
            ),
            migrations.AddConstraint(
                model_name='apitoken',
                constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='api_token_ends_after_it_began'),
            ),
            migrations.AddConstraint(
                model_name='apitoken',
                constraint=models.CheckConstraint(condition=models.Q(('scopes', []), _negated=True), name='api_token_may_something'),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='apitoken',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "core_apitokenevent" ("created_at", "expires_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "revoked_by_id", "scopes", "user_id", "uuid") SELECT new_values."created_at", new_values."expires_at", new_values."id", new_values."name", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."prefix", new_values."revoked_at", new_values."revoked_by_id", new_values."scopes", new_values."user_id", new_values."uuid" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='8f6cc99eec882bbe30bf0989f51cd8226aeb9a2c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_8f3ec', referencing='REFERENCING NEW TABLE AS new_values ', table='core_apitoken', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='apitoken',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "core_apitokenevent" ("created_at", "expires_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "revoked_by_id", "scopes", "user_id", "uuid") SELECT new_values."created_at", new_values."expires_at", new_values."id", new_values."name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."prefix", new_values."revoked_at", new_values."revoked_by_id", new_values."scopes", new_values."user_id", new_values."uuid" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."expires_at" IS DISTINCT FROM (new_values."expires_at") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."prefix" IS DISTINCT FROM (new_values."prefix") OR old_values."revoked_at" IS DISTINCT FROM (new_values."revoked_at") OR old_values."revoked_by_id" IS DISTINCT FROM (new_values."revoked_by_id") OR old_values."scopes" IS DISTINCT FROM (new_values."scopes") OR old_values."user_id" IS DISTINCT FROM (new_values."user_id") OR old_values."uuid" IS DISTINCT FROM (new_values."uuid")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='bc764a4471ac110f5c0484a31da4a7b8511fb25f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_90670', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='core_apitoken', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='apitoken',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "core_apitokenevent" ("created_at", "expires_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "revoked_by_id", "scopes", "user_id", "uuid") SELECT old_values."created_at", old_values."expires_at", old_values."id", old_values."name", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."prefix", old_values."revoked_at", old_values."revoked_by_id", old_values."scopes", old_values."user_id", old_values."uuid" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='dc43524e869ef4b1decedc1bee39e0814fac8ebf', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_f3049', referencing='REFERENCING OLD TABLE AS old_values ', table='core_apitoken', when='AFTER')),
            ),
            migrations.AddConstraint(
                model_name='webhookendpoint',
                constraint=models.CheckConstraint(condition=models.Q(('event_names', []), _negated=True), name='webhook_hears_something'),
            ),
            migrations.AddConstraint(
                model_name='webhookendpoint',
                constraint=models.CheckConstraint(condition=models.Q(('url__startswith', 'https://'), ('url__startswith', 'http://'), _connector='OR'), name='webhook_on_the_web'),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='webhookendpoint',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "core_webhookendpointevent" ("created_at", "created_by_id", "event_names", "external_key", "id", "is_active", "name", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "secret_number", "updated_at", "updated_by_id", "url", "uuid", "version") SELECT new_values."created_at", new_values."created_by_id", new_values."event_names", new_values."external_key", new_values."id", new_values."is_active", new_values."name", new_values."owner_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."secret_number", new_values."updated_at", new_values."updated_by_id", new_values."url", new_values."uuid", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='e5495dd8de7d974ff91bfa5963e76a6783b5379a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_81621', referencing='REFERENCING NEW TABLE AS new_values ', table='core_webhookendpoint', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='webhookendpoint',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "core_webhookendpointevent" ("created_at", "created_by_id", "event_names", "external_key", "id", "is_active", "name", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "secret_number", "updated_at", "updated_by_id", "url", "uuid", "version") SELECT new_values."created_at", new_values."created_by_id", new_values."event_names", new_values."external_key", new_values."id", new_values."is_active", new_values."name", new_values."owner_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."secret_number", new_values."updated_at", new_values."updated_by_id", new_values."url", new_values."uuid", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='e93b388f8601cab4d27321bd67babf1f68c7c95c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_85ed2', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='core_webhookendpoint', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='webhookendpoint',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "core_webhookendpointevent" ("created_at", "created_by_id", "event_names", "external_key", "id", "is_active", "name", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "secret_number", "updated_at", "updated_by_id", "url", "uuid", "version") SELECT old_values."created_at", old_values."created_by_id", old_values."event_names", old_values."external_key", old_values."id", old_values."is_active", old_values."name", old_values."owner_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."secret_number", old_values."updated_at", old_values."updated_by_id", old_values."url", old_values."uuid", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='2dfc86fcd3fbfe21e7694d0b3bd27daff301ae1f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_78f57', referencing='REFERENCING OLD TABLE AS old_values ', table='core_webhookendpoint', when='AFTER')),
            ),
            migrations.AddIndex(
                model_name='webhookdelivery',
                index=models.Index(fields=['endpoint', '-id'], name='webhook_delivery_of_endpoint'),
            ),
        ]),
    ]
