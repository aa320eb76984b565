"""Price lists out of a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.text import slugify
from psycopg2.extras import DateRange

from core import policy
from core.actors import Actor
from core.imports.profiles import Entry, Written
from core.imports.writing import Wish, grant
from core.transactions import command
from sales.models import PriceList, PriceRule

TARGET = ("item_id", "category_id", "min_qty")


@command
def import_prices(*, entries: Sequence[Entry], by: Actor, dry: bool = False) -> list[Written]:
    """Set prices, one row per list, item or category, quantity and period. Lists that nobody knows are made.

    The same target again brings its rule up to date; other rules of the list stay. The same rows again change
    nothing. Six statements for any number of rows; with `dry` nothing is written.
    """
    policy.require(by, "sales.set_up_prices")
    lists, made = _lists(entries, by=by, dry=dry)
    known = _rules(set(lists.values()))
    wishes = []
    for entry in entries:
        target = {**dict.fromkeys(TARGET), "min_qty": 0, **{n: entry.values[n] for n in TARGET if n in entry.values}}
        period = period_of(entry.values)
        list_id = lists.get(entry.values["list"], 0)
        pk = known.get((list_id, *(target[name] for name in TARGET), period))
        values: dict[str, Any] = {name: entry.values.get(name) for name in ("price", "percent_off")}
        if pk is None:
            values |= {"price_list_id": list_id, "valid": period, **target}
        wishes.append(Wish(values, pk, entry.line))
    done = grant(PriceRule, [wish for wish in wishes if wish.pk is None], by=by, dry=dry)
    done += grant(PriceRule, [wish for wish in wishes if wish.pk is not None], by=by, dry=dry)
    rules = [wish.done.written(wish.line, PriceRule) for wish in wishes if wish.done is not None]
    return [*made, *rules]


def period_of(values: dict[str, Any]) -> DateRange | None:
    """The period of a row, from its first to its last day; None when it names neither."""
    first: date | None = values.get("valid_from")
    last: date | None = values.get("valid_to")
    if first is None and last is None:
        return None
    return DateRange(first, last + timedelta(days=1) if last else None)


def _lists(entries: Sequence[Entry], *, by: Actor, dry: bool) -> tuple[dict[str, int], list[Written]]:
    named = {entry.values["list"]: entry for entry in reversed(entries)}
    codes = {name: slugify(name)[:40] or "list" for name in named}
    rows = list(PriceList.objects.filter(code__in=[*codes.values(), *named]).values_list("code", "pk"))
    rows += PriceList.objects.filter(name__in=named).order_by("-pk").values_list("name", "pk")
    known = dict(rows)
    found = {name: known.get(name) or known.get(codes[name]) or 0 for name in named}
    missing = [name for name, pk in found.items() if not pk]
    wishes = [
        Wish(
            {
                "code": codes[name], "name": name[:80], "currency_id": named[name].values.get("currency_id"),
                "tax_included": bool(named[name].values.get("tax_included")),
            },
            line=named[name].line,
        )
        for name in missing
    ]  # fmt: skip
    done = grant(PriceList, wishes, by=by, dry=dry)
    found.update({name: result.pk for name, result in zip(missing, done, strict=True)})
    return found, [result.written(wish.line, PriceList, own=False) for wish, result in zip(wishes, done, strict=True)]


def _rules(lists: set[int]) -> dict[tuple[Any, ...], int]:
    rows = PriceRule.objects.filter(price_list__in=lists).values_list("pk", "price_list_id", *TARGET, "valid")
    return {tuple(rest): pk for pk, *rest in rows}
