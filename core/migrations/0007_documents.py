import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import core.models.base

from core.migration_operations import CreateTogether


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("core", "0006_imports"),
    ]
    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='Document',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('uuid', models.UUIDField(db_default=core.models.base.UUIDv7(), editable=False, unique=True, verbose_name='public id')),
                    ('record_id', models.BigIntegerField()),
                    ('kind', models.CharField(max_length=40, verbose_name='kind')),
                    ('number', models.PositiveIntegerField(verbose_name='version')),
                    ('language', models.CharField(max_length=8, verbose_name='language')),
                    ('is_final', models.BooleanField(default=False, verbose_name='of a posted record')),
                    ('is_draft', models.BooleanField(default=False, verbose_name='marked as a draft')),
                    ('state', models.CharField(choices=[('waiting', 'Being made'), ('making', 'Being made now'), ('ready', 'Ready'), ('failed', 'Could not be made')], default='waiting', max_length=8, verbose_name='state')),
                    ('facts', models.JSONField(default=dict, editable=False)),
                    ('facts_hash', models.CharField(editable=False, max_length=64)),
                    ('name', models.CharField(max_length=200, verbose_name='file name')),
                    ('file', models.FileField(blank=True, editable=False, max_length=200, upload_to='')),
                    ('sha256', models.CharField(blank=True, max_length=64)),
                    ('size', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='size, bytes')),
                    ('pages', models.PositiveIntegerField(blank=True, null=True, verbose_name='pages')),
                    ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='asked for')),
                    ('made_at', models.DateTimeField(blank=True, null=True, verbose_name='made at')),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('lease_until', models.DateTimeField(blank=True, null=True)),
                    ('error', models.TextField(blank=True, verbose_name='error')),
                    ('record_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                    ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ],
                options={
                    'verbose_name': 'document',
                    'verbose_name_plural': 'documents',
                    'indexes': [models.Index(condition=models.Q(('state__in', ('waiting', 'making'))), fields=['id'], name='document_open')],
                    'constraints': [models.UniqueConstraint(fields=('record_type', 'record_id', 'kind', 'number'), name='document_version_once'), models.UniqueConstraint(condition=models.Q(('is_final', True)), fields=('record_type', 'record_id', 'kind'), name='document_of_posted_record_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(models.Q(('file', ''), _negated=True), models.Q(('sha256', ''), _negated=True), ('made_at__isnull', False), ('pages__gt', 0)), _connector='OR'), name='document_ready_has_its_file'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'making'), _negated=True), ('lease_until__isnull', False), _connector='OR'), name='document_making_has_a_lease'), models.CheckConstraint(condition=models.Q(('is_draft', True), ('is_final', True), _negated=True), name='document_final_is_no_draft')],
                },
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='document',
                trigger=pgtrigger.compiler.Trigger(name='document_made_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD."state" = \'ready\') AND (OLD.* IS DISTINCT FROM NEW.*))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='0704cc047fc826d1e601f32edb9e25d8b62c32b2', operation='UPDATE', pgid='pgtrigger_document_made_is_frozen_a4670', table='core_document', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='document',
                trigger=pgtrigger.compiler.Trigger(name='document_of_posted_record_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."is_final" AND OLD."state" = \'ready\')', func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='d33d50d6ab724654047d0a30c8d027690a52dd99', operation='DELETE', pgid='pgtrigger_document_of_posted_record_is_kept_72b9b', table='core_document', when='BEFORE')),
            ),
        ]),
    ]
