from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sales", "0002_bin_and_own_fields")]
    operations = []
