"""Counting stock: begin, count on a list, post the differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.errors import DomainError
from core.ui import cells, daywords
from core.ui.fields import calculated
from core.ui.lists import ListScreen
from core.ui.panels import Act
from core.ui.records import RecordScreen
from core.ui.screens import Signed
from core.ui.toasts import toast
from inventory.errors import NotInStocktake
from inventory.forms.purchasing import CountForm, FoundForm
from inventory.models import Item, Location, Lot, Stocktake, StocktakeLine
from inventory.registers.counts import COUNT_TONES
from inventory.selectors.counts import figures_of
from inventory.services import counts
from inventory.services.counts import Found
from inventory.views.verbs import ReasonForm, VerbScreen


class CountList(ListScreen):
    template_name = "inventory/count_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, may_count=policy.allows(self.user, "inventory.count_stock"))


class CountNew(VerbScreen):
    """Begin a count: what lies there now is remembered."""

    action = "inventory.count_stock"
    heading = gettext_lazy("Begin a count")
    verb = gettext_lazy("Begin")

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Stock counts"), reverse("inventory:count_list"))]

    def form(self, data: Any = None) -> forms.Form:
        made = CountForm(data, user=self.user)
        made.fields["warehouse"].initial = made.fields["warehouse"].queryset.first()  # type: ignore[attr-defined]
        return made

    def do(self, values: dict[str, Any], key: str) -> Stocktake:
        place, category = values["location"], values["category"]
        return counts.start_count(
            warehouse_id=values["warehouse"].pk, location_id=place.pk if place else None,
            category_id=category.pk if category else None, is_blind=values["is_blind"], note=values["note"],
            at=timezone.now(), by=self.user,
        )  # fmt: skip

    def goal(self, done: Any) -> str:
        return reverse("inventory:count_card", args=[done])

    def said(self, done: Any) -> str:
        return _("Count what you find.")


class CountCard(RecordScreen):
    """One count with its lines."""

    template_name = "inventory/card.html"

    def badges(self) -> Iterator[SafeString]:
        yield cells.tag(self.record.get_status_display(), COUNT_TONES.get(self.record.status, ""))

    def subtitle(self) -> Iterator[SafeString | str]:
        yield str(self.record.warehouse)
        for part in (self.record.location, self.record.category):
            if part is not None:
                yield str(part)
        yield daywords.moment(self.record.snapshot_at)

    def acts(self) -> list[Act]:
        count, may = self.record, self.register.may
        if count.status != "open":
            return []
        made, figures = [], figures_of(count)
        is_counted = figures.counted >= figures.lines
        if may(self.user, "inventory.count_stock", count):
            url = reverse("inventory:count_scan", args=[count.pk])
            made.append(Act(_("Scan"), "barcode", url, primary=not is_counted))
            made.append(Act(_("Give up"), "x", reverse("inventory:count_cancel", args=[count.pk])))
        if may(self.user, "inventory.post_stocktake", count):
            made.append(Act(_("Post"), "check", reverse("inventory:count_post", args=[count.pk]), primary=is_counted))
        return made


class _OfCount(VerbScreen):
    register_key = "inventory.count"
    record: Stocktake
    sees = ("status",)

    def goal(self, done: Any) -> str:
        return reverse("inventory:count_card", args=[self.record.pk])


class CountPost(_OfCount):
    """Move the differences. It cannot be taken back: another count corrects it."""

    action = "inventory.post_stocktake"
    heading = gettext_lazy("Post the count?")
    verb = gettext_lazy("Post the differences")
    template_name = "inventory/count_post.html"
    sees = ("status", "lines.counted")

    def form(self, data: Any = None) -> forms.Form:
        return forms.Form(data)

    def about(self) -> Mapping[str, Any]:
        return {"figures": figures_of(self.record)}

    def do(self, values: dict[str, Any], key: str) -> Stocktake:
        return counts.post_count(stocktake_id=self.record.pk, at=timezone.now(), by=self.user)

    def said(self, done: Any) -> str:
        return _("%(number)s was posted.") % {"number": self.record.number}


class CountCancel(_OfCount):
    action = "inventory.count_stock"
    heading = gettext_lazy("Give the count up")
    verb = gettext_lazy("Give up")

    def form(self, data: Any = None) -> forms.Form:
        return ReasonForm(data)

    def do(self, values: dict[str, Any], key: str) -> Stocktake:
        return counts.cancel_count(
            stocktake_id=self.record.pk, at=timezone.now(), by=self.user, reason=values["reason"]
        )

    def said(self, done: Any) -> str:
        return _("The count was given up; nothing was moved.")


class CountFound(_OfCount):
    """Goods where none were expected."""

    action = "inventory.count_stock"
    heading = gettext_lazy("Something else was found")
    verb = gettext_lazy("Take down")

    def form(self, data: Any = None) -> forms.Form:
        known = {"place": self.record.location.code} if self.record.location else {}
        return FoundForm(data, initial=known)

    def do(self, values: dict[str, Any], key: str) -> StocktakeLine:
        item = Item.objects.visible_to(self.user).filter(sku__iexact=values["item"].strip()).first()
        place = Location.objects.filter(warehouse=self.record.warehouse, code__iexact=values["place"].strip()).first()
        lot = Lot.objects.filter(item=item, code=values["lot"].strip()).first() if item and values["lot"] else None
        for known, code in ((item, "item"), (place, "place"), (lot or not values["lot"], "lot")):
            if not known:
                raise NotInStocktake(code=values[code])
        assert item is not None and place is not None  # noqa: S101 - checked above
        found = Found(item_id=item.pk, location_id=place.pk, qty=values["qty"], lot_id=lot.pk if lot else None)
        return counts.note_found(stocktake_id=self.record.pk, found=found, at=timezone.now(), by=self.user)

    def said(self, done: Any) -> str:
        return _("Taken down.")


class CountNote(Signed):
    """POST from the list of lines: what was found. Empty fields are not counted yet.

    Only lines whose value is another than the page was opened with (`was-`) are noted: what somebody else counted
    meanwhile stays. A value that is no quantity keeps no other from being noted.
    """

    action = "inventory.count_stock"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user: Any = request.user
        if user.is_authenticated and policy.allows(user, "inventory.view_stocktake"):
            self.count = get_object_or_404(Stocktake.objects.visible_to(user), pk=kwargs["pk"])
            if not policy.allows(user, "inventory.count_stock", self.count):
                return AccessMixin.handle_no_permission(self)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user: Any = request.user
        noted, wrong = self._read(request)
        try:
            if noted:
                counts.note_counts(stocktake_id=pk, counts=noted, at=timezone.now(), by=user)
            if not wrong:
                toast(request, _("Saved."))
        except DomainError as refused:
            toast(request, refused, level="bad")
        for said in wrong:
            toast(request, said, level="bad")
        return HttpResponseRedirect(reverse("inventory:count_card", args=[pk]))

    def _read(self, request: HttpRequest) -> tuple[dict[int, Decimal | None], list[str]]:
        """The changed lines with their quantities, and what is wrong with the others in words."""
        typed = {
            int(name[5:]): value.strip()
            for name, value in request.POST.items()
            if name.startswith("line-") and name[5:].isdigit() and value != request.POST.get(f"was-{name[5:]}")
        }
        noted: dict[int, Decimal | None] = {}
        wrong: dict[int, str] = {}
        for key, value in typed.items():
            try:
                noted[key] = calculated(value) if value else None
                if (noted[key] or 0) < 0:
                    raise ValidationError(_("This must be zero or more."))
            except ValidationError as error:
                noted.pop(key, None)
                wrong[key] = " ".join(error.messages)
        lines = self.count.lines.filter(pk__in=list(wrong)[:3]).select_related("item", "location")
        words = _("%(item)s at %(place)s: %(problem)s You wrote “%(value)s”; the other lines are saved.")
        return noted, [
            words
            % {"item": one.item.name, "place": one.location.code, "problem": wrong[one.pk], "value": typed[one.pk]}
            for one in lines
        ]
