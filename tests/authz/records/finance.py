"""Records of finance for the matrix: documents, payments, accounts, bank lines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from core.actors import SYSTEM
from finance.models import Allocation, StatementImport, StatementLine
from finance.services.allocations import allocate
from tests.authz.objects import BUILDERS, OWNERLESS, Target, Targets, by, targets
from tests.factories import crm, finance, inventory, sales
from tests.factories.finance import DAY


def _entity(owner: Any) -> Any:
    return crm.make_legal_entity(crm.make_client(owner=owner))


def _account(world: Any, owner: Any) -> Any:
    return finance.make_account(world.branch)


def _invoice(world: Any, owner: Any) -> Any:
    return finance.make_invoice(entity=_entity(owner), branch=world.branch)


def _payment(world: Any, owner: Any) -> Any:
    return finance.make_payment(account=_account(world, owner), entity=_entity(owner))


def _allocation(world: Any, owner: Any) -> Allocation:
    entity = _entity(owner)
    invoice = finance.make_invoice(entity=entity, branch=world.branch)
    payment = finance.make_payment("10.00", account=_account(world, owner), entity=entity)
    return allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=Decimal("10.00"), on=DAY, by=SYSTEM)


def _line(world: Any, owner: Any) -> StatementLine:
    account = _account(world, owner)
    read = StatementImport.objects.create(account=account, format="csv", file_hash=uuid4().hex * 2, rows=1, new_rows=1)
    return StatementLine.objects.create(
        statement=read, account=account, key=uuid4().hex, booked_on=date(2026, 3, 20), amount=Decimal("12.00")
    )


BUILDERS |= {
    "finance.invoice": _invoice,
    "finance.bill": lambda world, owner: finance.make_invoice(entity=_entity(owner), branch=world.branch, kind="bill"),
    "finance.payment": _payment,
    "finance.bank": _account,
    "finance.allocation": _allocation,
    "finance.line": _line,
    "finance.order": lambda world, owner: sales.make_order(
        warehouse=inventory.make_warehouse(branch=world.branch), entity=_entity(owner), owner=owner
    ),
    "finance.purchase": lambda world, owner: inventory.make_purchase_order(
        warehouse=inventory.make_warehouse(branch=world.branch), owner=owner
    ),
}
OWNERLESS |= {"finance.bank", "finance.line"}


@targets("finance:invoice_order", "finance:advance_ask")
def orders(world: Any, role: str) -> Targets:
    return by("finance.order")(world, role)


@targets("finance:invoice_credit", "finance:invoice_mail")
def invoices(world: Any, role: str) -> Targets:
    return by("finance.invoice")(world, role)


@targets("finance:bill_enter")
def purchases(world: Any, role: str) -> Targets:
    return by("finance.purchase")(world, role)


@targets("finance:payment_allocate", "finance:payment_give_back", "finance:payment_reverse")
def payments(world: Any, role: str) -> Targets:
    return by("finance.payment")(world, role)


@targets("finance:allocation_undo")
def allocations(world: Any, role: str) -> Targets:
    return by("finance.allocation")(world, role)


@targets("finance:bank_line_book", "finance:bank_line_match", "finance:bank_line_ignore", "finance:bank_line_reopen")
def lines(world: Any, role: str) -> Targets:
    return by("finance.line")(world, role)


@targets("finance:period")
def months(world: Any, role: str) -> Targets:
    return {"any": Target({"branch": world.branch.pk, "month": "2026-01"})}
