"""Steps 16 to 21: the order's result, advance, invoice, bank and allocation."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

from finance.choices import PaymentDirection
from finance.models import Allocation, Invoice, Payment, StatementLine
from finance.selectors import balances, results
from finance.services import allocations, bank, invoices, payments
from inventory.models import PurchaseOrder
from samples.story.making import end_of
from samples.story.run import Figures, Run, step

CENT = Decimal("0.01")


def evening_of(day: date) -> datetime:
    return datetime.combine(day, time.max, tzinfo=UTC)


def noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(12), tzinfo=UTC)


@step("16", "Result of the order")
def order_result(run: Run) -> Figures:
    result = results.order_result(run.memory["order"].pk, at=end_of(run.inputs["visit"]["at"]))
    return {"revenue": result.revenue, "cost": result.cost, "margin": result.margin, "margin %": result.margin_pct}


@step("17", "Margin bridge to the estimate")
def bridge(run: Run) -> Figures:
    parts = results.margin_bridge(run.memory["order"].pk, at=end_of(run.inputs["visit"]["at"]))
    figures: Figures = {f"{part.code} {part.effect}": f"{part.amount:+}" for part in parts if part.amount}
    return figures | {"total": f"{sum((part.amount for part in parts), Decimal('0.00')):+}"}


@step("18", "Advance")
def advance(run: Run) -> Figures:
    given = run.inputs["advance"]
    payment = run.do(
        payments.record_payment,
        account_id=run.world.account.pk,
        direction=PaymentDirection.IN,
        amount=Decimal(given["amount"]),
        paid_on=date.fromisoformat(given["on"]),
        by=run.user("accountant"),
        legal_entity_id=run.world.entities[given["entity"]].pk,
        order_id=run.memory["order"].pk,
        text="Advance",
        key="story-advance",
    )
    run.memory["advance"] = payment
    on = date.fromisoformat(given["balance_on"])
    client = run.world.client.pk
    return {
        "client balance": balances.client_balance(client, on),
        "receivable": balances.receivables_as_of(on, [client]),
    }


@step("19", "Invoice")
def invoice(run: Run) -> Figures:
    given = run.inputs["invoice"]
    document = run.do(
        invoices.invoice_order,
        order_id=run.memory["order"].pk,
        issued_on=date.fromisoformat(given["on"]),
        at=noon(given["on"]),
        by=run.user("accountant"),
        key="story-invoice",
    )
    run.memory["invoice"] = document
    document.refresh_from_db()
    checked = date.fromisoformat(given["checked_on"])
    return {
        "number": document.number,
        "due": document.due_on,
        "total": document.gross_amount,
        "advance allocated": document.allocated,
        "open": document.gross_amount - document.allocated,
        f"overdue on {checked}": document.due_on < checked,
    }


@step("20", "Bank statement")
def statement(run: Run) -> Figures:
    given = run.inputs["statement"]
    accountant, account = run.user("accountant"), run.world.account
    run.memory["bills"] = {}
    for bill in run.inputs["bills"]:
        purchase = PurchaseOrder.objects.filter(supplier=run.world.suppliers[bill["supplier"]]).first()
        if purchase is None:
            continue
        run.memory["bills"][bill["supplier"]] = run.do(
            invoices.enter_bill,
            purchase_order_id=purchase.pk,
            number=bill["number"],
            issued_on=date.fromisoformat(bill["on"]),
            at=noon(bill["on"]),
            by=accountant,
        )
    file = "date,amount,reference,name,text\n" + "".join(
        f"{row['on']},{row['amount']},{row['reference']},{_entity(run, row).legal_name},{row['text']}\n"
        for row in given["rows"]
    )
    imported = {"account_id": account.pk, "content": file.encode(), "file_name": "statement.csv", "by": accountant}
    at = datetime.fromisoformat(given["imported_at"])
    first = bank.import_statement(**imported, at=at)
    second = bank.import_statement(**imported, at=at)
    for row in given["rows"]:
        line = StatementLine.objects.get(account=account, bank_reference=row["reference"])
        if line.payment_id is None:
            line.payment = run.do(
                bank.book_line, line_id=line.pk, legal_entity_id=_entity(run, row).pk, at=at, by=accountant
            )
        run.memory[f"paid {row['pays']}"] = line.payment
        if row["pays"] == "bill" and row["supplier"] in run.memory["bills"]:
            run.do(
                allocations.allocate,
                invoice_id=run.memory["bills"][row["supplier"]].pk,
                payment_id=line.payment.pk,
                amount=line.payment.amount,
                on=line.payment.paid_on,
                by=accountant,
                key=f"story-bill-{row['supplier']}",
            )
    left = sorted(bill.gross_amount - bill.allocated for bill in Invoice.objects.filter(kind="bill"))
    return {
        "new rows": first.new_rows,
        "new rows on repeat": second.new_rows,
        "payments": Payment.objects.count(),
        "bank balance": balances.bank_balance(account.pk),
        "payables": " + ".join(str(amount) for amount in reversed(left) if amount),
        "payables total": balances.payables_as_of(at.date()),
    }


def _entity(run: Run, row: dict[str, str]):
    return run.world.suppliers[row["supplier"]] if "supplier" in row else run.world.entities[row["entity"]]


@step("21", "Allocation across entities of one client")
def allocation(run: Run) -> Figures:
    accountant = run.user("accountant")
    document, payment = run.memory["invoice"], run.memory["paid invoice"]
    document.refresh_from_db()
    open_amount = document.gross_amount - document.allocated
    common = {"on": payment.paid_on, "by": accountant}
    too_much = run.refused(
        allocations.allocate, invoice_id=document.pk, payment_id=payment.pk, amount=open_amount + CENT, **common
    )
    stranger = payments.record_payment(
        account_id=run.world.account.pk,
        direction=PaymentDirection.IN,
        amount=CENT,
        paid_on=payment.paid_on,
        by=accountant,
        legal_entity_id=run.world.foreign.pk,
        key="story-stranger",
    )
    foreign = run.refused(allocations.allocate, invoice_id=document.pk, payment_id=stranger.pk, amount=CENT, **common)
    payments.reverse_payment(payment_id=stranger.pk, on=payment.paid_on, by=accountant)
    run.do(
        allocations.allocate,
        invoice_id=document.pk,
        payment_id=payment.pk,
        amount=min(open_amount, payment.amount),
        key="story-allocation",
        **common,
    )
    document.refresh_from_db()
    payment.refresh_from_db()
    client = run.world.client.pk
    return {
        "allocated": min(open_amount, payment.amount),
        "open": document.gross_amount - document.allocated,
        "days after issue": (payment.paid_on - document.issued_on).days,
        "days before due": (document.due_on - payment.paid_on).days,
        "on account": payment.amount - payment.allocated,
        "client net": balances.client_balance(client, payment.paid_on),
        "one cent too much": too_much,
        "foreign client": foreign,
        "allocations": Allocation.objects.count(),
    }
