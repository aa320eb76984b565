"""A small furniture maker with everything that stands on papers: address, logo, bank, a client with a contact."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from PIL import Image, ImageDraw

from core.actors import SYSTEM
from core.models import Branch, Organization, User
from crm.models import LegalEntity, PersonRole
from finance.models import Invoice
from finance.services.accounts import open_account
from finance.services.invoices import CreditDraft, credit_invoice, invoice_order
from inventory.models import Item, Location, Lot, PurchaseOrder, Warehouse
from inventory.services.purchasing import OrderedLine, draft_purchase_order
from sales.models import Quote, SalesOrder, Shipment
from sales.services.confirming import confirm_order
from sales.services.shipments import ship_order
from tests.factories.core import make_branch, make_currency, make_organization, make_tax, make_user, serial
from tests.factories.crm import make_client, make_legal_entity, make_person
from tests.factories.inventory import make_item, make_lot, make_supplier, make_terms, make_warehouse, stock_up
from tests.factories.sales import make_deal, make_order, make_quote

AT = datetime(2026, 11, 17, 12, tzinfo=UTC)
TODAY = date(2026, 11, 17)
IBAN = "LV80BANK0000435195001"
GOODS = [
    ("RD-540C", "Reception desk, curved oak front, 5.4 m", "pc", 1, "18900.00", 4, 21),
    ("BB-300", "Back bar with bottle display", "pc", 1, "12450.00", 4, 21),
    ("ST-CER", "Bar counter top, sintered stone", "m²", "7.5", "640.00", 0, 21),
    ("WP-FLU", "Wall panelling, fluted oak", "m²", 36, "265.00", 4, 21),
    ("LED-22", "LED channel, dimmable, warm white", "m", 22, "96.00", 0, 21),
    ("DOC-1", "Care manual, printed", "pc", 3, "14.50", 0, 12),
]


def drawn_logo(*, width: int = 240, height: int = 64) -> bytes:
    """A picture of a mark with a transparent ground."""
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((0, 0, height - 1, height - 1), radius=14, fill=(14, 96, 115, 255))
    pen.line([(18, 20), (18, 46)], fill="white", width=5)
    pen.line([(46, 20), (46, 46)], fill="white", width=5)
    pen.line([(18, 33), (46, 33)], fill="white", width=5)
    pen.rounded_rectangle((height + 16, 22, width - 1, 42), radius=6, fill=(14, 96, 115, 255))
    out = io.BytesIO()
    picture.save(out, format="PNG")
    return out.getvalue()


@dataclass
class Maker:
    """Who sells, to whom, and what."""

    organization: Organization
    branch: Branch
    warehouse: Warehouse
    seller: User
    client: LegalEntity
    items: dict[str, Item]


def make_maker(*, language: str = "en", **client: Any) -> Maker:
    organization = make_organization(
        name="Alderline Fitted Furniture Ltd",
        address="Timber Quay 7\nRiga, LV-1005\nLatvia",
        tax_id="LV40203999001",
        time_zone="Europe/Riga",
    )
    branch = make_branch(organization=organization, name="Riga")
    seller = make_user("seller", first_name="Marta", last_name="Lindqvist")
    owner = make_client(name="Hotel Miramar", language=language, owner=seller)
    client.setdefault("legal_name", "Hotel Miramar, SL")
    client.setdefault("billing_address", "Paseo Marítimo 22\n46024 Valencia\nSpain")
    client.setdefault("shipping_address", "Hotel Miramar, service entrance\nCalle del Puerto 4\n46024 Valencia")
    entity = make_legal_entity(owner, country="ES", tax_id=f"ESB555{serial():05d}", **client)
    person = make_person(first_name="Inés", last_name="Caballero")
    PersonRole.objects.create(person=person, client=owner, position="operations director", is_primary=True)
    items = {
        sku: make_item(f"{sku}", name=name, unit=unit, tax=make_tax(tax), weight_kg=Decimal(12))
        for sku, name, unit, _qty, _price, _discount, tax in GOODS
    }
    open_account(branch_id=branch.pk, name="Main account", iban=IBAN, by=SYSTEM)
    return Maker(organization, branch, make_warehouse(branch=branch, name="Riga, main"), seller, entity, items)


def lines_of(maker: Maker, count: int = 0) -> list[tuple[Any, ...]]:
    """(item, quantity, discount, price) of the goods; `count` lines by going round them."""
    goods = [GOODS[at % len(GOODS)] for at in range(count)] if count else GOODS
    return [(maker.items[sku], qty, discount, price) for sku, _name, _unit, qty, price, discount, _tax in goods]


def quote_of(maker: Maker, *, count: int = 0, **fields: Any) -> Quote:
    deal = make_deal(
        owner=maker.seller, entity=maker.client, branch=maker.branch, name="Reception desk and back bar", at=AT
    )
    fields.setdefault("valid_until", date(2026, 12, 8))
    fields.setdefault("terms", "Five years guarantee on furniture, two years on lighting.")
    return make_quote(deal, lines_of(maker, count), at=AT, **fields)


def lot_of(maker: Maker) -> Lot:
    stone = maker.items["ST-CER"]
    return Lot.objects.filter(item=stone).first() or make_lot(stone, "ST-2026-114")


def order_of(maker: Maker, *, confirmed: bool = True, stocked: bool = True, count: int = 0) -> SalesOrder:
    """An order; its goods lie at a place of their own, the stone as a lot."""
    if stocked:
        for position, (sku, _name, _unit, qty, *_rest) in enumerate(GOODS, start=1):
            place = Location.objects.create(warehouse=maker.warehouse, code=f"A-{position:02d}-{serial()}")
            lot = lot_of(maker) if sku == "ST-CER" else None
            stock_up(
                maker.items[sku], maker.warehouse, qty, Decimal(qty) * 10, location_id=place.pk,
                lot_id=lot.pk if lot else None,
            )  # fmt: skip
    order = make_order(
        lines_of(maker, count), warehouse=maker.warehouse, entity=maker.client, owner=maker.seller, at=AT,
        client_reference="HM-4711",
    )  # fmt: skip
    if confirmed:
        confirm_order(order_id=order.pk, at=AT, by=SYSTEM)
        order.refresh_from_db()
    return order


def shipment_of(maker: Maker, order: SalesOrder | None = None) -> Shipment:
    """Half of the panels left with the rest of the goods, so something is still to come."""
    order = order or order_of(maker)
    wanted = {line.pk: line.qty for line in order.lines.all()}
    panels = order.lines.get(item=maker.items["WP-FLU"])
    wanted[panels.pk] = Decimal(20)
    return ship_order(order_id=order.pk, at=AT, by=SYSTEM, lines=wanted, carrier="Baltic Cargo", tracking="BC-90871")


def invoice_of(maker: Maker, order: SalesOrder | None = None) -> Invoice:
    return invoice_order(order_id=(order or order_of(maker)).pk, issued_on=TODAY, at=AT, by=SYSTEM, prepaid=True)


def credit_note_of(maker: Maker, invoice: Invoice | None = None) -> Invoice:
    invoice = invoice or invoice_of(maker)
    lines = [CreditDraft(net=Decimal("500.00"), invoice_line_id=line.pk) for line in invoice.lines.all()[:1]]
    return credit_invoice(
        invoice_id=invoice.pk, lines=lines, reason="Scratch on the front", issued_on=TODAY, at=AT, by=SYSTEM
    )


def purchase_of(maker: Maker) -> PurchaseOrder:
    supplier = make_supplier("Ziegelwerk Süd GmbH")
    supplier.billing_address, supplier.account_number = "Werkstraße 3\n80331 München", "70125"
    supplier.save()
    for sku in ("ST-CER", "LED-22"):
        make_terms(maker.items[sku], supplier=supplier, price="41.25", lead_days=5, currency=make_currency("EUR"))
    return draft_purchase_order(
        warehouse_id=maker.warehouse.pk,
        supplier_id=supplier.pk,
        lines=[OrderedLine(maker.items["ST-CER"].pk, Decimal(8)), OrderedLine(maker.items["LED-22"].pk, Decimal(30))],
        at=AT,
        by=SYSTEM,
    )
