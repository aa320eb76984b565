"""What a database holds, in one comparable value per table."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.db import connection

OURS = {"core", "crm", "inventory", "sales", "production", "finance", "support", "marketing", "reports"}
# Rows that a repeated call may write without changing any fact.
MACHINERY = {"core_idempotencykey", "core_setupstamp"}


def business_tables() -> list[str]:
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in OURS and model._meta.managed and model._meta.db_table not in MACHINERY
    )


def fingerprint(tables: Iterable[str] | None = None) -> dict[str, str]:
    """A hash over all rows of each business table, or of those named; the change history counts as well."""
    quote = connection.ops.quote_name
    parts = [
        f"SELECT '{table}', count(*)::text || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0)::text "
        f"FROM {quote(table)} AS t"
        for table in (business_tables() if tables is None else tables)
    ]
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())
