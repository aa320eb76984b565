"""Folding a text of plain Latin letters costs a sixth, and staged rows of an import are not looked up one by one."""

import importlib

import django.db.models.deletion
from django.db import migrations, models

from core.migration_operations import CreateTogether

before = importlib.import_module("core.migrations.0004_search")

# Looks only for what is there: TRANSLATE compares each letter with each of forty signs.
FUNCTION = f"""
CREATE OR REPLACE FUNCTION core_plain(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
BEGIN
    IF octet_length(t) = char_length(t) THEN
        t := replace(replace(replace(lower(t COLLATE "pg_c_utf8"), '.', ' '), '@', ' '), '-', ' ');
        IF t COLLATE "C" ~ '[^a-z0-9 ]' THEN
            t := regexp_replace(replace(replace(t, '''', ''), '`', ''), '[\\t-\\r!-&(-/:-@\\[-_{{-~]+', ' ', 'g');
        END IF;
    ELSE
        t := {before.OTHER_PLAIN};
    END IF;
    IF position('  ' IN t) > 0 THEN
        t := regexp_replace(t, ' {{2,}}', ' ', 'g');
    END IF;
    RETURN btrim(t, ' ');
END $body$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("core", "0012_words_of_settings"),
    ]
    operations = [
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
        CreateTogether([
            migrations.AlterField(
                model_name="importchange",
                name="record_type",
                field=models.ForeignKey(
                    db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT,
                    related_name="+", to="contenttypes.contenttype",
                ),
            ),
            migrations.AlterField(
                model_name="importchange",
                name="run",
                field=models.ForeignKey(
                    db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE,
                    related_name="changes", to="core.importrun",
                ),
            ),
            migrations.AlterField(
                model_name="importrow",
                name="run",
                field=models.ForeignKey(
                    db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE,
                    related_name="rows", to="core.importrun",
                ),
            ),
        ]),
    ]
