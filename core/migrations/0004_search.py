"""The search entries, and the functions that fold a text so that it is found in any spelling.

The tables of letters are those of `core/search/folding.py` at this point; a change there needs another migration.
"""

import django.contrib.postgres.indexes
from django.db import migrations, models

from core.migration_operations import CreateTogether

SEPARATORS = '\t\n\x0b\x0c\r!"#$%&()*+,-./:;<=>?@[\\]^_{|}~\xa1\xa7\xab\xbb\xbf\u2010\u2012\u2013\u2014\u2015\u201e\u201c\u201d\u2020\u2021\u2022\xb7\u2212'
SILENT = "'`\u2018\u2019\u201a\u201b\u2032\u02b9\u02bb\u02bc\u02bd\u02c8\u044a\u044c\u042a\u042c\xad\u200b\u200c\u200d\u2060\ufeff"
TOGETHER = {
    '\u0438\u0306': '\u0439',
    '\u0443\u0306': '\u045e',
    '\u0435\u0308': '\u0451',
    '\u0456\u0308': '\u0457',
}
LATIN_ONE = ('\xf8\u0142\u0111\xf0\u0131\u0127\u0167\u014b\u0138\u0259', 'olddihtnka')
LATIN_TWO = {
    '\xdf': 'ss',
    '\xe6': 'ae',
    '\u0153': 'oe',
    '\xfe': 'th',
}
CYRILLIC = "абвгґдеёєжзиіїйјклљмнњопрстћуўүұфхҳһцчџшщыэюяқғәңөҷђ"
RUSSIAN = (
    "a b v g g d e e e zh z i i i y j k l lj m n nj o p r s t c u o u u f kh h h ts ch dz sh shch y e yu ya q g a n o j dj"
)
UKRAINIAN = (
    "a b v h g d e e ie zh z y i i i j k l lj m n nj o p r s t c u u u u f kh h h ts ch dz sh shch y e iu ia k gh a ng o j dj"
)
UZBEK = (
    "a b v g g d e yo ye j z i i yi y j k l lj m n nj o p r s t c u o u u f x h h s ch dz sh sh i e yu ya q g a ng o j dj"
)


def quoted(text: str) -> str:
    """A text as SQL, every character that could be misread in an editor written by its code."""
    return "U&'" + "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):04x}" for c in text) + "'"


def replacing(inner: str, pairs: dict[str, str]) -> str:
    for old, new in pairs.items():
        inner = f"replace({inner}, {quoted(old)}, {quoted(new)})"
    return inner


def translating(inner: str, old: str, new: str) -> str:
    return f"translate({inner}, {quoted(old)}, {quoted(new)})"


def spelling(inner: str, form: str) -> str:
    letters = dict(zip(CYRILLIC, form.split(), strict=True))
    one = {letter: latin for letter, latin in letters.items() if len(latin) == 1}
    many = {letter: latin for letter, latin in letters.items() if len(latin) > 1}
    return translating(replacing(inner, many), "".join(one), "".join(one.values()))


def ascii_only(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii())


def apart(inner: str, separators: str, silent: str) -> str:
    return translating(inner, separators + silent, " " * len(separators))


ASCII_PLAIN = apart('lower(t COLLATE "pg_c_utf8")', ascii_only(SEPARATORS), ascii_only(SILENT))
SMALL = "replace(lower(normalize(t, NFKD) COLLATE \"pg_c_utf8\"), U&'\\03c2', U&'\\03c3')"
NO_ACCENTS = f"regexp_replace({replacing(SMALL, TOGETHER)} COLLATE \"C\", '[\\u0300-\\u036f]', '', 'g')"
OTHER_PLAIN = translating(replacing(apart(NO_ACCENTS, SEPARATORS, SILENT), LATIN_TWO), *LATIN_ONE)

# Names are written with their schema: an index over `core_fold` is also read with no search path at all.
FUNCTIONS = f"""
CREATE FUNCTION core_plain(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
BEGIN
    IF octet_length(t) = char_length(t) THEN
        t := {ASCII_PLAIN};
    ELSE
        t := {OTHER_PLAIN};
    END IF;
    IF position('  ' IN t) > 0 THEN
        t := regexp_replace(t, ' {{2,}}', ' ', 'g');
    END IF;
    RETURN btrim(t, ' ');
END $body$;

CREATE FUNCTION core_fold(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
BEGIN
    t := public.core_plain(t);
    IF octet_length(t) = char_length(t) THEN
        RETURN t;
    END IF;
    RETURN {spelling("t", RUSSIAN)};
END $body$;

CREATE FUNCTION core_folds(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
DECLARE
    russian text; ukrainian text; uzbek text;
BEGIN
    t := public.core_plain(t);
    IF t COLLATE "C" !~ '[\u0400-\u04ff]' THEN
        RETURN t;
    END IF;
    russian := {spelling("t", RUSSIAN)};
    ukrainian := {spelling("t", UKRAINIAN)};
    uzbek := {spelling("t", UZBEK)};
    RETURN russian || CASE WHEN ukrainian <> russian THEN ' ' || ukrainian ELSE '' END
        || CASE WHEN uzbek NOT IN (russian, ukrainian) THEN ' ' || uzbek ELSE '' END;
END $body$;

CREATE FUNCTION core_code(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
BEGIN
    RETURN regexp_replace(public.core_fold(t) COLLATE "C", '[^a-z0-9]', '', 'g');
END $body$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_own_fields_and_switches")]
    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION core_code(text); DROP FUNCTION core_folds(text); DROP FUNCTION core_fold(text);"
            " DROP FUNCTION core_plain(text);",
        ),
        CreateTogether([
            migrations.CreateModel(
                name="SearchEntry",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("kind", models.CharField(max_length=40, verbose_name="kind")),
                    ("record_id", models.BigIntegerField(verbose_name="record")),
                    ("owner_id", models.BigIntegerField(null=True)),
                    ("branch_id", models.BigIntegerField(null=True)),
                    ("warehouse_id", models.BigIntegerField(null=True)),
                    ("title", models.TextField(verbose_name="title")),
                    ("detail", models.TextField(verbose_name="detail")),
                    ("status", models.CharField(max_length=20, verbose_name="status")),
                    (
                        "amount",
                        models.DecimalField(decimal_places=4, max_digits=18, null=True, verbose_name="amount"),
                    ),
                    ("currency_id", models.CharField(max_length=3)),
                    ("number", models.TextField(db_collation="C", verbose_name="number")),
                    ("sort_key", models.TextField(db_collation="C", verbose_name="sort key")),
                    ("text", models.TextField(verbose_name="text")),
                    ("spread", models.IntegerField()),
                ],
                options={
                    "verbose_name": "search entry",
                    "verbose_name_plural": "search entries",
                    "indexes": [
                        django.contrib.postgres.indexes.GinIndex(
                            django.contrib.postgres.indexes.OpClass("text", name="gin_trgm_ops"),
                            name="search_entry_trigrams",
                        ),
                        models.Index(
                            condition=models.Q(("number", ""), _negated=True),
                            fields=["number"],
                            name="search_entry_by_number",
                        ),
                        models.Index(fields=["sort_key"], name="search_entry_by_name"),
                        models.Index(fields=["spread"], name="search_entry_by_spread"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("kind", "record_id"), name="search_entry_once_per_record")
                    ],
                },
            ),
        ]),
    ]
