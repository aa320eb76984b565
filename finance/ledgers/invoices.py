"""Invoices: their sums, their numbers without gaps, what was allocated to them."""

from __future__ import annotations

from collections.abc import Iterable
from string import Formatter

from core.ledgers import Finding, checks
from core.models import NumberSequence
from finance.choices import InvoiceKind
from finance.ledgers.statements import rows_of
from finance.models import Invoice

SERIES = {InvoiceKind.INVOICE: "invoice", InvoiceKind.CREDIT_NOTE: "credit_note"}


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
    for number, gross, kept, summed in rows_of(sql):
        yield Finding(
            "I3", "allocations of invoices", f"document {number}",
            f"allocations make {summed}, kept are {kept} of {gross}",
        )  # fmt: skip


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
    for pk, last, rows, numbers, first, final in rows_of(sql, columns):
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
    for pk, number, net, tax, gross, line_net, tax_net, tax_sum in rows_of(sql):
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
    for number, percent, line_net, net, tax, credited, credited_tax in rows_of(sql):
        yield Finding(
            "I8", "tax of invoices", f"document {number}, {percent} %",
            f"lines {line_net}, tax row {tax} on {net}, credited {credited_tax} on {credited}",
        )  # fmt: skip


def _bounds(series: NumberSequence) -> tuple[str, str]:
    """What stands before and behind the running number in the numbers of a series."""
    head, tail, passed = "", "", False
    for text, name, _spec, _conversion in Formatter().parse(series.pattern):
        part = text + (str(series.year) if name == "year" else "")
        head, tail = (head, tail + part) if passed else (head + part, tail)
        passed = passed or name == "n"
    return head, tail
