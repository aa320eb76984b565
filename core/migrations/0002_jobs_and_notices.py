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
        ('core', '0001_foundation'),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='Job',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('uuid', models.UUIDField(db_default=core.models.base.UUIDv7(), editable=False, unique=True, verbose_name='public id')),
                    ('kind', models.CharField(max_length=80, verbose_name='kind')),
                    ('title', models.CharField(max_length=200, verbose_name='title')),
                    ('params', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ('key', models.CharField(blank=True, max_length=120, null=True, unique=True)),
                    ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='waiting', max_length=10, verbose_name='state')),
                    ('steps', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='all steps')),
                    ('done', models.PositiveBigIntegerField(default=0, verbose_name='steps done')),
                    ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                    ('checkpoint', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                    ('summary', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ('url', models.CharField(blank=True, max_length=300)),
                    ('error', models.TextField(blank=True, verbose_name='error')),
                    ('reference', models.CharField(blank=True, max_length=12, verbose_name='number in the log')),
                    ('attempts', models.PositiveIntegerField(default=0)),
                    ('stumbles', models.PositiveSmallIntegerField(default=0)),
                    ('lease_until', models.DateTimeField(blank=True, null=True)),
                    ('cancel_asked_at', models.DateTimeField(blank=True, null=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='asked for')),
                    ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='started')),
                    ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'background job',
                    'verbose_name_plural': 'background jobs',
                },
            ),
            migrations.CreateModel(
                name='JobFile',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('uuid', models.UUIDField(db_default=core.models.base.UUIDv7(), editable=False, unique=True)),
                    ('name', models.CharField(max_length=200, verbose_name='name')),
                    ('content_type', models.CharField(max_length=100)),
                    ('size', models.PositiveBigIntegerField()),
                    ('sha256', models.CharField(max_length=64)),
                    ('file', models.FileField(max_length=300, upload_to='')),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ('removed_at', models.DateTimeField(blank=True, null=True)),
                    ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='core.job')),
                ],
                options={
                    'verbose_name': 'file of a job',
                    'verbose_name_plural': 'files of jobs',
                },
            ),
            migrations.CreateModel(
                name='Notice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=80, verbose_name='kind')),
                    ('key', models.CharField(max_length=160)),
                    ('text', models.CharField(max_length=500, verbose_name='text')),
                    ('url', models.CharField(blank=True, max_length=300)),
                    ('record_id', models.BigIntegerField(blank=True, null=True)),
                    ('in_bell', models.BooleanField(default=True)),
                    ('mail', models.CharField(choices=[('now', 'At once'), ('digest', 'In the daily mail'), ('never', 'Never')], default='digest', max_length=6)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='written')),
                    ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
                    ('mailed_at', models.DateTimeField(blank=True, null=True, verbose_name='sent by mail')),
                    ('record_type', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contenttypes.contenttype')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'notice',
                    'verbose_name_plural': 'notices',
                },
            ),
            migrations.CreateModel(
                name='NoticePreference',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=80, verbose_name='kind')),
                    ('in_bell', models.BooleanField(default=True, verbose_name='in the bell')),
                    ('mail', models.CharField(choices=[('now', 'At once'), ('digest', 'In the daily mail'), ('never', 'Never')], default='digest', max_length=6, verbose_name='by mail')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'wish for notices',
                    'verbose_name_plural': 'wishes for notices',
                },
            ),
            migrations.CreateModel(
                name='NoticeSettings',
                fields=[
                    ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='notice_settings', serialize=False, to=settings.AUTH_USER_MODEL)),
                    ('digest_on', models.BooleanField(default=True, verbose_name='a daily mail')),
                    ('digest_hour', models.PositiveSmallIntegerField(default=8, verbose_name='hour of the daily mail')),
                    ('task_lead_minutes', models.PositiveSmallIntegerField(choices=[(0, 'When it is due'), (15, '15 minutes before'), (60, '1 hour before'), (1440, '1 day before')], default=0, verbose_name='reminder of tasks')),
                    ('settled_on', models.DateField(blank=True, editable=False, null=True)),
                ],
                options={
                    'verbose_name': 'daily mail',
                    'verbose_name_plural': 'daily mails',
                    'constraints': [models.CheckConstraint(condition=models.Q(('digest_hour__lte', 23)), name='notice_settings_hour_of_a_day')],
                },
            ),
            migrations.CreateModel(
                name='Reminder',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('record_id', models.BigIntegerField(blank=True, null=True)),
                    ('at', models.DateTimeField(verbose_name='at')),
                    ('text', models.CharField(max_length=300, verbose_name='text')),
                    ('url', models.CharField(blank=True, max_length=300)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ('done_at', models.DateTimeField(blank=True, null=True)),
                    ('record_type', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contenttypes.contenttype')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'reminder',
                    'verbose_name_plural': 'reminders',
                },
            ),
            migrations.AddIndex(
                model_name='job',
                index=models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['lease_until', 'id'], name='job_open'),
            ),
            migrations.AddIndex(
                model_name='job',
                index=models.Index(fields=['by', '-id'], name='job_of_user'),
            ),
            migrations.AddConstraint(
                model_name='job',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), ('lease_until__isnull', False), _connector='OR'), name='job_running_has_a_lease'),
            ),
            migrations.AddConstraint(
                model_name='job',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state__in', ['waiting', 'running'])), models.Q(models.Q(('state__in', ['waiting', 'running']), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='job_finished_at_when_over'),
            ),
            migrations.AddIndex(
                model_name='jobfile',
                index=models.Index(condition=models.Q(('removed_at__isnull', True)), fields=['created_at'], name='job_file_kept'),
            ),
            migrations.AddConstraint(
                model_name='jobfile',
                constraint=models.UniqueConstraint(fields=('job', 'name'), name='job_file_one_per_name'),
            ),
            migrations.AddIndex(
                model_name='notice',
                index=models.Index(condition=models.Q(('in_bell', True), ('read_at__isnull', True)), fields=['user', '-id'], name='notice_unread'),
            ),
            migrations.AddIndex(
                model_name='notice',
                index=models.Index(fields=['user', '-id'], name='notice_of_user'),
            ),
            migrations.AddIndex(
                model_name='notice',
                index=models.Index(fields=['record_type', 'record_id', 'kind'], name='notice_of_record'),
            ),
            migrations.AddIndex(
                model_name='notice',
                index=models.Index(condition=models.Q(('mail', 'now'), ('mailed_at__isnull', True)), fields=['id'], name='notice_to_mail'),
            ),
            migrations.AddIndex(
                model_name='notice',
                index=models.Index(fields=['created_at'], name='notice_by_age'),
            ),
            migrations.AddConstraint(
                model_name='notice',
                constraint=models.UniqueConstraint(fields=('user', 'key'), name='notice_once_per_user'),
            ),
            migrations.AddConstraint(
                model_name='noticepreference',
                constraint=models.UniqueConstraint(fields=('user', 'kind'), name='notice_preference_once_per_kind'),
            ),
            migrations.AddIndex(
                model_name='reminder',
                index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['at'], name='reminder_open'),
            ),
            migrations.AddIndex(
                model_name='reminder',
                index=models.Index(fields=['user', 'at'], name='reminder_of_user'),
            ),
            migrations.AddConstraint(
                model_name='reminder',
                constraint=models.UniqueConstraint(fields=('user', 'record_type', 'record_id', 'at', 'text'), name='reminder_once', nulls_distinct=False),
            ),
        ]),
    ]
