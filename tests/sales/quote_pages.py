"""Pages of a quote, for the tests that write and send one."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from sales.models import Deal, Quote

HTMX = {"HTTP_HX_REQUEST": "true"}


def sent(deal: Deal, *lines: tuple[Any, ...], **more: Any) -> dict[str, Any]:
    """The editor's form as a browser sends it: (item, qty[, discount[, price]])."""
    data: dict[str, Any] = {
        "legal_entity": deal.legal_entity_id, "valid_until": "", "terms": "", "lines-TOTAL_FORMS": len(lines),
        "lines-INITIAL_FORMS": 0, **more,
    }  # fmt: skip
    for number, (item, qty, *rest) in enumerate(lines):
        row = {"item": item.pk, "text": item.name, "qty": qty, "discount": rest[0] if rest else "0"}
        row |= {"price": rest[1] if len(rest) > 1 else "", "listed": ""}
        data |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return data


def new(deal: Deal) -> str:
    return reverse("sales:quote_draft", args=[deal.pk])


def editor(quote: Quote) -> str:
    return reverse("sales:quote_edit_lines", args=[quote.pk])
