"""The history of a record is looked up by the record; its other references need no index."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.migration_operations import CreateTogether


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0014_history_without_indexes'),
        ('crm', '0008_history_without_indexes'),
        ('finance', '0005_name_invoices_in_words'),
        ('inventory', '0009_history_without_indexes'),
        ('sales', '0010_history_without_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTogether([
            migrations.AlterField(
                model_name='bankaccountevent',
                name='branch',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.branch'),
            ),
            migrations.AlterField(
                model_name='bankaccountevent',
                name='created_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='bankaccountevent',
                name='currency',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.currency'),
            ),
            migrations.AlterField(
                model_name='bankaccountevent',
                name='organization',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.organization'),
            ),
            migrations.AlterField(
                model_name='bankaccountevent',
                name='updated_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='casharticleevent',
                name='parent',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='finance.casharticle'),
            ),
            migrations.AlterField(
                model_name='invoiceevent',
                name='branch',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.branch'),
            ),
            migrations.AlterField(
                model_name='invoiceevent',
                name='client',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='crm.client'),
            ),
            migrations.AlterField(
                model_name='invoiceevent',
                name='created_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='invoiceevent',
                name='credits',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='finance.invoice'),
            ),
            migrations.AlterField(
                model_name='invoiceevent',
                name='currency',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.currency'),
            ),
            migrations.AlterField(
                model_name='invoiceevent',
                name='legal_entity',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='crm.legalentity'),
            ),
            migrations.AlterField(
                model_name='invoiceevent',
                name='order',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sales.salesorder'),
            ),
            migrations.AlterField(
                model_name='invoiceevent',
                name='organization',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.organization'),
            ),
            migrations.AlterField(
                model_name='invoiceevent',
                name='purchase_order',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.purchaseorder'),
            ),
            migrations.AlterField(
                model_name='invoiceevent',
                name='updated_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='paymentevent',
                name='account',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='finance.bankaccount'),
            ),
            migrations.AlterField(
                model_name='paymentevent',
                name='article',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='finance.casharticle'),
            ),
            migrations.AlterField(
                model_name='paymentevent',
                name='client',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='crm.client'),
            ),
            migrations.AlterField(
                model_name='paymentevent',
                name='created_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='paymentevent',
                name='currency',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.currency'),
            ),
            migrations.AlterField(
                model_name='paymentevent',
                name='legal_entity',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='crm.legalentity'),
            ),
            migrations.AlterField(
                model_name='paymentevent',
                name='order',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sales.salesorder'),
            ),
            migrations.AlterField(
                model_name='paymentevent',
                name='organization',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.organization'),
            ),
            migrations.AlterField(
                model_name='paymentevent',
                name='reversal_of',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='finance.payment'),
            ),
            migrations.AlterField(
                model_name='paymentevent',
                name='updated_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='periodevent',
                name='branch',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.branch'),
            ),
            migrations.AlterField(
                model_name='periodevent',
                name='closed_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
        ]),
    ]
