"""Triggers that keep documents whole: what is out does not change, and it left with sums that add up."""

from __future__ import annotations

import pgtrigger


def lines_frozen(
    name: str, *, document: str, table: str, condition: str, columns: list[str]
) -> list[pgtrigger.Trigger]:
    """Refuse new, removed and changed rows (in `columns`) of a document for which `condition` is false.

    `document` is the key column of the row, `table` the document's table, known in `condition` as d.
    """
    refuse = (
        "IF EXISTS (SELECT 1 FROM {table} d WHERE d.id = {row}.{document} AND NOT ({condition})) THEN"
        " RAISE EXCEPTION 'rows of % % cannot be changed any more', '{table}', {row}.{document}"
        " USING ERRCODE = 'check_violation'; END IF; RETURN {row};"
    )
    parts = {"table": table, "document": document, "condition": condition}
    added, removed = refuse.format(row="NEW", **parts), refuse.format(row="OLD", **parts)
    changed = removed.replace("RETURN OLD", "RETURN NEW")
    row = {"level": pgtrigger.Row, "when": pgtrigger.Before}
    return [
        pgtrigger.Trigger(name=f"{name}_added", operation=pgtrigger.Insert, func=added, **row),
        pgtrigger.Trigger(name=f"{name}_changed", operation=pgtrigger.UpdateOf(*columns), func=changed, **row),
        pgtrigger.Trigger(name=f"{name}_removed", operation=pgtrigger.Delete, func=removed, **row),
    ]


def leaves_with_its_sums(
    name: str, *, lines: str, taxes: str, document: str, condition: pgtrigger.Q, counted: str = ""
) -> pgtrigger.Trigger:
    """Refuse to let a document out whose net and tax are not the sums of its lines and tax rows (I8).

    `counted` is a condition for the lines that belong to the sums; without it all of them do.
    """
    only = f" AND {counted}" if counted else ""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("status"),
        condition=condition,
        func=(
            f"IF NEW.net_amount <> (SELECT coalesce(sum(net_amount), 0) FROM {lines} WHERE {document} = NEW.id{only})"  # noqa: S608
            f" OR NEW.tax_amount <> (SELECT coalesce(sum(tax_amount), 0) FROM {taxes} WHERE {document} = NEW.id) THEN"
            " RAISE EXCEPTION 'the totals of document % are not the sums of its lines', NEW.id"
            " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
        ),
    )


def deal_amount_is_its_lines(name: str, *, deal: str, operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """At commit, a deal with lines is worth their sum; `deal` is the row's expression for the deal's key."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        func=(
            "IF EXISTS (SELECT 1 FROM sales_deal d"  # noqa: S608 - only names of our own tables
            " JOIN (SELECT deal_id, sum(net_amount) AS total FROM sales_dealline"
            f" WHERE deal_id = {deal} GROUP BY deal_id) l ON l.deal_id = d.id WHERE d.amount <> l.total) THEN"
            f" RAISE EXCEPTION 'deal % is not worth the sum of its lines', {deal}"
            " USING ERRCODE = 'check_violation'; END IF; RETURN NULL;"
        ),
    )
