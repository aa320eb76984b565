"""Valid records of `support` for tests, made by its services."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from PIL import Image

from core.actors import SYSTEM
from inventory.choices import ServiceRole
from inventory.models import Warehouse
from sales.models import SalesOrder
from sales.services.confirming import confirm_order
from sales.services.shipments import ship_order
from support.models import InstallationVisit, Ticket
from support.services.tickets import open_ticket
from support.services.visits import Upload, VisitReport, plan_visit
from tests.factories.core import make_tax, serial
from tests.factories.crm import make_client
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import NOON, make_order, make_service, make_sold_item, price

SHIPPED = datetime(2026, 3, 24, 9, tzinfo=UTC)


def make_installable_order(warehouse: Warehouse | None = None, *, shipped: bool = True, **fields: Any) -> SalesOrder:
    """A confirmed order of goods with their installation, shipped unless told otherwise. No handlers run."""
    warehouse = warehouse or make_warehouse()
    product, crew = make_sold_item("100.00"), make_service(role=ServiceRole.INSTALLATION, tax=make_tax(10))
    price(crew, "389.50")
    stock_up(product, warehouse, 5, 250)
    order = make_order([(product, 2), (crew, 1)], warehouse=warehouse, **fields)
    order = confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)
    if shipped:
        ship_order(order_id=order.pk, at=SHIPPED, by=SYSTEM)
    return order


def make_visit(order: SalesOrder | None = None, **fields: Any) -> InstallationVisit:
    """A planned visit with a fee of 220.00, of a new shipped order unless one is given."""
    order = order or make_installable_order()
    fields.setdefault("fee", Decimal("220.00"))
    fields.setdefault("by", SYSTEM)
    fields.setdefault("crew", "Crew 2")
    return plan_visit(order_id=order.pk, at=SHIPPED, **fields)


def picture(color: str = "red", name: str = "photo.png") -> Upload:
    out = io.BytesIO()
    Image.new("RGB", (8, 6), color).save(out, format="PNG")
    return Upload(name, out.getvalue())


def make_report(**fields: Any) -> VisitReport:
    """A signed report with three photos."""
    fields.setdefault("remark", "Left panel re-adjusted.")
    fields.setdefault("signed_by", "Nora Field")
    fields.setdefault("photos", [picture(color) for color in ("red", "green", "blue")])
    fields.setdefault("signature", picture("black", "signature.png"))
    return VisitReport(**fields)


def make_ticket(**fields: Any) -> Ticket:
    if not {"client_id", "order_id"} & set(fields):
        fields["client_id"] = make_client().pk
    fields.setdefault("subject", f"Scratch {serial()}")
    fields.setdefault("at", SHIPPED)
    fields.setdefault("by", SYSTEM)
    return open_ticket(**fields)
