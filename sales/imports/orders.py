"""Orders of another system, with their lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.choices import Origin
from core.imports import profiles, references
from core.imports.fields import ImportField, Kind, Reference, of
from core.imports.profiles import Entry, ImportProfile, Written
from core.models import Branch
from crm.models import LegalEntity
from inventory.models import Item
from sales.choices import OrderStatus
from sales.models import OrderLine, SalesOrder
from sales.services.importing import import_orders

ENDED = tuple(choice for choice in OrderStatus.choices if choice[0] in (OrderStatus.DONE, OrderStatus.CANCELLED))


def _entities(texts: Iterable[str], by: Actor) -> dict[str, list[Any]]:
    """Legal entities by external key, legal name or tax number, else by the name of a client that has only one."""
    asked = set(texts)
    found: dict[str, list[Any]] = {}
    visible = LegalEntity.objects.visible_to(by)
    for path in ("external_key", "legal_name", "tax_id", "client__external_key", "client__name"):
        left = asked - set(found)
        for text, pk in visible.filter(**{f"{path}__in": left}).values_list(path, "pk") if left else ():
            found.setdefault(text, []).append(pk)
    return found


@profiles.add
class HistoricOrders(ImportProfile):
    """One row is one line of an order; rows with the same number are one order."""

    key = "orders"
    label = gettext_lazy("Historic orders")
    icon = "file-invoice"
    model = SalesOrder
    keys = ("number", "external_key")
    required_keys = True
    create_action = "sales.import_history"
    grouped = True
    rehearses = True
    parts = ((OrderLine, "order_id"),)
    help = gettext_lazy("Done orders with their lines, one row a line. They move no stock and no money here.")
    fields = (
        of(SalesOrder, "number", required=True, synonyms=("order number", "order no", "order", "number",
            "sales order", "salesordernumber", "auftragsnummer", "auftrag", "belegnummer", "n° de commande",
            "número de pedido", "номер заказа", "заказ", "numer zamówienia")),
        ImportField("legal_entity_id", gettext_lazy("client"), Kind.REFERENCE, required=True,
            resolver=_entities, synonyms=("client", "customer", "customer name", "account", "legal entity",
            "kunde", "client name", "cliente", "клиент", "контрагент", "klient"),
            help=gettext_lazy("By external key, legal name, tax number or the client's name.")),
        of(SalesOrder, "ordered_at", required=True, synonyms=("order date", "orderdate", "date", "ordered at",
            "auftragsdatum", "datum", "date de commande", "fecha", "дата заказа", "дата", "data zamówienia")),
        ImportField("item_id", gettext_lazy("item"), Kind.REFERENCE, required=True, reference=Reference(Item, ("sku",
            "external_key", "name")), synonyms=("item", "sku", "item number", "product", "product number", "artikel",
            "artikelnummer", "référence", "артикул", "товар")),
        of(OrderLine, "qty", required=True, minimum=Decimal("0.0001"), synonyms=("qty", "quantity", "orderqty",
            "menge", "anzahl", "quantité", "cantidad", "количество", "ilość")),
        of(OrderLine, "unit_price", required=True, synonyms=("price", "unit price", "unitprice", "preis",
            "einzelpreis", "prix unitaire", "precio", "цена", "cena")),
        of(OrderLine, "discount_pct", minimum=Decimal(0), maximum=Decimal(100), synonyms=("discount", "discount %",
            "rabatt", "remise", "descuento", "скидка")),
        of(OrderLine, "tax_percent", minimum=Decimal(0), maximum=Decimal(100), synonyms=("tax", "tax %", "vat %",
            "mwst", "tva", "iva", "ндс")),
        ImportField("line_net", gettext_lazy("net of the line"), Kind.DECIMAL, places=6, synonyms=("line total",
            "linetotal", "line net", "amount", "positionsbetrag", "montant", "сумма строки")),
        of(OrderLine, "position", label=gettext_lazy("position"), synonyms=("position", "line", "line number",
            "linenumber", "pos", "pos.", "ligne", "позиция")),
        of(OrderLine, "text", synonyms=("description", "text", "bezeichnung", "désignation", "описание")),
        of(SalesOrder, "status", label=gettext_lazy("status"), choices=ENDED, synonyms=("status", "статус")),
        of(SalesOrder, "done_at", synonyms=("done at", "ship date", "shipdate", "lieferdatum", "date d'expédition",
            "дата отгрузки")),
        of(SalesOrder, "wished_on", synonyms=("due date", "duedate", "wished for", "wunschtermin")),
        of(SalesOrder, "net_amount", synonyms=("subtotal", "net total", "nettobetrag", "total ht")),
        of(SalesOrder, "tax_amount", synonyms=("tax amount", "taxamt", "steuerbetrag", "montant tva")),
        of(SalesOrder, "freight_amount", synonyms=("freight", "shipping", "fracht", "versandkosten", "port",
            "доставка")),
        references.currency(),
        references.branch(),
        references.user(),
        of(SalesOrder, "client_reference", synonyms=("client reference", "purchase order", "purchaseordernumber",
            "bestellnummer", "référence client")),
        of(SalesOrder, "channel", synonyms=("channel", "kanal", "canal", "канал")),
        of(SalesOrder, "territory", synonyms=("territory", "gebiet", "territoire")),
        of(SalesOrder, "external_key", synonyms=("external key", "external id", "order id", "salesorderid")),
    )  # fmt: skip

    def records_by_key(self, key_field: str, wanted: Iterable[str], by: Actor) -> dict[str, list[int]]:
        self._own = set[int]()
        found: dict[str, list[int]] = {}
        rows = SalesOrder.objects.filter(**{f"{key_field}__in": list(wanted)})
        for value, pk, origin in rows.values_list(key_field, "pk", "origin"):
            found.setdefault(str(value), []).append(pk)
            if origin != Origin.IMPORTED:
                self._own.add(pk)
        return found

    def changeable(self, pks: set[int], by: Actor) -> Iterable[int]:
        return SalesOrder.objects.filter(pk__in=pks, origin=Origin.IMPORTED).values_list("pk", flat=True)

    def match(self, entries: Sequence[Entry], *, key_field: str, by: Actor) -> None:
        super().match(entries, key_field=key_field, by=by)
        known = {entry.key: entry.record_id for entry in entries if entry.record_id}
        for entry in entries:  # every row of an order knows it
            entry.record_id = known.get(entry.key)

    def check(self, entries: Sequence[Entry], *, by: Actor) -> None:
        clients = dict(
            LegalEntity.objects.filter(pk__in={entry.values.get("legal_entity_id") for entry in entries}).values_list(
                "pk", "client_id"
            )
        )
        branch = Branch.objects.filter(is_active=True, organization__is_active=True).order_by("pk").first()
        for entry in entries:
            values = entry.values
            if values.get("legal_entity_id"):
                values["client_id"] = clients[values["legal_entity_id"]]
            if branch is None and not values.get("branch_id"):
                entry.refuse(_("No branch is set up to take the orders."), "branch_id")
            elif branch is not None:
                values.setdefault("branch_id", branch.pk)
            for name in ("item_id", "qty", "unit_price"):
                if values.get(name) is None:
                    entry.refuse(_("A value is needed here."), name)

    def write(self, entries: Sequence[Entry], *, by: Actor, dry: bool = False) -> list[Written]:
        return import_orders(entries=entries, by=by)
