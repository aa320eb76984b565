"""Changes through the API: the same services, once per key, nothing lost to somebody else's change."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.models import IdempotencyKey, SwitchedOff
from crm.choices import LeadStatus
from crm.models import Client, Interaction, Lead, Person, Task
from finance.models import Allocation, Payment
from sales.choices import DealStatus, OrderStatus
from sales.models import Deal, Quote, SalesOrder
from tests.api.client import Caller
from tests.core.threads import at_once
from tests.factories.core import make_branch, make_user
from tests.factories.crm import make_client, make_lead, make_legal_entity, make_source
from tests.factories.finance import make_account, make_invoice
from tests.factories.inventory import make_unit, make_warehouse, stock_up
from tests.factories.sales import make_deal, make_order, make_sold_item

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "5f0c7f2e-9d1b-4b8e-9c58-2f8f2f8f2f8f"}


def body_of(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return answer.json()


class TestProblems:
    def test_every_refusal_has_the_same_shape(self) -> None:
        caller, client = Caller("seller"), make_client()
        own = make_client(owner=caller.user)
        answers: dict[str, Any] = {
            "malformed": caller.post("/clients/", "{"),
            "invalid": caller.post("/clients/", {"name": 3, "colour": "red"}),
            "name_missing": caller.post("/clients/", {"name": " "}),
            "not_found": caller.get(f"/clients/{client.pk}/"),
            "no_such_address": caller.get("/nothing/"),
            "method_not_allowed": caller.send("DELETE", f"/clients/{own.pk}/"),
            "unsupported_media_type": caller.browser.post(
                "/api/v1/clients/", {"name": "X"}, headers={"Authorization": f"Bearer {caller.new.secret}"}
            ),
            "version_missing": caller.patch(f"/clients/{own.pk}/", {"segment": "a"}),
            "stale_version": caller.patch(f"/clients/{own.pk}/", {"segment": "a"}, **{"If-Match": '"9"'}),
            "not_allowed": caller.post(f"/clients/{own.pk}/actions/block/", {"reason": "Unpaid"}),
        }
        statuses = {code: answer.status_code for code, answer in answers.items()}
        assert statuses == {
            "malformed": 400, "invalid": 422, "name_missing": 409, "not_found": 404, "no_such_address": 404,
            "method_not_allowed": 405, "unsupported_media_type": 415, "version_missing": 428, "stale_version": 412,
            "not_allowed": 403,
        }  # fmt: skip
        for code, answer in answers.items():
            problem = answer.json()
            assert answer["Content-Type"] == "application/problem+json"
            assert (problem["type"], problem["status"]) == (code, answer.status_code)
            assert problem["title"] and problem["detail"]
        assert set(answers["invalid"].json()["errors"]) == {"name", "colour"}
        assert answers["method_not_allowed"]["Allow"]

    @pytest.mark.parametrize(
        "body",
        [
            '{"name": "a\\u0000b"}', '{"name": "\\ud800"}', '{"name": "x", "name": "y"}', '{"budget": NaN}',
            "[" * 99999, "\xff",
        ],
    )  # fmt: skip
    def test_what_cannot_be_stored_is_refused(self, body: str) -> None:
        answer = Caller("head_of_sales").post("/leads/", body.encode("latin-1"))
        assert answer.status_code in {400, 422} and Lead.objects.count() == 0

    @pytest.mark.parametrize(
        "amount", [12.5, 12, "12,50", "1e3", "NaN", "-1.00", "1.005", "99999999999999999", " 1", "١"]
    )
    def test_amounts_are_strings_with_two_places(self, amount: Any) -> None:
        answer = Caller("head_of_sales").post("/deals/", {"name": "X", "amount": amount})
        assert body_of(answer, 422)["errors"]["amount"]

    def test_a_value_that_exists_once_is_a_conflict(self) -> None:
        caller, unit = Caller("purchaser"), make_unit()
        wish = {"sku": "GP", "name": "Partition", "unit_id": unit.pk}
        body_of(caller.post("/items/", wish), 201)
        assert body_of(caller.post("/items/", wish), 409)["type"] == "already_exists"

    def test_a_bug_is_told_without_its_details(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(**_wish: Any) -> None:
            raise ZeroDivisionError("secret")

        monkeypatch.setattr("crm.api.clients.clients.create_client", broken)
        answer = Caller("head_of_sales").post("/clients/", {"name": "X"})
        assert body_of(answer, 500)["type"] == "internal" and "secret" not in answer.content.decode()


class TestOnce:
    def test_the_same_wish_gets_the_first_answer(self) -> None:
        caller = Caller("head_of_sales")
        first = caller.post("/clients/", {"name": "Bluehaven"}, **KEY)
        again = caller.post("/clients/", {"name": "Bluehaven"}, **KEY)
        assert first.json() == again.json() and (first.status_code, again.status_code) == (201, 201)
        assert again["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first
        assert again["ETag"] == first["ETag"] and again["Location"] == first["Location"]
        assert Client.objects.count() == 1

    def test_another_wish_under_the_same_key_is_refused(self) -> None:
        caller = Caller("head_of_sales")
        caller.post("/clients/", {"name": "Bluehaven"}, **KEY)
        for path, data in (("/clients/", {"name": "Other"}), ("/persons/", {"name": "Bluehaven", "last_name": "X"})):
            answer = caller.post(path, data, **KEY)
            assert answer.status_code == (409 if path == "/clients/" else 422)
        assert body_of(caller.post("/persons/", {"last_name": "X"}, **KEY), 409)["type"] == "key_reused"
        assert Client.objects.count() == 1

    def test_keys_of_two_callers_are_strangers(self) -> None:
        for caller in (Caller("head_of_sales"), Caller("head_of_sales")):
            body_of(caller.post("/clients/", {"name": "Bluehaven"}, **KEY), 201)
        assert Client.objects.count() == 2

    def test_nothing_is_stored_when_the_wish_is_refused(self) -> None:
        caller = Caller("head_of_sales")
        for wrong in ({"name": 3}, {"name": " "}, {"name": "X", "owner_id": 999999}):
            assert caller.post("/clients/", wrong, **KEY).status_code in {409, 422}
        assert (IdempotencyKey.objects.count(), Client.objects.count()) == (0, 0)
        body_of(caller.post("/clients/", {"name": "Right"}, **KEY), 201)

    def test_a_key_is_visible_text(self) -> None:
        answer = Caller("head_of_sales").post("/clients/", {"name": "X"}, **{"Idempotency-Key": "a b"})
        assert body_of(answer, 422)["errors"]["Idempotency-Key"]

    @pytest.mark.django_db(transaction=True)
    def test_of_twins_that_run_at_once_one_makes_it(self) -> None:
        caller = Caller("head_of_sales")

        def send() -> int:
            return int(caller.post("/clients/", {"name": "Bluehaven"}, **KEY).status_code)

        statuses = at_once(*[send] * 4)
        assert set(statuses) <= {201, 409} and 201 in statuses
        assert Client.objects.count() == 1


class TestVersions:
    @pytest.mark.django_db(transaction=True)
    def test_of_two_who_change_the_same_one_is_told(self) -> None:
        caller, client = Caller("administrator"), make_client()

        def change(segment: str) -> int:
            answer = caller.patch(f"/clients/{client.pk}/", {"segment": segment}, **{"If-Match": f'"{client.version}"'})
            return int(answer.status_code)

        assert sorted(at_once(lambda: change("a"), lambda: change("b"))) == [200, 412]

    def test_only_what_is_sent_is_changed(self) -> None:
        caller, client = Caller("administrator"), make_client(segment="gold", note="Keep")
        read = caller.get(f"/clients/{client.pk}/")
        changed = caller.patch(f"/clients/{client.pk}/", {"segment": "iron"}, **{"If-Match": read["ETag"]})
        assert body_of(changed)["note"] == "Keep" and changed["ETag"] != read["ETag"]
        assert body_of(changed)["version"] == client.version + 1
        for wrong in ("*", "", "7", 'W/"1"', "nonsense"):
            answer = caller.patch(f"/clients/{client.pk}/", {"segment": "x"}, **{"If-Match": wrong})
            assert answer.status_code in {412, 428}
        null = caller.patch(f"/clients/{client.pk}/", {"segment": None}, **{"If-Match": changed["ETag"]})
        assert body_of(null, 422)["errors"]["segment"]

    def test_an_action_may_name_the_version_it_means(self) -> None:
        caller, client = Caller("administrator"), make_client()
        answer = caller.post(f"/clients/{client.pk}/actions/block/", {"reason": "X"}, **{"If-Match": '"99"'})
        assert answer.status_code == 412
        body_of(caller.post(f"/clients/{client.pk}/actions/block/", {"reason": "X"}))


def test_a_body_names_only_records_that_its_sender_may_know_of() -> None:
    caller = Caller("seller")
    foreign = make_legal_entity(make_client(owner=make_user("seller")))
    wish = {"name": "Deal", "client_id": foreign.client_id, "legal_entity_id": foreign.pk, "owner_id": 999999}
    errors = body_of(caller.post("/deals/", wish), 422)["errors"]
    assert set(errors) == {"client_id", "legal_entity_id", "owner_id"}
    about = {"kind": "call", "at": "2026-03-02T09:00:00Z", "about": [{"resource": "clients", "id": foreign.client_id}]}
    assert list(body_of(caller.post("/interactions/", about), 422)["errors"]) == ["about.0.id"]
    assert (Deal.objects.count(), Interaction.objects.count()) == (0, 0)


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
