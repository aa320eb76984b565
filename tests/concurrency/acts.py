"""What a racing process does: each function is one actor with plain arguments."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from core.actors import SYSTEM
from core.models import Organization, User
from core.services import numbers
from finance.services.allocations import allocate
from finance.services.invoices import invoice_order
from finance.services.payments import give_back
from inventory.errors import InsufficientStock
from inventory.services.reservations import Need, reserve_goods
from production.services.stations import enter
from production.services.work import pause_operation, start_operation
from sales.models import SalesOrder
from sales.services.confirming import confirm_order
from sales.services.lines import LineDraft
from sales.services.order_lines import rewrite_order
from sales.services.quotes import accept_quote
from sales.services.shipments import ship_order
from support.services.visits import VisitReport, submit_visit

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


def reserve(item_id: int, warehouse_id: int, actor: int, times: int) -> int:
    """Ask for one piece again and again; how often it was granted."""
    granted = 0
    for number in range(times):
        need = Need(key=f"race:{actor}:{number}", item_id=item_id, warehouse_id=warehouse_id, qty=Decimal(1))
        try:
            reserve_goods(needs=[need], by=SYSTEM)
        except InsufficientStock:
            continue
        granted += 1
    return granted


def ship(order_id: int, line_id: int, key: str, qty: str = "1") -> int:
    return ship_order(order_id=order_id, lines={line_id: Decimal(qty)}, at=NOON, by=SYSTEM, key=key).pk


def pay(invoice_id: int, payment_id: int, amount: str) -> int:
    return allocate(
        invoice_id=invoice_id, payment_id=payment_id, amount=Decimal(amount), on=date(2026, 3, 31), by=SYSTEM
    ).pk


def refund(payment_id: int, amount: str, key: str) -> int:
    return give_back(payment_id=payment_id, amount=Decimal(amount), on=date(2026, 3, 31), by=SYSTEM, key=key).pk


def press_allocate(user_id: int, payment_id: int, invoice_id: int, amount: str) -> int:
    """An accountant sends the page's form; the status of its answer."""
    from django.test import Client

    browser = Client()
    browser.force_login(User.objects.get(pk=user_id), backend="core.backends.SignIn")
    form = {f"amount-{invoice_id}": amount, "on": "2026-03-31", "key": f"race-{user_id}"}
    return browser.post(f"/money/payments/{payment_id}/allocate/", form).status_code


def rewrite(order_id: int, qty: str, version: int | None) -> int:
    """Somebody saves the draft he has before him, with another quantity; the answer takes a moment to be committed."""
    order = SalesOrder.objects.get(pk=order_id)
    item_id = order.lines.values_list("item_id", flat=True)[0]
    with transaction.atomic():
        rewritten = rewrite_order(
            order_id=order_id, legal_entity_id=order.legal_entity_id, warehouse_id=order.warehouse_id or 0,
            lines=[LineDraft(item_id=item_id, qty=Decimal(qty))], at=NOON, by=SYSTEM, version=version,
        )  # fmt: skip
        time.sleep(0.2)
    return rewritten.pk


def confirm(order_id: int) -> str:
    """Somebody confirms the draft."""
    with transaction.atomic():
        confirmed = confirm_order(order_id=order_id, at=NOON, by=SYSTEM)
        time.sleep(0.2)
    return confirmed.number


def invoice(order_id: int, key: str) -> str:
    return invoice_order(order_id=order_id, issued_on=date(2026, 3, 20), at=NOON, by=SYSTEM, key=key).number


class Changed(Exception):
    """The posting was given up after it had its number."""


def take_numbers(organization_id: int, actor: int, times: int) -> list[str]:
    """Number documents in transactions of their own, every seventh of which is rolled back."""
    organization = Organization.objects.get(pk=organization_id)
    taken = []
    for number in range(times):
        try:
            with transaction.atomic():
                one = numbers.take_number("invoice", organization=organization, on=date(2026, 3, 20))
                if (actor + number) % 7 == 0:
                    raise Changed
        except Changed:
            continue
        taken.append(one)
    return taken


def win(quote_id: int, warehouse_id: int) -> str:
    return accept_quote(quote_id=quote_id, at=NOON, by=SYSTEM, warehouse_id=warehouse_id).number


def report(token: str, key: str, parts: dict[int, str]) -> dict[str, Any]:
    result = submit_visit(
        token=token,
        submission_key=key,
        report=VisitReport(
            remark="All fitted.",
            signed_by="Nora Field",
            parts={int(item): Decimal(qty) for item, qty in parts.items()},
            signed_on_paper=True,
        ),
        at=NOON,
    )
    return {"visit": result.visit_id, "done_at": result.done_at.isoformat()}


def start_work(operation_id: int, user_id: int) -> int:
    """An operator presses Start."""
    return start_operation(operation_id=operation_id, at=NOON, by=User.objects.get(pk=user_id)).running_by_id or 0


def pause_work(operation_id: int, user_id: int) -> int:
    """An operator presses Pause, an hour after Start; the answer takes a moment to be committed."""
    by = User.objects.get(pk=user_id)
    with transaction.atomic():
        paused = pause_operation(operation_id=operation_id, at=NOON + timedelta(hours=1), by=by)
        time.sleep(0.2)
    return paused.pk


def guess_pin(token: str, user_id: int, pin: str) -> int:
    """Somebody tries a PIN at a station."""
    return enter(token=token, user_id=user_id, pin=pin, at=NOON).pk
