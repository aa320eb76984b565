"""Checks of the promises about money: allocations, numbers, document totals, bank statements."""

from __future__ import annotations

from collections.abc import Iterable
from string import Formatter

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from core.ledgers import Finding, checks
from core.models import NumberSequence
from finance.choices import InvoiceKind
from finance.models import Allocation, Invoice, Payment, StatementLine

SERIES = {InvoiceKind.INVOICE: "invoice", InvoiceKind.CREDIT_NOTE: "credit_note"}


@checks("I3", "allocations of payments")
def payment_allocations() -> Iterable[Finding]:
    """What a payment is used for is the sum of its allocations and of what was given back, within its amount."""
    sql = """
        SELECT number, amount, allocated, used FROM (
            SELECT p.number, p.amount, p.allocated, coalesce(settled.amount, 0) + coalesce(refunded.amount, 0)
                + CASE WHEN p.refund_of_id IS NOT NULL AND p.status = 'posted' THEN p.amount ELSE 0 END AS used
            FROM finance_payment p
            LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM finance_allocation GROUP BY payment_id)
                AS settled ON settled.payment_id = p.id
            LEFT JOIN (
                SELECT refund_of_id, sum(amount) AS amount FROM finance_payment
                WHERE status = 'posted' AND refund_of_id IS NOT NULL GROUP BY refund_of_id
            ) AS refunded ON refunded.refund_of_id = p.id
        ) AS payments WHERE allocated <> used OR used NOT BETWEEN 0 AND amount
    """
    for number, amount, kept, used in _rows(sql):
        yield Finding(
            "I3", "allocations of payments", f"payment {number}",
            f"allocations and refunds make {used}, kept are {kept} of {amount}",
        )  # fmt: skip


@checks("I3", "refunds")
def refunds() -> Iterable[Finding]:
    """What was given back had come from the same party, in the same currency, and not later."""
    rows = Payment.objects.filter(refund_of__isnull=False).filter(
        ~Q(direction="out")
        | ~Q(refund_of__direction="in")
        | ~Q(client=F("refund_of__client"))
        | ~Q(legal_entity=F("refund_of__legal_entity"))
        | ~Q(currency=F("refund_of__currency"))
        | Q(paid_on__lt=F("refund_of__paid_on"))
        | Q(status="posted", refund_of__status="reversed")
    )
    for row in rows:
        yield Finding("I3", "refunds", f"payment {row.number}", "does not fit the payment it gives back")


@checks("I3", "allocations of invoices")
def invoice_allocations() -> Iterable[Finding]:
    """What settled a document (or, for a credit note, what it settled too) is what it says, within its total."""
    sql = """
        WITH sums AS (
            SELECT document, sum(amount) AS amount FROM (
                SELECT invoice_id AS document, amount FROM finance_allocation
                UNION ALL
                SELECT credit_note_id, amount FROM finance_allocation WHERE credit_note_id IS NOT NULL
            ) AS both_sides GROUP BY document
        )
        SELECT i.number, i.gross_amount, i.allocated, coalesce(s.amount, 0) FROM finance_invoice i
        LEFT JOIN sums s ON s.document = i.id
        WHERE i.allocated <> coalesce(s.amount, 0) OR coalesce(s.amount, 0) NOT BETWEEN 0 AND i.gross_amount
    """
    for number, gross, kept, summed in _rows(sql):
        yield Finding(
            "I3", "allocations of invoices", f"document {number}",
            f"allocations make {summed}, kept are {kept} of {gross}",
        )  # fmt: skip


@checks("I3", "allocations fit their documents")
def allocation_parties() -> Iterable[Finding]:
    """Payer and debtor are one client unless a third party is named; currencies and days fit."""
    rows = Allocation.objects.annotate(
        payer=Coalesce("payment__client", "credit_note__client"),
        paid_in=Coalesce("payment__currency", "credit_note__currency"),
        dated=Coalesce("payment__paid_on", "credit_note__issued_on"),
    ).filter(
        Q(third_party="") & (~Q(payer=F("invoice__client")) | Q(payer=None))
        | ~Q(paid_in=F("invoice__currency"))
        | Q(allocated_on__lt=F("dated"))
        | Q(allocated_on__lt=F("invoice__issued_on"))
    )
    for row in rows:
        yield Finding(
            "I3", "allocations fit their documents", f"allocation {row.pk}",
            f"client, currency or day of invoice {row.invoice_id} and its payer do not fit",
        )  # fmt: skip


@checks("I3", "reversed payments")
def reversed_payments() -> Iterable[Finding]:
    """A payment is reversed exactly when another names it, over the same amount, the other way."""
    rows = Payment.objects.filter(
        Q(status="reversed", reversed_by=None)
        | Q(status="posted", reversed_by__isnull=False)
        | Q(reversal_of__isnull=False)
        & (
            ~Q(reversal_of__amount=F("amount"))
            | Q(reversal_of__direction=F("direction"))
            | ~Q(reversal_of__account=F("account"))
        )
    )
    for row in rows:
        yield Finding(
            "I3", "reversed payments", f"payment {row.number}", "payment and reversal do not mirror each other"
        )


@checks("I4", "numbers of invoices and credit notes")
def gap_free_numbers() -> Iterable[Finding]:
    """Each legal series holds the numbers 1 to n once each, n being the last one given out."""
    series = list(NumberSequence.objects.filter(kind__in=SERIES.values()).order_by("pk"))
    patterns = [_bounds(row) for row in series]
    sql = """
        WITH series AS (
            SELECT * FROM unnest(
                %s::bigint[], %s::text[], %s::bigint[], %s::int[], %s::text[], %s::text[], %s::bigint[]
            ) AS s(id, kind, organization_id, year, head, tail, last)
        ), given AS (
            SELECT s.id, count(*) AS rows, count(DISTINCT i.number) AS numbers,
                min(n.value) AS first, max(n.value) AS final
            FROM series s
            JOIN finance_invoice i ON i.organization_id = s.organization_id AND i.kind = s.kind
                AND i.status = 'posted' AND extract(year FROM i.issued_on) = s.year
                AND left(i.number, length(s.head)) = s.head AND right(i.number, length(s.tail)) = s.tail
            CROSS JOIN LATERAL (
                SELECT substring(i.number FROM length(s.head) + 1
                    FOR length(i.number) - length(s.head) - length(s.tail)) AS digits
            ) AS d
            CROSS JOIN LATERAL (SELECT CASE WHEN d.digits ~ '^[0-9]+$' THEN d.digits::bigint END AS value) AS n
            WHERE n.value IS NOT NULL
            GROUP BY s.id
        )
        SELECT s.id, s.last, coalesce(g.rows, 0), coalesce(g.numbers, 0), g.first, g.final FROM series s
        LEFT JOIN given g ON g.id = s.id
        WHERE coalesce(g.rows, 0) <> s.last OR coalesce(g.numbers, 0) <> s.last
            OR (s.last > 0 AND (g.first, g.final) IS DISTINCT FROM (1::bigint, s.last))
    """
    columns: list[list] = [
        [row.pk for row in series],
        [{code: kind for kind, code in SERIES.items()}[row.kind].value for row in series],
        [row.organization_id for row in series],
        [row.year for row in series],
        [head for head, _tail in patterns],
        [tail for _head, tail in patterns],
        [row.next_number - 1 for row in series],
    ]
    names = {row.pk: f"{row.kind} {row.year}" for row in series}
    for pk, last, rows, numbers, first, final in _rows(sql, columns):
        yield Finding(
            "I4", "numbers of invoices and credit notes", f"series {names[pk]}",
            f"{last} numbers given out, {rows} documents with {numbers} numbers from {first} to {final}",
        )  # fmt: skip


@checks("I4", "numbers outside their series")
def numbers_of_no_series() -> Iterable[Finding]:
    """Every posted invoice and credit note belongs to a series of its year."""
    series = Invoice.objects.posted().filter(kind__in=SERIES).order_by()
    known = set(NumberSequence.objects.filter(kind__in=SERIES.values()).values_list("organization", "kind", "year"))
    for organization, kind, year in series.values_list("organization", "kind", "issued_on__year").distinct():
        if (organization, SERIES[InvoiceKind(kind)], year) not in known:
            yield Finding(
                "I4", "numbers outside their series", f"{kind} {year}", "documents are posted without a series"
            )


@checks("I8", "totals of documents")
def document_totals() -> Iterable[Finding]:
    """Lines make the net, tax rows make the tax, each rate's net is that of its lines, and it all makes the total."""
    sql = """
        WITH lines AS (
            SELECT invoice_id, sum(net_amount) AS net FROM finance_invoiceline GROUP BY invoice_id
        ), taxes AS (
            SELECT invoice_id, sum(net_amount) AS net, sum(tax_amount) AS tax
            FROM finance_invoicetax GROUP BY invoice_id
        )
        SELECT i.id, i.number, i.net_amount, i.tax_amount, i.gross_amount, l.net, t.net, t.tax
        FROM finance_invoice i LEFT JOIN lines l ON l.invoice_id = i.id LEFT JOIN taxes t ON t.invoice_id = i.id
        WHERE i.status = 'posted' AND (i.net_amount, i.net_amount, i.tax_amount, i.gross_amount)
            IS DISTINCT FROM (coalesce(l.net, 0), coalesce(t.net, 0), coalesce(t.tax, 0), i.net_amount + i.tax_amount)
    """
    for pk, number, net, tax, gross, line_net, tax_net, tax_sum in _rows(sql):
        yield Finding(
            "I8", "totals of documents", f"document {number or pk}",
            f"{net} + {tax} = {gross}; lines {line_net}, tax rows {tax_sum} on {tax_net}",
        )  # fmt: skip


@checks("I8", "tax of invoices")
def tax_rows() -> Iterable[Finding]:
    """The tax of a rate is that rate of its lines' net, rounded once; credit notes never take more than was charged."""
    sql = """
        WITH lines AS (
            SELECT invoice_id, tax_percent, sum(net_amount) AS net
            FROM finance_invoiceline GROUP BY invoice_id, tax_percent
        ), credited AS (
            SELECT c.credits_id AS invoice_id, t.percent, sum(t.net_amount) AS net, sum(t.tax_amount) AS tax
            FROM finance_invoicetax t JOIN finance_invoice c ON c.id = t.invoice_id
            WHERE c.kind = 'credit_note' AND c.status = 'posted' GROUP BY c.credits_id, t.percent
        )
        SELECT i.number, coalesce(t.percent, l.tax_percent), l.net, t.net_amount, t.tax_amount, c.net, c.tax
        FROM finance_invoice i
        JOIN (finance_invoicetax t FULL JOIN lines l ON l.invoice_id = t.invoice_id AND l.tax_percent = t.percent)
            ON i.id = coalesce(t.invoice_id, l.invoice_id)
        LEFT JOIN credited c ON c.invoice_id = i.id AND c.percent = t.percent
        WHERE i.status = 'posted' AND (
            l.net IS DISTINCT FROM t.net_amount
            OR (i.kind <> 'credit_note' AND t.tax_amount <> round(t.net_amount * t.percent / 100, 2))
            OR (i.kind = 'credit_note' AND abs(t.tax_amount - round(t.net_amount * t.percent / 100, 2)) > 0.05)
            OR c.net > t.net_amount OR c.tax > t.tax_amount
            OR (c.net = t.net_amount AND c.tax <> t.tax_amount)
        )
    """
    for number, percent, line_net, net, tax, credited, credited_tax in _rows(sql):
        yield Finding(
            "I8", "tax of invoices", f"document {number}, {percent} %",
            f"lines {line_net}, tax row {tax} on {net}, credited {credited_tax} on {credited}",
        )  # fmt: skip


@checks("I9", "bank lines booked once")
def bank_lines() -> Iterable[Finding]:
    """A matched line has one payment of its account over its amount; any other line has none."""
    rows = StatementLine.objects.annotate(
        paid=F("payment__amount"), way=F("payment__direction"), paid_from=F("payment__account")
    ).filter(
        Q(status="matched", payment=None)
        | ~Q(status="matched") & Q(payment__isnull=False)
        | Q(payment__isnull=False) & ~Q(paid_from=F("account"))
        | Q(way="in") & ~Q(paid=F("amount"))
        | Q(way="out") & ~Q(paid=-F("amount"))
    )
    for row in rows:
        yield Finding(
            "I9", "bank lines booked once", f"bank line {row.pk}", f"{row.amount} is {row.status}, paid {row.paid}"
        )


@checks("I9", "bank statements")
def bank_statements() -> Iterable[Finding]:
    """Opening and rows make the closing balance, and the lines stored are those that the import counted."""
    sql = """
        SELECT s.id, s.opening, s.total, s.closing, s.new_rows, count(l.id), coalesce(sum(l.amount), 0)
        FROM finance_statementimport s LEFT JOIN finance_statementline l ON l.statement_id = s.id
        GROUP BY s.id
        HAVING s.new_rows <> count(l.id) OR s.closing <> s.opening + s.total
            OR (s.rows = s.new_rows AND s.total <> coalesce(sum(l.amount), 0))
    """
    for pk, opening, total, closing, new_rows, lines, summed in _rows(sql):
        yield Finding(
            "I9", "bank statements", f"statement {pk}",
            f"{opening} + {total} against {closing}; {new_rows} new rows, {lines} lines over {summed}",
        )  # fmt: skip


def _bounds(series: NumberSequence) -> tuple[str, str]:
    """What stands before and behind the running number in the numbers of a series."""
    head, tail, passed = "", "", False
    for text, name, _spec, _conversion in Formatter().parse(series.pattern):
        part = text + (str(series.year) if name == "year" else "")
        head, tail = (head, tail + part) if passed else (head + part, tail)
        passed = passed or name == "n"
    return head, tail


def _rows(sql: str, parameters: list | None = None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
