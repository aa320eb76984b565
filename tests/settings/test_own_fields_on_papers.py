"""An own field marked "on papers" is printed where it is filled; one kept to some roles never is."""

from __future__ import annotations

import pytest

from core import setup
from core.actors import SYSTEM
from core.customfields.kit import paper_facts, set_values
from core.models import CustomField
from finance.selectors.papers import invoice_sheets
from inventory.selectors.papers import purchase_sheets
from sales.selectors.papers import quote_sheets
from tests.factories import sales
from tests.factories.customfields import make_field
from tests.factories.finance import make_invoice
from tests.factories.inventory import make_purchase_order

pytestmark = pytest.mark.django_db


def field(model: str, label: str, **more) -> CustomField:
    made = make_field(model=model, key=label.lower(), label=label, **more)
    CustomField.objects.filter(pk=made.pk).update(on_papers=True)
    setup.forget()
    return made


def test_fields_of_client_deal_and_item_stand_on_the_quote():
    field("crm.client", "Project")
    field("sales.deal", "Room")
    field("inventory.item", "Colour")
    quote = sales.make_quote()
    line = quote.lines.first()
    for record, custom in (
        (quote.legal_entity.client, {"project": "Harbour"}),
        (quote.deal, {"room": "Kitchen"}),
        (line.item, {"colour": "Oak"}),
    ):
        type(record).objects.filter(pk=record.pk).update(custom=custom)
    sheet = quote_sheets([quote.pk])[quote.pk]
    said = {fact.label: fact.value for fact in sheet.facts}
    assert said["Project"] == "Harbour"
    assert said["Room"] == "Kitchen"
    assert [(fact.label, fact.value) for fact in sheet.lines[0].more] == [("Colour", "Oak")]


def test_fields_of_invoices_and_purchase_orders_stand_on_their_papers():
    field("finance.invoice", "Centre")
    field("inventory.purchaseorder", "Ward")
    invoice, order = make_invoice(), make_purchase_order()
    set_values(record=invoice, values={"centre": "North"}, by=SYSTEM)
    set_values(record=order, values={"ward": "B"}, by=SYSTEM)
    said = {fact.label: fact.value for fact in invoice_sheets([invoice.pk])[invoice.pk].facts}
    said |= {fact.label: fact.value for fact in purchase_sheets([order.pk])[order.pk].facts}
    assert (said["Centre"], said["Ward"]) == ("North", "B")


def test_what_is_empty_not_marked_or_kept_to_roles_is_left_out(django_assert_num_queries):
    field("crm.client", "Secret", see_roles=["director"])
    make_field(model="crm.client", key="plain", label="Plain")
    setup.forget()
    client = sales.make_quote().legal_entity.client
    type(client).objects.filter(pk=client.pk).update(custom={"secret": "x", "plain": "y"})
    client.refresh_from_db()
    assert paper_facts([client]) == {}
