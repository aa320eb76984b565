from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0002_jobs_and_notices")]
    operations = []
