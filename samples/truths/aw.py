"""What of our rows came from AdventureWorks."""

from __future__ import annotations

from django.db.models import Model, QuerySet

from core.models import Organization
from reports.selectors.period import Scope
from samples.adventureworks.keys import ORGANIZATION, PREFIX
from samples.truths.registry import NotLoaded

# The numbers the source gives its sales territories; ours go by their names.
TERRITORIES = {
    "Northwest": 1, "Northeast": 2, "Central": 3, "Southwest": 4, "Southeast": 5, "Canada": 6, "France": 7,
    "Germany": 8, "Australia": 9, "United Kingdom": 10,
}  # fmt: skip


def organization() -> Organization:
    found = Organization.objects.filter(code=ORGANIZATION).first()
    if found is None:
        raise NotLoaded("AdventureWorks is not loaded")
    return found


def scope() -> Scope:
    return Scope(organization_ids=(organization().pk,))


def of_source(rows: QuerySet, table: str = "") -> QuerySet:
    """The rows that came from a table of the source, or from any."""
    organization()
    return rows.filter(external_key__startswith=f"{PREFIX}{table}:" if table else PREFIX)


def source_ids(model: type[Model], table: str) -> dict[int, int]:
    """The source's number of each of our rows that came from a table."""
    rows = of_source(model._default_manager.all(), table)
    return {pk: int(key.rsplit(":", 1)[1]) for pk, key in rows.values_list("pk", "external_key")}
