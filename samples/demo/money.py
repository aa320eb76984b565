"""What lies on the accountant's desk today: money to allocate, bank lines to book, articles, closed months."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from core.models import Branch, User
from crm.services.interactions import log_interaction
from finance.choices import InvoiceKind, PaymentDirection
from finance.models import BankAccount, Invoice
from finance.selectors.reminding import addresses
from finance.services import accounts, bank, payments, periods
from finance.services.reminding import remind_clients

ARTICLES = (
    ("sales", "Sales", PaymentDirection.IN, ""),
    ("goods", "Goods and material", PaymentDirection.OUT, ""),
    ("running", "Running costs", PaymentDirection.OUT, ""),
    ("rent", "Rent", PaymentDirection.OUT, "running"),
    ("fees", "Bank fees", PaymentDirection.OUT, "running"),
)
DAY = timedelta(days=1)


def fill(*, account: BankAccount, accountant: User, until: datetime) -> None:
    """Everything through the services, dated up to `until`; a second run adds nothing."""
    today = until.date()
    made = {}
    for code, name, direction, parent in ARTICLES:
        made[code] = accounts.create_article(
            code=code, name=name, direction=direction, parent_id=made[parent].pk if parent else None, by=accountant
        )
    desk = accounts.open_account(
        branch_id=account.branch_id, name="Cash desk", is_cash=True, opening=Decimal("300.00"), by=accountant
    )
    payments.record_payment(
        account_id=desk.pk, direction=PaymentDirection.OUT, amount=Decimal("18.40"), paid_on=today - 2 * DAY,
        article_id=made["running"].pk, text="Stamps", key="demo-stamps", by=accountant,
    )  # fmt: skip
    _to_allocate(account, accountant, today)
    _remind(accountant, until)
    _statement(account, accountant, until)
    _close_months(account.branch, accountant, until)


def _open(kind: str) -> list[Invoice]:
    rows = Invoice.objects.filter(kind=kind, status="posted").select_related("legal_entity", "client")
    return [row for row in rows.order_by("due_on", "pk") if row.open_amount > 0]


def _to_allocate(account: BankAccount, accountant: User, today: date) -> None:
    """Money that settles nothing yet: with a number and more than is open, with a part of it, with no word."""
    wishes = (("{number} plus advance", "1.08"), ("RATE 1 {number}", "0.5"), ("", "1"))
    for place, (invoice, (text, share)) in enumerate(zip(_open(InvoiceKind.INVOICE), wishes, strict=False)):
        payments.record_payment(
            account_id=account.pk,
            direction=PaymentDirection.IN,
            amount=(invoice.open_amount * Decimal(share)).quantize(Decimal("0.01")),
            paid_on=max(today - place * DAY, invoice.issued_on or today),
            legal_entity_id=invoice.legal_entity_id,
            text=text.format(number=invoice.number),
            key=f"demo-waiting-{place}",
            by=accountant,
        )


def _remind(accountant: User, until: datetime) -> None:
    """The oldest debtor got two letters, the next one a call after his; the others wait for their first."""
    days_ago = {0: (15, 1), 1: (9,)}
    late = [row for row in _open(InvoiceKind.INVOICE) if row.due_on and row.due_on < until.date() - 16 * DAY]
    debtors = list(addresses([row.client_id for row in late]))[: len(days_ago)]
    for place, client in enumerate(debtors):
        for days in days_ago[place]:
            remind_clients(client_ids=[client], at=until - days * DAY, by=accountant)
    for client in debtors[1:]:
        log_interaction(
            kind="call", direction="out", at=until - 2 * DAY, minutes=6, client_id=client, by=accountant,
            subject="Promised to pay by the end of the week",
        )  # fmt: skip


def _statement(account: BankAccount, accountant: User, until: datetime) -> None:
    """The bank's file of yesterday: a bill paid, a fee, rent, and somebody nobody knows."""
    yesterday = (until.date() - DAY).isoformat()
    rows = [
        ("-12.90", "D1", "Bank", "Account fee"),
        ("-1450.00", "D2", "Harbour Estates", "Rent of the hall"),
        ("860.00", "D3", "E. Fröhlich-Wojciechowska", "sample box"),
    ]
    for place, bill in enumerate(_open(InvoiceKind.BILL)[:2]):
        rows.append((f"-{bill.open_amount}", f"D4{place}", bill.legal_entity.legal_name, f"Bill {bill.number}"))
    for place, invoice in enumerate(_open(InvoiceKind.INVOICE)[3:5]):
        rows.append((f"{invoice.open_amount}", f"D5{place}", invoice.legal_entity.legal_name, f"Pays {invoice.number}"))
    lines = "".join(f"{yesterday},{amount},{ref},{name},{text}\n" for amount, ref, name, text in rows)
    bank.import_statement(
        account_id=account.pk,
        content=f"date,amount,reference,name,text\n{lines}".encode(),
        file_name=f"statement-{yesterday}.csv",
        at=until,
        by=accountant,
    )


def _close_months(branch: Branch, accountant: User, until: datetime) -> None:
    """The books are closed up to the quarter before last month."""
    first = until.date().replace(day=1)
    for months_back in range(4, 10):
        number = first.year * 12 + first.month - 1 - months_back
        periods.close_period(branch_id=branch.pk, month=date(number // 12, number % 12 + 1, 1), at=until, by=accountant)
