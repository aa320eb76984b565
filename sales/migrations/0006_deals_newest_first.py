from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The list of deals opens with the newest."""

    atomic = False

    dependencies = [
        ("sales", "0005_history_of_settings"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(fields=["-opened_at", "-id"], name="deal_newest_first"),
        ),
    ]
