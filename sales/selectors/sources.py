"""What sales answers when the warehouse asks for the document behind a key."""

from __future__ import annotations

from collections.abc import Collection

from core import policy
from core.actors import Actor
from core.ui.shell import address
from inventory.ports import Source, ids_of
from sales.models import OrderLine, Shipment


def own_sources(keys: Collection[str], by: Actor) -> dict[str, Source]:
    """Order lines and shipments (at most four statements: what the user may not see has no address)."""
    return {**_lines(keys, by), **_shipments(keys, by)}


def _lines(keys: Collection[str], by: Actor) -> dict[str, Source]:
    wanted = ids_of(keys, "sales.line")
    if not wanted:
        return {}
    rows = OrderLine.objects.select_related("order__client", "order__owner").in_bulk(set(wanted.values()))
    found = {}
    for key, pk in wanted.items():
        if pk in rows:
            order = rows[pk].order
            may_see = policy.allows(by, "sales.view_salesorder", order)
            url = address("sales:order_card", order.pk) if may_see else ""
            client = str(order.client) if may_see else ""
            found[key] = Source(order.number, url, client, needed_on=order.promised_on or order.wished_on)
    return found


def _shipments(keys: Collection[str], by: Actor) -> dict[str, Source]:
    wanted = ids_of(keys, "sales.shipment")
    if not wanted:
        return {}
    rows = Shipment.objects.select_related("order__client", "order__owner").in_bulk(set(wanted.values()))
    found = {}
    for key, pk in wanted.items():
        if pk in rows:
            may_see = policy.allows(by, "sales.view_shipment", rows[pk])
            url = address("sales:shipment_card", pk) if may_see else ""
            found[key] = Source(rows[pk].number, url, str(rows[pk].order.client) if may_see else "")
    return found
