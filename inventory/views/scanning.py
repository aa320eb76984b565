"""Counting by scanning, on a full-screen page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.ui import amounts
from core.ui.fields import as_sent
from core.ui.kiosk import SCAN, KioskButton, KioskScreen, Progress, Said
from inventory.errors import NotInStocktake
from inventory.models import Stocktake, StocktakeLine
from inventory.selectors.counts import figures_of
from inventory.services import counts

NEXT_SHOWN = 12


class CountScan(KioskScreen):
    """Counting on a tablet: scan a place, an item or a lot, say how many are there."""

    action = "inventory.count_stock"
    name = "count"
    title = gettext_lazy("Stock count")
    icon = "checklist"
    task_template = "inventory/_count_task.html"
    next_template = "inventory/_count_next.html"
    scan_label = gettext_lazy("Scan a place, an item or a lot")
    next_label = gettext_lazy("Then")
    next_note = gettext_lazy("by place")
    done_title = gettext_lazy("Everything was counted")
    done_text = gettext_lazy("Go back to the count to look at the differences and to post them.")
    counts = True
    buttons = (
        KioskButton("none", gettext_lazy("None there"), "circle-off", advances=True),
        KioskButton("later", gettext_lazy("Later"), "player-skip-forward", advances=True),
        KioskButton("confirm", gettext_lazy("Confirm"), "check", look="btn-primary", advances=True),
    )
    scanned: int | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user: Any = request.user
        if user.is_authenticated and policy.allows(user, self.action):
            rows = Stocktake.objects.visible_to(user, "inventory.count_stock").select_related("warehouse", "location")
            self.count = get_object_or_404(rows, pk=kwargs["pk"])
            self.name = f"count-{self.count.pk}"
        return super().dispatch(request, *args, **kwargs)

    def back_url(self) -> str:
        return reverse("inventory:count_card", args=[self.count.pk])

    def subtitle(self) -> str:
        return f"{self.count.number}, {self.count.location or self.count.warehouse}"

    def tasks(self) -> list[StocktakeLine]:
        """What nobody has counted yet, by place; what was scanned comes first."""
        if self.count.status != "open":
            return []
        lines = self.count.lines.filter(counted__isnull=True).select_related("item__unit", "location", "lot")
        found = list(lines.order_by("location__code", "item__sku", "lot__code", "pk")[: NEXT_SHOWN + len(self._later)])
        if self.scanned is not None and all(line.pk != self.scanned for line in found):
            found += list(self.count.lines.filter(pk=self.scanned).select_related("item__unit", "location", "lot"))
        return sorted(found, key=lambda line: (line.pk != self.scanned, line.pk in self._later))[:NEXT_SHOWN]

    @cached_property
    def _later(self) -> set[int]:
        return set(self.request.session.get(f"count-later-{self.count.pk}", []))

    def progress(self) -> Progress:
        figures = figures_of(self.count)
        return Progress(figures.counted, figures.lines)

    def act(self, code: str, values: Mapping[str, str], at: datetime) -> Said:
        if code == SCAN:
            return self._scan(values.get("scan", "").strip())
        task = values.get("task", "")
        line = self.count.lines.select_related("item__unit").get(pk=task if task.isdigit() else 0)
        if code == "later":
            self._later.add(line.pk)
            self.request.session[f"count-later-{self.count.pk}"] = sorted(self._later)
            return Said(_("Left for later."), "info")
        qty = Decimal(0) if code == "none" else _quantity(values.get("quantity", ""))
        counts.note_counts(stocktake_id=self.count.pk, counts={line.pk: qty}, at=at, by=self.actor)
        return Said(_("%(item)s: %(qty)s counted.") % {"item": line.item.name, "qty": amounts.number(qty)})

    def _scan(self, code: str) -> Said:
        """Bring the line of a code to the front. A code that nothing here has is refused."""
        lines = self.count.lines.order_by("counted", "location__code", "pk")
        for field in ("lot__code__iexact", "item__sku__iexact", "location__code__iexact"):
            found = lines.filter(**{field: code}).order_by("counted_at", "location__code").first()
            if found is not None:
                self.scanned = found.pk
                return Said(_("Found: %(code)s") % {"code": code})
        raise NotInStocktake(code=code)


def _quantity(text: str) -> Decimal:
    try:
        return as_sent(text)
    except ValidationError as wrong:
        raise NotInStocktake(code=text) from wrong
