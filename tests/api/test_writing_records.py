"""Records written over the API: leads, persons, quotes, orders, payments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.models import IdempotencyKey, SwitchedOff
from crm.choices import LeadStatus
from crm.models import Lead, Person, Task
from finance.models import Allocation, Payment
from sales.choices import DealStatus, OrderStatus
from sales.models import Deal, Quote, SalesOrder
from tests.api.client import Caller
from tests.factories.core import make_branch
from tests.factories.crm import make_client, make_lead, make_legal_entity, make_source
from tests.factories.finance import make_account, make_invoice
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import make_deal, make_order, make_sold_item

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "5f0c7f2e-9d1b-4b8e-9c58-2f8f2f8f2f8f"}


def body_of(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return answer.json()


class TestLeads:
    def test_a_web_form_is_kept_as_it_came(self) -> None:
        source = make_source(utm_pattern="spring*")
        form = {"name": "Ada Kohl", "email": "ada@x.example", "utm": {"campaign": "spring-26"}, "budget": "900.00"}
        sent = body_of(Caller("marketer", "leads:submit").post("/leads/", form, **KEY), 201)
        lead = Lead.objects.get(pk=sent["id"])
        assert (lead.source, lead.budget, lead.raw_payload) == (source, Decimal(900), form)
        assert sent["budget"] == "900.00" and sent["status"] == LeadStatus.NEW

    def test_an_empty_form_and_an_unknown_source_are_refused(self) -> None:
        caller = Caller("marketer", "leads:submit")
        assert body_of(caller.post("/leads/", {"utm": {}}), 422)["errors"]["payload"]
        assert body_of(caller.post("/leads/", {"name": "A", "source": "nowhere"}), 422)["errors"]["source"]
        assert body_of(caller.post("/leads/", {"payload": {"x": "y" * 70_000}}), 422)["errors"]

    def test_is_known_by_its_key_for_good(self) -> None:
        caller = Caller("marketer", "leads:submit")
        first = body_of(caller.post("/leads/", {"name": "Ada"}, **KEY), 201)
        IdempotencyKey.objects.all().delete()
        assert body_of(caller.post("/leads/", {"name": "Ada"}, **KEY), 201)["id"] == first["id"]

    def test_becomes_a_deal(self) -> None:
        make_deal()
        make_branch()
        caller, lead = Caller("administrator"), make_lead()
        deal = body_of(caller.post(f"/leads/{lead.pk}/actions/qualify/", {"amount": "500.00"}))
        assert Deal.objects.get(lead=lead).pk == deal["id"] and deal["amount"] == "500.00"


def test_a_person_with_a_place_a_phone_and_a_task() -> None:
    caller, client = Caller("administrator"), make_client()
    person = body_of(
        caller.post("/persons/", {"first_name": "Ada", "client_id": client.pk, "phone": "+49 30 123456"}), 201
    )
    assert person["roles"][0]["client_id"] == client.pk and Person.objects.get().contact_points.count() == 1
    changed = caller.patch(f"/persons/{person['id']}/", {"last_name": "Kohl"}, **{"If-Match": f'"{person["version"]}"'})
    assert body_of(changed)["last_name"] == "Kohl"
    (point,) = body_of(caller.get(f"/contact-points/?person_id={person['id']}"))["data"]
    assert caller.post(f"/contact-points/{point['id']}/actions/remove/").status_code == 204
    task = body_of(
        caller.post("/tasks/", {"title": "Call", "about": [{"resource": "persons", "id": person["id"]}]}), 201
    )
    assert body_of(caller.post(f"/tasks/{task['id']}/actions/finish/"))["status"] == "done"
    assert Task.objects.get().done_at


def test_from_quote_to_order_to_payment() -> None:
    caller, entity = Caller("administrator"), make_legal_entity()
    warehouse, item = make_warehouse(), make_sold_item("100.00")
    stock_up(item, warehouse, 5, 50)
    deal = make_deal(entity=entity, branch=warehouse.branch)
    moved = body_of(caller.post(f"/deals/{deal.pk}/actions/move/", {"stage_code": "proposal"}))
    assert Deal.objects.get().stage.code == "proposal" and moved["probability"] == 60
    lines = [{"item_id": item.pk, "qty": "2"}]
    wish = {"deal_id": deal.pk, "legal_entity_id": entity.pk, "lines": lines}
    quote = body_of(caller.post("/quotes/", wish, **KEY), 201)
    assert (quote["net_amount"], quote["lines"][0]["unit_price"]) == ("200.00", "100.000000")
    body_of(caller.post(f"/quotes/{quote['id']}/actions/send/"))
    order = body_of(caller.post(f"/quotes/{quote['id']}/actions/accept/", {"accepted_by_name": "Ada"}))
    assert order["status"] == OrderStatus.CONFIRMED and Deal.objects.get().status == DealStatus.WON
    shipment = body_of(caller.post(f"/orders/{order['id']}/actions/ship/", {"carrier": "DHL"}))
    assert shipment["lines"][0]["qty"] == "2.0000"
    invoice = body_of(caller.post(f"/orders/{order['id']}/actions/invoice/", {"issued_on": "2026-11-01"}))
    account = make_account(warehouse.branch)
    paid = {
        "account_id": account.pk, "direction": "in", "amount": invoice["gross_amount"], "paid_on": "2026-11-02",
        "legal_entity_id": entity.pk,
    }  # fmt: skip
    payment = body_of(caller.post("/payments/", paid, **{"Idempotency-Key": "pay-1"}), 201)
    part = {"invoice_id": invoice["id"], "amount": invoice["gross_amount"], "on": "2026-11-02"}
    body_of(caller.post(f"/payments/{payment['id']}/actions/allocate/", part))
    assert body_of(caller.get(f"/invoices/{invoice['id']}/"))["open_amount"] == "0.00"
    assert (Quote.objects.count(), Payment.objects.count(), Allocation.objects.count()) == (1, 1, 1)


def test_orders_are_entered_confirmed_and_called_off() -> None:
    caller, order = Caller("administrator"), make_order()
    assert body_of(caller.post(f"/orders/{order.pk}/actions/confirm/"))["status"] == OrderStatus.CONFIRMED
    assert body_of(caller.post(f"/orders/{order.pk}/actions/confirm/"))["status"] == OrderStatus.CONFIRMED
    refused = caller.post(f"/orders/{order.pk}/actions/confirm/", {"strict": "yes"})
    assert body_of(refused, 422)["errors"]["strict"]
    assert body_of(caller.post(f"/orders/{order.pk}/actions/cancel/", {"reason": "Mistake"}))["status"] == "cancelled"
    lines = [{"item_id": make_sold_item().pk, "qty": "1"}]
    wish = {"legal_entity_id": order.legal_entity_id, "branch_id": order.branch_id, "lines": lines}
    body_of(caller.post("/orders/", wish, **KEY), 201)
    IdempotencyKey.objects.all().delete()
    body_of(caller.post("/orders/", wish, **KEY), 201)
    assert SalesOrder.objects.count() == 2, "an order keeps the name of its wish"
    assert body_of(caller.post(f"/orders/{order.pk}/actions/confirm/"), 409)["type"]


def test_a_payment_is_posted_once_even_when_its_answer_was_forgotten() -> None:
    caller, invoice = Caller("accountant"), make_invoice()
    wish = {
        "account_id": make_account(invoice.branch).pk, "direction": "in", "amount": "10.00", "paid_on": "2026-03-26",
        "legal_entity_id": invoice.legal_entity_id,
    }  # fmt: skip
    first = body_of(caller.post("/payments/", wish, **KEY), 201)
    IdempotencyKey.objects.all().delete()
    assert body_of(caller.post("/payments/", wish, **KEY), 201)["id"] == first["id"]
    assert Payment.objects.count() == 1


def test_a_module_that_is_switched_off_is_not_there() -> None:
    caller = Caller("administrator")
    assert caller.get("/work-orders/").status_code == 200
    SwitchedOff.objects.create(code="production")
    assert body_of(caller.get("/work-orders/"), 404)["type"] == "not_found"
    assert not any("work-orders" in path for path in caller.get("/openapi.json").json()["paths"])
