"""What the models promise is really in the database: keys, checks, indexes, triggers; ledgers refuse changes."""

from collections import defaultdict

import pgtrigger
import pytest
from django.db import DatabaseError, connection, models, transaction

from tests.architecture.project import is_ledger, own_models

pytestmark = pytest.mark.django_db
MODELS = own_models(with_history=True)
LEDGERS = [model for model in MODELS if is_ledger(model)]


def rows(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@pytest.fixture
def named():
    """By table: the names of its constraints and indexes."""
    found = defaultdict(set)
    for table, name in rows(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        " UNION SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'"
    ):
        found[table.strip('"')].add(name)
    return found


def test_every_declared_constraint_and_index_exists(named):
    missing = [
        (model._meta.label, part.name)
        for model in MODELS
        for part in [*model._meta.constraints, *model._meta.indexes]
        if part.name not in named[model._meta.db_table]
    ]
    assert missing == []
    assert sum(len(model._meta.constraints) for model in MODELS) > 100


def test_constraints_are_valid_and_enforced():
    assert rows("SELECT conname FROM pg_constraint WHERE NOT convalidated") == []


def test_every_column_is_as_strict_as_its_field():
    nullable = {
        (table, column): yes == "YES"
        for table, column, yes in rows(
            "SELECT table_name, column_name, is_nullable FROM information_schema.columns WHERE table_schema = 'public'"
        )
    }
    wrong = [
        (model._meta.label, field.name)
        for model in MODELS
        for field in model._meta.local_concrete_fields
        if nullable.get((model._meta.db_table, field.column)) != field.null
    ]
    assert wrong == []


def test_every_reference_is_a_foreign_key():
    known = {
        (table.strip('"'), column, other.strip('"'))
        for table, column, other in rows(
            "SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text FROM pg_constraint c"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'f'"
        )
    }
    missing = [
        (model._meta.label, field.name)
        for model in MODELS
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and field.db_constraint
        and (model._meta.db_table, field.column, field.related_model._meta.db_table) not in known
    ]
    assert missing == []


def test_every_unique_field_has_its_index():
    unique = {
        (table.strip('"'), column)
        for table, column in rows(
            "SELECT i.indrelid::regclass::text, a.attname FROM pg_index i JOIN pg_attribute a"
            " ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indisunique AND i.indnatts = 1"
        )
    }
    missing = [
        (model._meta.label, field.name)
        for model in MODELS
        for field in model._meta.local_concrete_fields
        if field.unique and (model._meta.db_table, field.column) not in unique
    ]
    assert missing == []


def test_every_declared_trigger_exists_and_is_on():
    enabled = {
        (table.strip('"'), name)
        for table, name in rows(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
        )
    }
    missing = [
        (model._meta.label, trigger.name)
        for model, trigger in pgtrigger.registered()
        if (model._meta.db_table, trigger.get_pgid(model)) not in enabled
    ]
    assert missing == []
    assert len(list(pgtrigger.registered())) > 100


SAMPLES = {
    "boolean": "true",
    "jsonb": "'{}'",
    "uuid": "uuidv7()",
    "date": "'2026-01-01'",
    "timestamp with time zone": "now()",
    "time without time zone": "'08:00'",
    "character varying": "'x'",
    "text": "'x'",
    "daterange": "'[2026-01-01,2026-02-01)'",
    "tstzrange": "'[2026-01-01,2026-02-01)'",
    "ARRAY": "'{}'",
    "bytea": "'x'",
}


def plant_row(table):
    """One row of sample values, past foreign keys and checks; the test's transaction is rolled back anyway."""
    checks = rows("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'x')", table)
    columns = rows(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'"
        " AND is_identity = 'NO' AND is_generated = 'NEVER'",
        table,
    )
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column, _kind in columns)
    values = ", ".join(SAMPLES.get(kind, "1") for _column, kind in columns)
    with connection.cursor() as cursor:
        for (check,) in checks:
            cursor.execute(f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(check)}")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"INSERT INTO {quote(table)} ({names}) VALUES ({values})")  # noqa: S608 - from the catalogue
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize("model", LEDGERS, ids=lambda model: model._meta.label)
def test_a_ledger_refuses_update_and_delete(model):
    table = connection.ops.quote_name(model._meta.db_table)
    column = connection.ops.quote_name(model._meta.pk.column)
    plant_row(model._meta.db_table)
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):  # noqa: S608 - from the model
        refused = pytest.raises(DatabaseError, match="Cannot update or delete")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert model._base_manager.count() == 1


def test_the_ledgers_of_the_domain_are_among_them():
    names = {model._meta.label for model in LEDGERS}
    assert names >= {
        "core.Event",
        "core.StatusChange",
        "finance.Allocation",
        "inventory.LandedCost",
        "inventory.LayerUse",
        "inventory.StockMove",
        "inventory.ValueAdjustment",
        "marketing.Touch",
        "production.WipEntry",
        "sales.OrderCost",
        "sales.ShipmentLine",
        "sales.StageChange",
    }
