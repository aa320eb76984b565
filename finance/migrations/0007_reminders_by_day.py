from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who was reminded in the last days is read by the day, however many reminders the years bring."""

    atomic = False

    dependencies = [
        ("finance", "0006_history_without_indexes"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="reminder",
            index=models.Index(fields=["sent_on"], name="reminder_of_day"),
        ),
    ]
