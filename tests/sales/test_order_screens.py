"""The list, card and steps of orders and shipments, and an order entered without a quote."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.models import User
from core.services.standing_links import tokens_of
from crm.models import Client
from sales.choices import OrderStatus, ShipmentStatus
from sales.models import OrderCost, SalesOrder, Shipment
from sales.selectors.links import ORDER
from sales.services.confirming import confirm_order
from sales.services.orders import cancel_order
from sales.services.shipments import ship_order
from tests.factories.core import make_branch, make_team, make_user
from tests.factories.crm import make_client, make_legal_entity
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import make_order, make_sold_item

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def head(client) -> User:
    user = make_user("head_of_sales")
    make_team(user)
    client.force_login(user)
    return user


@pytest.fixture
def warehouse():
    return make_warehouse(branch=make_branch())


def at(page: str, record: Any) -> str:
    return reverse(f"sales:{page}", args=[record.pk])


def test_the_card_shows_ordered_reserved_shipped_and_invoiced(client, head, warehouse):
    desk = make_sold_item("549.90")
    stock_up(desk, warehouse, 2, "600.00")
    order = make_order([(desk, 3, "7.5")], warehouse=warehouse, owner=head)
    confirm_order(order_id=order.pk, at=timezone.now(), by=SYSTEM)
    page = client.get(at("order_card", order)).text
    assert "€1,525.97" in page and "short by 1" in page and "Confirmed" in page
    assert at("order_ship", order) in page and at("order_cancel", order) in page
    parts = [(part.key, part.value) for part in client.get(at("order_card", order)).context["parts"]]
    assert parts[0] == ("order", "Confirmed") and parts[-1] == ("invoice", "Not written yet"), "to the last step"
    assert order.number in client.get(reverse("sales:order_list")).text


def test_confirming_shows_credit_and_shortage_and_is_safe_twice(client, head, warehouse):
    entity = make_legal_entity()
    Client.objects.filter(pk=entity.client_id).update(credit_limit=500)
    order = make_order([(make_sold_item("100.00"), 3)], warehouse=warehouse, owner=head, entity=entity)
    page = client.get(at("order_confirm", order)).text
    assert "It fits" in page and "€360.00" in page and "short by 3" in page
    for _twice in range(2):
        assert client.post(at("order_confirm", order), {"key": "k"}).status_code == 302
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED
    stale = client.get(at("order_confirm", order)).text
    assert "no draft any more" in stale
    second = make_order([(make_sold_item("100.00"), 3)], warehouse=warehouse, owner=head, entity=entity)
    assert "Over the limit" in client.get(at("order_confirm", second)).text
    refused = client.post(at("order_confirm", second))
    assert refused.status_code == 409 and "credit limit" in refused.text


def test_a_stale_confirm_page_meets_a_cancelled_order(client, head, warehouse):
    order = make_order(warehouse=warehouse, owner=head)
    cancel_order(order_id=order.pk, reason="Twice", at=timezone.now(), by=SYSTEM)
    answer = client.post(at("order_confirm", order))
    assert answer.status_code == 409 and "is Cancelled" in answer.text


def test_cancelling_asks_for_the_reason(client, head, warehouse):
    order = make_order(warehouse=warehouse, owner=head)
    assert client.post(at("order_cancel", order), {"reason": ""}).status_code == 422
    for _twice in range(2):
        assert client.post(at("order_cancel", order), {"reason": "They chose another"}).status_code == 302
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED


def test_an_order_is_entered_without_a_quote_once(client, head, warehouse):
    entity, desk = make_legal_entity(make_client(owner=head)), make_sold_item("100.00", sku="DSK")
    url = reverse("sales:order_new")
    assert "Who orders?" in client.get(url).text
    page = client.get(url, {"client": entity.client_id})
    assert page.status_code == 200 and entity.legal_name in page.text
    data: dict[str, Any] = {
        "client": entity.client_id, "legal_entity": entity.pk, "warehouse": warehouse.pk, "key": "one",
        "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0, "lines-0-item": desk.pk, "lines-0-text": "Desk",
        "lines-0-qty": "3", "lines-0-price": "", "lines-0-listed": "", "lines-0-discount": "5",
        "client_reference": "PO-77", "wished_on": "",
    }  # fmt: skip
    refined = client.post(url, data | {"refine": "1"}, **HTMX)
    assert "€285.00" in refined.text and "€342.00" in refined.text and not SalesOrder.objects.exists()
    added = client.post(url, data | {"add": "1", "search": "DSK"}, **HTMX)
    assert added.text.count("DSK") >= 2 and not SalesOrder.objects.exists()
    assert client.post(url, data | {"lines-0-qty": "x"}).status_code == 422
    assert client.post(url, data | {"lines-TOTAL_FORMS": 0}).status_code == 422
    first, second = (client.post(url, data | {"create": "1"}) for _twice in range(2))
    order = SalesOrder.objects.get()
    assert first.url == second.url == at("order_card", order)
    assert (order.gross_amount, order.client_reference) == (Decimal("342.00"), "PO-77")


def test_a_foreign_client_cannot_be_ordered_for(client, warehouse):
    client.force_login(make_user("seller"))
    entity = make_legal_entity()
    assert client.post(reverse("sales:order_new"), {"client": entity.client_id}).status_code == 422


def test_an_order_is_shipped_in_parts_and_delivered(client, head, warehouse):
    desk = make_sold_item("549.90")
    stock_up(desk, warehouse, 3, "940.30")
    order = make_order([(desk, 3)], warehouse=warehouse, owner=head)
    confirm_order(order_id=order.pk, at=timezone.now(), by=SYSTEM)
    line, url = order.lines.get(), at("order_ship", order)
    assert 'value="3"' in client.get(url).text
    assert client.post(url, {f"qty-{line.pk}": "4", "key": "a"}).status_code == 409
    assert client.post(url, {f"qty-{line.pk}": "", "key": "a"}).status_code == 409
    assert client.post(url, {f"qty-{line.pk}": "-1", "key": "a"}).status_code == 422
    part = {f"qty-{line.pk}": "2", "carrier": "Norlink", "tracking": "N1", "key": "b"}
    first, again = (client.post(url, part) for _twice in range(2))
    shipment = Shipment.objects.get()
    assert first.url == again.url == at("shipment_card", shipment)
    client.post(url, {f"qty-{line.pk}": "1", "carrier": "Norlink", "carrier_cost": "52", "key": "c"})
    goods = OrderCost.objects.filter(kind="goods").order_by("pk").values_list("amount", flat=True)
    assert list(goods) == [Decimal("626.87"), Decimal("313.43")]
    assert "€626.87" in client.get(first.url).text
    last = Shipment.objects.order_by("-pk").first()
    assert last is not None and "€52.00" in client.get(at("shipment_card", last)).text
    delivered = at("shipment_delivered", shipment)
    assert client.post(delivered, {"on": "2999-01-01"}).status_code == 422
    assert client.post(delivered, {"on": str(timezone.localdate())}).status_code == 302
    shipment.refresh_from_db()
    assert shipment.status == ShipmentStatus.DELIVERED
    assert shipment.number in client.get(reverse("sales:shipment_list")).text


def test_the_carriers_price_is_booked_later_and_once(client, head, warehouse):
    desk = make_sold_item("549.90")
    stock_up(desk, warehouse, 1, "313.43")
    order = make_order([(desk, 1)], warehouse=warehouse, owner=head)
    confirm_order(order_id=order.pk, at=timezone.now(), by=SYSTEM)
    shipment = ship_order(order_id=order.pk, at=timezone.now(), by=SYSTEM)
    url, card = at("shipment_carrier", shipment), at("shipment_card", shipment)
    client.force_login(make_user("accountant"))
    assert url in client.get(card).text
    assert client.post(url, {"amount": "0"}).status_code == 422
    for _twice in range(2):
        assert client.post(url, {"amount": "52", "carrier": "Norlink"}).status_code == 302
    assert client.post(url, {"amount": "53"}).status_code == 409
    assert OrderCost.objects.get(kind="transport").amount == Decimal("52.00")
    page = client.get(card).text
    assert "€52.00" in page and "Norlink" in page and url not in page
    client.force_login(make_user("storekeeper", branches=[warehouse.branch]))
    assert url not in client.get(card).text and client.get(url).status_code == 403


def test_costs_of_a_shipment_hide_from_the_storekeeper(client, head, warehouse):
    desk = make_sold_item("549.90")
    stock_up(desk, warehouse, 1, "313.43")
    order = make_order([(desk, 1)], warehouse=warehouse, owner=head)
    confirm_order(order_id=order.pk, at=timezone.now(), by=SYSTEM)
    client.post(at("order_ship", order), {f"qty-{order.lines.get().pk}": "1", "key": "x"})
    client.force_login(make_user("storekeeper", branches=[warehouse.branch]))
    page = client.get(at("shipment_card", Shipment.objects.get()))
    assert page.status_code == 200 and "313.43" not in page.text and "Goods cost" not in page.text


def test_what_stays_open_is_corrected_and_the_rest_is_not(client, head, warehouse):
    order = make_order(warehouse=warehouse, owner=head)
    confirm_order(order_id=order.pk, at=timezone.now(), by=SYSTEM)
    order.refresh_from_db()
    url = reverse("sales:order_edit", args=[order.pk])
    data = {"client_reference": "PO-9", "wished_on": "", "delivery_address": "Quay 1", "owner": head.pk}
    assert client.post(url, data | {"version": order.version}).status_code == 302
    assert client.post(url, data | {"version": order.version, "client_reference": "Z"}).status_code == 409
    order.refresh_from_db()
    assert (order.client_reference, order.delivery_address) == ("PO-9", "Quay 1")
    assert "net_amount" not in client.get(url).text


def test_the_clients_page_is_opened_followed_and_withdrawn(client, head, warehouse):
    order = make_order(warehouse=warehouse, owner=head)
    confirm_order(order_id=order.pk, at=timezone.now(), by=SYSTEM)
    for _twice in range(2):
        assert client.post(at("order_page_open", order)).status_code == 302
    token = tokens_of([order], ORDER, at=timezone.now())[order.pk]
    public = reverse("sales:order_public", args=[token])
    assert public in client.get(at("order_card", order)).text
    client.logout()
    page = client.get(public)
    assert page.status_code == 200 and order.number in page.text and "Order confirmation" in page.text
    assert page["X-Robots-Tag"].startswith("noindex")
    client.force_login(head)
    client.post(at("order_page_close", order))
    assert client.get(public).status_code == 404
    client.post(at("order_page_open", order))
    assert tokens_of([order], ORDER, at=timezone.now())[order.pk] != token
    assert client.get(public).status_code == 404


def test_the_clients_page_offers_its_own_papers_only(client, head, warehouse):
    order, other = (make_order(warehouse=warehouse, owner=head) for _ in range(2))
    for one in (order, other):
        confirm_order(order_id=one.pk, at=timezone.now(), by=SYSTEM)
    client.post(at("order_page_open", order))
    token = tokens_of([order], ORDER, at=timezone.now())[order.pk]
    mine = reverse("sales:order_public_paper", args=[token, "sales.order", order.pk])
    assert client.get(mine).status_code == 202, "a worker draws it"
    foreign = reverse("sales:order_public_paper", args=[token, "sales.order", other.pk])
    inside = reverse("sales:order_public_paper", args=[token, "sales.picking_list", order.pk])
    assert client.get(foreign).status_code == client.get(inside).status_code == 404


def test_the_client_can_work_out_each_sum_of_his_page(client, head, warehouse):
    order = make_order([(make_sold_item("549.90"), 3, 3)], warehouse=warehouse, owner=head)
    confirm_order(order_id=order.pk, at=timezone.now(), by=SYSTEM)
    client.post(at("order_page_open", order))
    page = client.get(reverse("sales:order_public", args=[tokens_of([order], ORDER, at=timezone.now())[order.pk]])).text
    assert "€1,600.21" in page
    assert ">Discount</th>" in page
    assert "€549.90 −3\xa0%" in page


@pytest.mark.parametrize("name", ["order_list", "order_card"])
def test_statements_do_not_grow(client, head, warehouse, name, django_assert_max_num_queries):
    for _number in range(3):
        lines = [(make_sold_item("10.00"), 1) for _ in range(10)]
        order = make_order(lines, warehouse=warehouse, owner=head)
        confirm_order(order_id=order.pk, at=timezone.now(), by=SYSTEM)
    url = reverse("sales:order_list") if name == "order_list" else at("order_card", order)
    client.get(url)
    with django_assert_max_num_queries(56):  # ten boxes of six apps stand on the card
        assert client.get(url).status_code == 200
