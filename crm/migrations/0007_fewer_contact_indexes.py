"""One index less per contact point and place of a person, and one for the few that said no."""

import django.db.models.deletion
from django.db import migrations, models

from core.migration_operations import CreateTogether


class Migration(migrations.Migration):
    dependencies = [("crm", "0006_words_of_settings")]
    operations = [
        CreateTogether([
            migrations.AlterField(
                model_name="contactpoint",
                name="person",
                field=models.ForeignKey(
                    blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE,
                    related_name="contact_points", to="crm.person",
                ),
            ),
            migrations.AlterField(
                model_name="personrole",
                name="person",
                field=models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="roles", to="crm.person"
                ),
            ),
            migrations.AddIndex(
                model_name="contactpoint",
                index=models.Index(
                    condition=models.Q(("consent", "withdrawn")), fields=["normalised"], name="contact_point_withdrawn"
                ),
            ),
        ]),
    ]
