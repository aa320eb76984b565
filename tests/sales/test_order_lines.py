"""The lines of a draft order: changed as often as it takes, by one person at a time, never after the promise."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from core.actors import SYSTEM
from core.errors import NotAllowed, StaleVersion
from sales.errors import ForeignBuyer, OrderNotDraft
from sales.ledgers.documents import orders_add_up
from sales.models import SalesOrder
from sales.services.confirming import confirm_order
from sales.services.order_lines import rewrite_order
from tests.factories.core import make_user
from tests.factories.crm import make_legal_entity
from tests.factories.inventory import make_warehouse
from tests.factories.sales import NOON, drafts, make_order, make_sold_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_sold_item("100.00")


@pytest.fixture
def order(desk) -> SalesOrder:
    return make_order([(desk, 2)], warehouse=make_warehouse())


def rewrite(order: SalesOrder, *lines: tuple, **fields) -> SalesOrder:
    fields = {
        "legal_entity_id": order.legal_entity_id, "warehouse_id": order.warehouse_id, "at": NOON, "by": SYSTEM,
        "version": order.version, **fields,
    }  # fmt: skip
    return rewrite_order(order_id=order.pk, lines=drafts(lines), **fields)


def test_lines_sums_and_taxes_are_written_anew(order, desk):
    shelf = make_sold_item("50.00", tax=10)
    changed = rewrite(order, (desk, 3, "10"), (shelf, 1), client_reference="A 7")
    assert (changed.net_amount, changed.tax_amount, changed.gross_amount) == (320, 59, 379)
    assert [(line.position, line.qty) for line in changed.lines.order_by("position")] == [(1, 3), (2, 1)]
    assert changed.client_reference == "A 7" and changed.number == order.number
    assert not list(orders_add_up())


def test_the_same_again_changes_nothing_whatever_the_version(order, desk):
    first = rewrite(order, (desk, 3))
    again = rewrite(order, (desk, 3))  # with the version before the first
    assert again.version == first.version
    assert list(again.lines.values_list("pk", flat=True)) == list(first.lines.values_list("pk", flat=True))


def test_who_looked_at_an_older_state_overwrites_nothing(order, desk):
    rewrite(order, (desk, 3))
    with pytest.raises(StaleVersion):
        rewrite(order, (desk, 9))
    assert SalesOrder.objects.get(pk=order.pk).net_amount == 300


def test_a_promise_is_not_written_anew(order, desk):
    confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)
    with pytest.raises(OrderNotDraft):
        rewrite(order, (desk, 1))
    assert SalesOrder.objects.get(pk=order.pk).net_amount == 200


def test_another_clients_entity_cannot_sign(order, desk):
    with pytest.raises(ForeignBuyer):
        rewrite(order, (desk, 2), legal_entity_id=make_legal_entity().pk)


def test_somebody_elses_order_stays_as_it_is(order, desk):
    with pytest.raises(NotAllowed):
        rewrite(order, (desk, 1), by=make_user("seller"))


def test_it_can_be_confirmed_after_a_change(order, desk):
    rewrite(order, (desk, 5))
    assert confirm_order(order_id=order.pk, at=NOON, by=SYSTEM).gross_amount == Decimal("600.00")


def test_statements_do_not_grow_with_the_lines(order, django_assert_max_num_queries):
    items = [make_sold_item("10.00") for _ in range(40)]
    with django_assert_max_num_queries(45):
        rewrite(order, *((item, 1) for item in items))


def form_of(order: SalesOrder, qty: str, **more) -> dict:
    line = order.lines.get()
    return {
        "legal_entity": order.legal_entity_id, "warehouse": order.warehouse_id, "wished_on": "", "terms": "",
        "client_reference": "B 1", "version": order.version, "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0,
        "lines-0-item": line.item_id, "lines-0-text": line.text, "lines-0-qty": qty, "lines-0-price": "",
        "lines-0-listed": "", "lines-0-discount": "0", **more,
    }  # fmt: skip


def test_the_editor_shows_the_draft_and_saves_it(client, order):
    client.force_login(make_user("administrator"))
    url = reverse("sales:order_edit_lines", args=[order.pk])
    page = client.get(url)
    assert page.status_code == 200 and order.number in page.text and "€240.00" in page.text
    assert (
        reverse("sales:order_edit_lines", args=[order.pk])
        in client.get(reverse("sales:order_card", args=[order.pk])).text
    )
    assert client.post(url, form_of(order, "0", create="1")).status_code == 422
    assert client.post(url, form_of(order, "4", create="1")).status_code == 302
    order.refresh_from_db()
    assert order.net_amount == 400 and order.client_reference == "B 1"


def test_a_stale_editor_says_so_and_keeps_what_was_typed(client, order):
    client.force_login(make_user("administrator"))
    url, form = reverse("sales:order_edit_lines", args=[order.pk]), form_of(order, "7", create="1")
    rewrite(order, (order.lines.get().item, 3))
    page = client.post(url, form)
    assert page.status_code == 409 and "Somebody changed this order meanwhile" in page.text
    assert 'value="7"' in page.text and SalesOrder.objects.get(pk=order.pk).net_amount == 300


def test_a_confirmed_order_leads_to_its_card(client, order):
    client.force_login(make_user("administrator"))
    confirm_order(order_id=order.pk, at=NOON, by=SYSTEM)
    answer = client.get(reverse("sales:order_edit_lines", args=[order.pk]), follow=True)
    assert answer.redirect_chain and "Only the lines of a draft can be changed" in answer.text
