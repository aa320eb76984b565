from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_bin_and_own_fields")]
    operations = []
