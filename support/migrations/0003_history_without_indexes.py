"""The history of a record is looked up by the record; its other references need no index."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.migration_operations import CreateTogether


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0014_history_without_indexes'),
        ('crm', '0008_history_without_indexes'),
        ('inventory', '0009_history_without_indexes'),
        ('sales', '0010_history_without_indexes'),
        ('support', '0002_phone_reports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTogether([
            migrations.AlterField(
                model_name='installationvisitevent',
                name='branch',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.branch'),
            ),
            migrations.AlterField(
                model_name='installationvisitevent',
                name='created_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='installationvisitevent',
                name='order',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sales.salesorder', verbose_name='order'),
            ),
            migrations.AlterField(
                model_name='installationvisitevent',
                name='task',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='crm.task'),
            ),
            migrations.AlterField(
                model_name='installationvisitevent',
                name='updated_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='installationvisitevent',
                name='warehouse',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.warehouse'),
            ),
            migrations.AlterField(
                model_name='ticketevent',
                name='branch',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.branch'),
            ),
            migrations.AlterField(
                model_name='ticketevent',
                name='client',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='crm.client', verbose_name='client'),
            ),
            migrations.AlterField(
                model_name='ticketevent',
                name='created_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='ticketevent',
                name='order',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sales.salesorder', verbose_name='order'),
            ),
            migrations.AlterField(
                model_name='ticketevent',
                name='order_line',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sales.orderline'),
            ),
            migrations.AlterField(
                model_name='ticketevent',
                name='owner',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
            ),
            migrations.AlterField(
                model_name='ticketevent',
                name='updated_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
        ]),
    ]
