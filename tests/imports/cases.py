"""A small world and a file per profile: rows that are new, one that changes, one that is bad."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from crm.models import Client, Lead, Person
from inventory.models import Item, StockMove, SupplierItem
from production.models import BOM
from sales.choices import StageCategory
from sales.models import Deal, Pipeline, PriceRule, SalesOrder, Stage
from tests.factories.core import make_branch, make_currency
from tests.factories.crm import make_client, make_legal_entity
from tests.factories.inventory import make_item, make_unit, make_warehouse


@dataclass(frozen=True)
class Case:
    """`rows` below `head`; `changed` are the rows of the first file again with another value; `bad` is refused."""

    profile: str
    role: str
    head: list[str]
    rows: list[list[Any]]
    changed: list[list[Any]]
    bad: tuple[list[Any], str]
    records: Callable[[], QuerySet[Any]]
    made: int
    fixed: dict[str, str] = field(default_factory=dict)
    changes: bool = True


def world() -> None:
    make_currency("EUR")
    make_unit("pc")
    branch = make_branch(code="main")
    warehouse = make_warehouse(branch=branch)
    type(warehouse).objects.filter(pk=warehouse.pk).update(code="WH")
    for sku in ("A-1", "B-2", "C-3"):
        make_item(sku)
    make_legal_entity(make_client(name="Acme"), legal_name="Acme Ltd", external_key="ACME")
    pipeline = Pipeline.objects.create(code="old", name="Old", is_default=True)
    for place, (code, category, chance) in enumerate(
        [("talking", StageCategory.OPEN, 30), ("won", StageCategory.WON, 100), ("lost", StageCategory.LOST, 0)], start=1
    ):
        Stage.objects.create(
            pipeline=pipeline, code=code, name=code.title(), position=place, category=category, probability=chance
        )


CASES = [
    Case(
        "clients", "administrator",
        ["Number", "Company", "VAT number", "Country", "Street", "PLZ", "City", "E-mail", "Phone", "Credit limit"],
        [["C-1", "Bluehaven GmbH", "DE123456789", "Germany", "Ring 5", "10115", "Berlin", "info@bluehaven.example",
            "030 1234567", "5000"],
         ["C-2", "Norrsken AB", "", "SE", "Väg 1", "111 22", "Stockholm", "hej@norrsken.example", "+46 8 123456", ""]],
        [["C-1", "Bluehaven GmbH", "DE123456789", "Germany", "Ring 7", "10115", "Berlin", "sales@bluehaven.example",
            "", "6000"]],
        (["C-3", "Nowhere Inc", "", "Atlantis", "", "", "", "not a mail", "", "much"], "Atlantis"),
        lambda: Client.objects.filter(external_key__startswith="C-"), 2,
    ),
    Case(
        "persons", "administrator", ["ID", "Vorname", "Nachname", "E-Mail", "Mobil", "Firma", "Stelle"],
        [["P-1", "Ada", "Lovelace", "ada@engines.example", "+44 20 7946 0001", "Engines Ltd", "Analyst"],
         ["P-2", "Bo", "Ek", "bo@engines.example", "", "Acme", "Buyer"]],
        [["P-1", "Ada", "King", "countess@engines.example", "", "Engines Ltd", "Director"]],
        (["P-3", "", "", "", "", "Acme", ""], "needs a name"),
        lambda: Person.objects.filter(external_key__startswith="P-"), 2,
    ),
    Case(
        "leads", "administrator", ["ID", "Name", "Company", "Email", "Message", "Date", "Status", "Reason"],
        [["L-1", "Cy", "Cyan Ltd", "cy@cyan.example", "Do you sell bikes?", "03.02.2026", "New", ""],
         ["L-2", "Di", "Dim", "di@dim.example", "", "28.02.2026", "Rejected", "Too small"]],
        [["L-1", "Cy", "Cyan GmbH", "cy@cyan.example", "Do you sell bikes?", "03.02.2026", "Working", ""]],
        (["L-3", "Ed", "", "", "", "30.02.2026", "Rejected", ""], "no date"),
        lambda: Lead.objects.filter(external_key__startswith="L-"), 2,
    ),
    Case(
        "items", "administrator", ["SKU", "Name", "Unit", "Category", "Standard cost", "Gewicht", "Lead time"],
        [["X-1", "Frame", "pc", "Parts", "120.50", "3.2", "10"], ["X-2", "Wheel", "pc", "Parts", "35", "1.1", "5"]],
        [["X-1", "Frame, steel", "pc", "Parts", "125.50", "3.2", "12"]],
        (["X-3", "Ghost", "furlong", "", "-1", "", "1.5"], "furlong"),
        lambda: Item.objects.filter(sku__startswith="X-"), 2,
    ),
    Case(
        "supplier-prices", "administrator", ["Supplier", "Item", "Price", "Currency", "MOQ", "Lead time"],
        [["ACME", "A-1", "12.50", "EUR", "10", "7"], ["Acme Ltd", "B-2", "3.75", "EUR", "", ""]],
        [["ACME", "A-1", "13.00", "EUR", "10", "7"]],
        (["Nobody", "A-1", "1", "EUR", "", ""], "Nobody"),
        lambda: SupplierItem.objects.all(), 2,
    ),
    Case(
        "stock-openings", "administrator", ["Item", "Quantity", "Warehouse", "Value", "As of"],
        [["A-1", "10", "WH", "125.00", "2026-01-02"], ["B-2", "4", "WH", "15.00", "2026-01-02"]],
        [["A-1", "11", "WH", "125.00", "2026-01-02"]],
        (["Z-9", "1", "WH", "1", "2026-01-02"], "Z-9"),
        lambda: StockMove.objects.filter(kind="opening"), 2, changes=False,
    ),
    Case(
        "price-lists", "administrator", ["Price list", "Item", "Price", "Currency", "From quantity", "Valid from"],
        [["Retail", "A-1", "19.90", "EUR", "", "2026-01-01"], ["Retail", "B-2", "9.90", "EUR", "10", "2026-01-01"]],
        [["Retail", "A-1", "21.90", "EUR", "", "2026-01-01"]],
        (["Fresh", "A-1", "", "", "", ""], "price"),
        lambda: PriceRule.objects.all(), 2,
    ),
    Case(
        "boms", "administrator", ["Product", "Component", "Quantity", "Scrap"],
        [["A-1", "B-2", "2", "0"], ["A-1", "C-3", "1", "5"]],
        [["A-1", "B-2", "3", "0"], ["A-1", "C-3", "1", "5"]],
        (["B-2", "B-2", "1", "0"], "own component"),
        lambda: BOM.objects.all(), 1,
    ),
    Case(
        "orders", "administrator", ["Order number", "Client", "Order date", "Line", "Item", "Quantity", "Price",
            "Discount"],
        [["SO-77", "Acme", "2024-03-05", 1, "A-1", "2", "100.00", "10"], ["SO-77", "Acme", "2024-03-05", 2, "B-2",
            "1", "50.00", ""],
         ["SO-78", "ACME", "2024-04-05", 1, "A-1", "1", "100.00", ""]],
        [["SO-77", "Acme", "2024-03-05", 1, "A-1", "3", "100.00", "10"], ["SO-77", "Acme", "2024-03-05", 2, "B-2",
            "1", "50.00", ""]],
        (["SO-79", "Unknown", "2024-03-05", 1, "A-1", "0", "1", ""], "Unknown"),
        lambda: SalesOrder.objects.filter(origin="imported"), 2,
    ),
    Case(
        "deals", "administrator", ["ID", "Deal", "Client", "Stage", "Amount", "Opened at", "Closed at",
            "Expected close"],
        [["D-1", "Big bikes", "Acme", "Won", "5000", "2024-01-05", "2024-02-05", ""],
         ["D-2", "Small bikes", "Acme", "talking", "700", "2024-03-05", "", "2026-12-01"]],
        [["D-2", "Small bikes, red", "Acme", "talking", "700", "2024-03-05", "", "2026-12-24"]],
        (["D-3", "Odd", "Acme", "Lost", "1", "2024-03-05", "2024-02-01", ""], "closed before"),
        lambda: Deal.objects.filter(binned_at=None), 2,
    ),
]  # fmt: skip
