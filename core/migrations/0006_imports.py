import core.models.base
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from core.migration_operations import CreateTogether


class Migration(migrations.Migration):

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('core', '0005_access'),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='ImportRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('uuid', models.UUIDField(db_default=core.models.base.UUIDv7(), editable=False, unique=True, verbose_name='public id')),
                    ('profile', models.CharField(max_length=40, verbose_name='what')),
                    ('state', models.CharField(choices=[('uploaded', 'Uploaded'), ('mapped', 'Columns assigned'), ('checking', 'Being checked'), ('checked', 'Checked'), ('importing', 'Being imported'), ('done', 'Imported'), ('failed', 'Stopped'), ('undoing', 'Being taken back'), ('undone', 'Taken back')], default='uploaded', max_length=10, verbose_name='state')),
                    ('name', models.CharField(max_length=200, verbose_name='file')),
                    ('size', models.PositiveBigIntegerField(verbose_name='size')),
                    ('sha256', models.CharField(max_length=64)),
                    ('file', models.FileField(max_length=200, upload_to='')),
                    ('facts', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ('options', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ('mapping', models.JSONField(default=dict)),
                    ('fixed', models.JSONField(default=dict)),
                    ('counts', models.JSONField(default=dict)),
                    ('outcome', models.JSONField(default=dict)),
                    ('error', models.TextField(blank=True, verbose_name='error')),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='uploaded at')),
                    ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='checked at')),
                    ('imported_at', models.DateTimeField(blank=True, null=True, verbose_name='imported at')),
                    ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back at')),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.job')),
                ],
                options={
                    'verbose_name': 'import',
                    'verbose_name_plural': 'imports',
                },
            ),
            migrations.CreateModel(
                name='ImportRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('line', models.PositiveIntegerField(verbose_name='line')),
                    ('state', models.CharField(choices=[('new', 'New'), ('changed', 'Changed'), ('same', 'Unchanged'), ('twin', 'Likely there already'), ('bad', 'With errors'), ('held', 'Held back')], max_length=8, verbose_name='state')),
                    ('key', models.CharField(blank=True, max_length=200)),
                    ('values', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                    ('errors', models.JSONField(null=True)),
                    ('twins', models.JSONField(null=True)),
                    ('action', models.CharField(blank=True, max_length=8)),
                    ('record_id', models.BigIntegerField(null=True)),
                    ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='core.importrun')),
                ],
                options={
                    'verbose_name': 'row of an import',
                    'verbose_name_plural': 'rows of imports',
                },
            ),
            migrations.CreateModel(
                name='ImportChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('line', models.PositiveIntegerField(verbose_name='line')),
                    ('record_id', models.BigIntegerField()),
                    ('kind', models.CharField(choices=[('created', 'Created'), ('changed', 'Changed')], max_length=8, verbose_name='kind')),
                    ('before', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                    ('after', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                    ('version', models.PositiveIntegerField(default=0)),
                    ('parts', models.PositiveIntegerField(default=0)),
                    ('undone_at', models.DateTimeField(blank=True, null=True)),
                    ('kept_because', models.CharField(blank=True, max_length=300, verbose_name='kept because')),
                    ('record_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                    ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='core.importrun')),
                ],
                options={
                    'verbose_name': 'change by an import',
                    'verbose_name_plural': 'changes by imports',
                },
            ),
            migrations.CreateModel(
                name='ImportMapping',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('profile', models.CharField(max_length=40, verbose_name='what')),
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('columns', models.JSONField(default=dict, verbose_name='field by heading')),
                    ('fixed', models.JSONField(default=dict, verbose_name='same for every row')),
                    ('options', models.JSONField(default=dict, verbose_name='how the file is read')),
                    ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                    ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'import mapping',
                    'verbose_name_plural': 'import mappings',
                    'constraints': [models.UniqueConstraint(fields=('profile', 'owner', 'name'), name='import_mapping_name_once', nulls_distinct=False)],
                },
            ),
            migrations.AddIndex(
                model_name='importrun',
                index=models.Index(fields=['by', '-id'], name='import_run_of_user'),
            ),
            migrations.AddIndex(
                model_name='importrow',
                index=models.Index(condition=models.Q(('state__in', ['twin', 'bad', 'held'])), fields=['run', 'state', 'line'], name='import_row_to_look_at'),
            ),
            migrations.AddConstraint(
                model_name='importrow',
                constraint=models.UniqueConstraint(fields=('run', 'line'), name='import_row_once_per_line'),
            ),
            migrations.AddIndex(
                model_name='importchange',
                index=models.Index(fields=['run', '-id'], name='import_change_of_run'),
            ),
            migrations.AddIndex(
                model_name='importchange',
                index=models.Index(fields=['record_type', 'record_id'], name='import_change_of_record'),
            ),
        ]),
    ]
