"""Two versions of a quote beside each other: what came, what went, what is another now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO
from sales.models import Quote, QuoteLine


@dataclass(frozen=True)
class Change:
    """One line in both versions; `before` or `now` is empty where the line is in one of them alone."""

    before: QuoteLine | None
    now: QuoteLine | None

    @property
    def line(self) -> QuoteLine:
        found = self.now or self.before
        assert found is not None  # noqa: S101 - one of the two is always there
        return found

    @property
    def kind(self) -> str:
        """added, removed, changed or same."""
        if self.before is None:
            return "added"
        if self.now is None:
            return "removed"
        return "changed" if self.changed else "same"

    @property
    def changed(self) -> frozenset[str]:
        """The names of the facts that differ."""
        before, now = self.before, self.now
        if before is None or now is None:
            return frozenset()
        names = ("text", "qty", "unit_price", "discount_pct", "tax_percent", "is_optional", "net_amount")
        return frozenset(name for name in names if getattr(before, name) != getattr(now, name))

    @property
    def difference(self) -> Decimal:
        """What the change does to the sum of the quote; options are outside it."""
        return counted(self.now) - counted(self.before)


def counted(line: QuoteLine | None) -> Decimal:
    return ZERO if line is None or line.is_optional else line.net_amount


def changes(before: Quote, now: Quote) -> list[Change]:
    """The lines of two versions, paired by item in their order, in the order of the later one (two statements)."""
    old, new = lines_of(before), lines_of(now)
    waiting: dict[int, list[QuoteLine]] = {}
    for line in old:
        waiting.setdefault(line.item_id, []).append(line)
    found = [Change(_next(waiting, line.item_id), line) for line in new]
    gone = {line.pk for lines in waiting.values() for line in lines}
    return found + [Change(line, None) for line in old if line.pk in gone]


def _next(waiting: dict[int, list[QuoteLine]], item_id: int) -> QuoteLine | None:
    lines = waiting.get(item_id)
    return lines.pop(0) if lines else None


def lines_of(quote: Quote) -> Sequence[QuoteLine]:
    return list(quote.lines.select_related("item__unit").order_by("position"))


def other_revisions(quote: Quote) -> list[Quote]:
    """The other versions of the same quote, the latest first."""
    rows = Quote.objects.filter(deal=quote.deal_id).exclude(pk=quote.pk)
    return list(rows.select_related("legal_entity", "currency").order_by("-revision"))
