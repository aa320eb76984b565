"""The history of a record is looked up by the record; its other references need no index."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.migration_operations import CreateTogether


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0014_history_without_indexes'),
        ('crm', '0008_history_without_indexes'),
        ('inventory', '0008_name_purchase_orders_in_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTogether([
            migrations.AlterField(
                model_name='goodsreceiptevent',
                name='created_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='goodsreceiptevent',
                name='order',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.purchaseorder'),
            ),
            migrations.AlterField(
                model_name='goodsreceiptevent',
                name='updated_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='itemcategoryevent',
                name='parent',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.itemcategory'),
            ),
            migrations.AlterField(
                model_name='itemevent',
                name='binned_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='itemevent',
                name='category',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.itemcategory', verbose_name='category'),
            ),
            migrations.AlterField(
                model_name='itemevent',
                name='created_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='itemevent',
                name='tax',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.tax'),
            ),
            migrations.AlterField(
                model_name='itemevent',
                name='unit',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.unit'),
            ),
            migrations.AlterField(
                model_name='itemevent',
                name='updated_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='locationevent',
                name='warehouse',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.warehouse'),
            ),
            migrations.AlterField(
                model_name='lotevent',
                name='created_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='lotevent',
                name='item',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.item'),
            ),
            migrations.AlterField(
                model_name='lotevent',
                name='updated_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='purchaseorderevent',
                name='branch',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.branch'),
            ),
            migrations.AlterField(
                model_name='purchaseorderevent',
                name='created_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='purchaseorderevent',
                name='currency',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.currency'),
            ),
            migrations.AlterField(
                model_name='purchaseorderevent',
                name='organization',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.organization'),
            ),
            migrations.AlterField(
                model_name='purchaseorderevent',
                name='owner',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='purchaseorderevent',
                name='supplier',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='crm.legalentity'),
            ),
            migrations.AlterField(
                model_name='purchaseorderevent',
                name='updated_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='purchaseorderevent',
                name='warehouse',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.warehouse'),
            ),
            migrations.AlterField(
                model_name='purchaseorderlineevent',
                name='item',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.item'),
            ),
            migrations.AlterField(
                model_name='purchaseorderlineevent',
                name='order',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.purchaseorder'),
            ),
            migrations.AlterField(
                model_name='purchaseorderlineevent',
                name='supply',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.supply'),
            ),
            migrations.AlterField(
                model_name='stocktakeevent',
                name='category',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.itemcategory', verbose_name='category'),
            ),
            migrations.AlterField(
                model_name='stocktakeevent',
                name='created_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='stocktakeevent',
                name='location',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.location', verbose_name='place'),
            ),
            migrations.AlterField(
                model_name='stocktakeevent',
                name='owner',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='counted by'),
            ),
            migrations.AlterField(
                model_name='stocktakeevent',
                name='updated_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='stocktakeevent',
                name='warehouse',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.warehouse', verbose_name='warehouse'),
            ),
            migrations.AlterField(
                model_name='supplieritemevent',
                name='currency',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.currency'),
            ),
            migrations.AlterField(
                model_name='supplieritemevent',
                name='item',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='inventory.item'),
            ),
            migrations.AlterField(
                model_name='supplieritemevent',
                name='supplier',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='crm.legalentity'),
            ),
            migrations.AlterField(
                model_name='warehouseevent',
                name='branch',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.branch'),
            ),
            migrations.AlterField(
                model_name='warehouseevent',
                name='created_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='warehouseevent',
                name='updated_by',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ),
        ]),
    ]
