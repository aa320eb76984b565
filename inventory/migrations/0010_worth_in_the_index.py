"""The value that is left of each layer stands in the index of the open ones."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0009_history_without_indexes'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='costlayer',
            name='cost_layer_open',
        ),
        migrations.AddIndex(
            model_name='costlayer',
            index=models.Index(condition=models.Q(('left_qty__gt', 0)), fields=['item', 'warehouse', 'received_at'], include=('left_value',), name='cost_layer_open'),
        ),
    ]
