"""Repeat purchase, lifetime value, largest customers, RFM."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from crm.models import LegalEntity
from reports.selectors import customers
from samples.truths.aw import scope, source_ids
from samples.truths.registry import answers

RFM_DAY = date(2014, 7, 1)


def _buyers() -> list[customers.Buyer]:
    """By the source's customer number, so that equals come in its order."""
    ids = source_ids(LegalEntity, "customer")
    return sorted(customers.buyers(scope()), key=lambda buyer: ids[buyer.buyer_id])


def _repeat(found: customers.RepeatPurchase) -> dict[str, Any]:
    return {"buyers": found.buyers, "repeat": found.repeat, "rate_pct": found.rate_pct}


@answers("aw.repeat_purchase")
def repeat_purchase() -> dict[str, Any]:
    return _repeat(customers.repeat_purchase(_buyers()))


@answers("aw.repeat_purchase_by_kind")
def repeat_purchase_by_kind() -> list[dict[str, Any]]:
    rows = []
    for kind, private in (("private", True), ("store", False)):
        found = customers.buyers(scope(), only=Q(client__is_person=private))
        rows.append({"kind": kind, **_repeat(customers.repeat_purchase(found))})
    return rows


@answers("aw.ltv")
def lifetime_value() -> dict[str, Any]:
    found = customers.lifetime_value(_buyers())
    return {"mean": found.mean, "median": found.median, "max": found.largest}


@answers("aw.top10_customers")
def top_customers() -> list[dict[str, Any]]:
    ids = source_ids(LegalEntity, "customer")
    return [
        {"customer": ids[buyer.buyer_id], "orders": buyer.orders, "total_due": buyer.gross}
        for buyer in customers.largest_buyers(_buyers())
    ]


def _rfm() -> list[customers.RfmRow]:
    return customers.rfm(_buyers(), RFM_DAY)


@answers("aw.rfm_quintiles")
def rfm_quintiles() -> list[dict[str, Any]]:
    rows = _rfm()
    found = []
    for score in range(1, 6) if rows else ():
        days = [row.days for row in rows if row.r == score]
        orders = [row.buyer.orders for row in rows if row.f == score]
        money = [row.buyer.net for row in rows if row.m == score]
        found.append(
            {
                "score": score,
                "r_min_days": min(days),
                "r_max_days": max(days),
                "f_min": min(orders),
                "f_max": max(orders),
                "m_min": min(money),
                "m_max": max(money),
            }
        )
    return found


@answers("aw.rfm_cells")
def rfm_cells() -> dict[str, int]:
    cells = customers.rfm_cells(_rfm())
    return {
        "c555": cells["555"], "c111": cells["111"], "c155": cells["155"], "c511": cells["511"], "cells": len(cells),
    }  # fmt: skip
