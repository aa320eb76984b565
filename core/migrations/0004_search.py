from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0003_own_fields_and_switches")]
    operations = []
