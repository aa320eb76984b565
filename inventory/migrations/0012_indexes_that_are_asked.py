"""Moves, layers, supplies and demands keep the indexes that somebody asks; those of lots hold only what has one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.migration_operations import CreateTogether


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0015_indexes_that_are_asked'),
        ('inventory', '0011_worth_of_warehouses'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTogether([
            migrations.AlterField(
                model_name='costlayer',
                name='lot',
                field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='layers', to='inventory.lot'),
            ),
            migrations.AlterField(
                model_name='costlayer',
                name='warehouse',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='layers', to='inventory.warehouse'),
            ),
            migrations.AlterField(
                model_name='demand',
                name='warehouse',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='demands', to='inventory.warehouse'),
            ),
            migrations.AlterField(
                model_name='goodsreceiptline',
                name='location',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.location'),
            ),
            migrations.AlterField(
                model_name='goodsreceiptline',
                name='lot',
                field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.lot'),
            ),
            migrations.AlterField(
                model_name='stockmove',
                name='by',
                field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AlterField(
                model_name='stockmove',
                name='item',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='inventory.item'),
            ),
            migrations.AlterField(
                model_name='stockmove',
                name='lot',
                field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='inventory.lot'),
            ),
            migrations.AlterField(
                model_name='supply',
                name='warehouse',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='supplies', to='inventory.warehouse'),
            ),
            migrations.AddIndex(
                model_name='costlayer',
                index=models.Index(condition=models.Q(('lot__isnull', False)), fields=['lot'], name='cost_layer_of_lot'),
            ),
            migrations.AddIndex(
                model_name='goodsreceiptline',
                index=models.Index(condition=models.Q(('lot__isnull', False)), fields=['lot'], name='receipt_line_of_lot'),
            ),
            migrations.AddIndex(
                model_name='stockmove',
                index=models.Index(condition=models.Q(('lot__isnull', False)), fields=['lot'], name='stock_move_of_lot'),
            ),
        ]),
    ]
