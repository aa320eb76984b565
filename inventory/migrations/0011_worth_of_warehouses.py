"""What a warehouse is worth is kept beside its layers, by triggers; what lies there already is its first row."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from core.migration_operations import CreateTogether

# The triggers made above hold off whoever changes layers until this is committed, so nothing is missed or counted twice.
FIRST = """
    INSERT INTO inventory_worthchange (warehouse_id, amount)
    SELECT warehouse_id, sum(left_value) FROM inventory_costlayer GROUP BY warehouse_id HAVING sum(left_value) <> 0
"""


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0010_worth_in_the_index'),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='WorthChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
                ],
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='costlayer',
                trigger=pgtrigger.compiler.Trigger(name='cost_layer_adds_to_worth', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO inventory_worthchange (warehouse_id, amount) SELECT warehouse_id, sum(amount) FROM (SELECT warehouse_id, left_value FROM added) changed (warehouse_id, amount) GROUP BY warehouse_id HAVING sum(amount) <> 0; RETURN NULL;', hash='81fd93cfcd5bfc42d045cff3616ff4ede06df477', level='STATEMENT', operation='INSERT', pgid='pgtrigger_cost_layer_adds_to_worth_6a7f8', referencing='REFERENCING NEW TABLE AS added ', table='inventory_costlayer', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='costlayer',
                trigger=pgtrigger.compiler.Trigger(name='cost_layer_moves_worth', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO inventory_worthchange (warehouse_id, amount) SELECT warehouse_id, sum(amount) FROM (SELECT warehouse_id, -left_value FROM before UNION ALL SELECT warehouse_id, left_value FROM afterwards) changed (warehouse_id, amount) GROUP BY warehouse_id HAVING sum(amount) <> 0; RETURN NULL;', hash='80ae75458d7fc0755a629a732e8c34404ce20a56', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_cost_layer_moves_worth_6db0b', referencing='REFERENCING OLD TABLE AS before  NEW TABLE AS afterwards ', table='inventory_costlayer', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='costlayer',
                trigger=pgtrigger.compiler.Trigger(name='cost_layer_takes_from_worth', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO inventory_worthchange (warehouse_id, amount) SELECT warehouse_id, sum(amount) FROM (SELECT warehouse_id, -left_value FROM gone) changed (warehouse_id, amount) GROUP BY warehouse_id HAVING sum(amount) <> 0; RETURN NULL;', hash='6187bf7645ca6d16ce196683ac927648f91bcc73', level='STATEMENT', operation='DELETE', pgid='pgtrigger_cost_layer_takes_from_worth_61ff8', referencing='REFERENCING OLD TABLE AS gone ', table='inventory_costlayer', when='AFTER')),
            ),
            migrations.AddField(
                model_name='worthchange',
                name='warehouse',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='worth', to='inventory.warehouse'),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='worthchange',
                trigger=pgtrigger.compiler.Trigger(name='worth_change_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='5a78872f4235e94c4a6e4ff55cec2d0e58d587ad', operation='UPDATE', pgid='pgtrigger_worth_change_stays_97ccf', table='inventory_worthchange', when='BEFORE')),
            ),
        ]),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
    ]
