"""Recipes: the card, the editor of a draft, and putting a version into force or out of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import policy
from core.errors import DomainError, StaleVersion
from core.quantities import told
from core.services.idempotency import once
from core.ui import cells, daywords
from core.ui.access import Guarded
from core.ui.drafts import new_key
from core.ui.fields import DayField
from core.ui.panels import Act, Stat
from core.ui.records import RecordScreen
from core.ui.shell import address
from core.ui.toasts import toast
from inventory.models import Item
from production.choices import BOMStatus
from production.errors import BomCycle
from production.models import BOM
from production.recipeforms import RecipeForms
from production.registers.boms import TONES, first_day, last_day
from production.services import recipes
from production.views.asking import Ask, Press

EDITS = "production.edit_bom"
FACTS: dict[str, Any] = {"register": "production.bom"}


class BOMCard(RecordScreen):
    template_name = "production/card.html"

    def badges(self) -> Iterator[SafeString]:
        yield cells.tag(self.record.get_status_display(), TONES[self.record.status])

    def subtitle(self) -> Iterator[SafeString | str]:
        yield self.record.item.name
        since, until = first_day(self.record), last_day(self.record)
        if since and until:
            yield _("%(since)s to %(until)s") % {"since": daywords.day(since), "until": daywords.day(until)}
        elif since:
            yield _("from %(since)s") % {"since": daywords.day(since)}
        elif until:
            yield _("until %(until)s") % {"until": daywords.day(until)}

    def stats(self) -> list[Stat]:
        bom = self.record
        batch = f"{told(bom.batch_qty)} {bom.item.unit}"
        return [Stat(_("Version"), bom.revision), Stat(_("For a batch of"), batch)]

    def acts(self) -> list[Act]:
        bom = self.record
        item_url = address("inventory:item_card", bom.item_id)
        made = [Act(_("Item"), "packages", item_url)] if item_url else []
        if not policy.allows(self.user, EDITS, bom):
            return made
        new = Act(_("New version"), "copy", f"{reverse('production:bom_new')}?from={bom.pk}")
        if bom.status == BOMStatus.DRAFT:
            made.append(Act(_("Edit"), "edit", reverse("production:bom_edit", args=[bom.pk])))
            url = reverse("production:bom_activate", args=[bom.pk])
            return [*made, Act(_("Put into force"), "check", url, primary=True, post=True)]
        if bom.status == BOMStatus.ACTIVE:
            made.append(Act(_("Retire"), "archive", reverse("production:bom_retire", args=[bom.pk])))
        return [*made, new]


class ActivateBOM(Press):
    action = EDITS

    def press(self) -> None:
        recipes.activate_bom(bom_id=self.record.pk, by=self.request.user)  # type: ignore[arg-type]

    def said(self) -> str:
        return _("Version %(number)s is in force.") % {"number": self.record.revision}


class RetireForm(forms.Form):
    on = DayField(label=gettext_lazy("First day without it"))


class RetireBOM(Ask):
    action = EDITS
    heading, verb = gettext_lazy("Take the recipe out of force"), gettext_lazy("Retire")
    text = gettext_lazy("Work orders made by it stay as they are.")

    def form(self, data: Any = None) -> forms.Form:
        return RetireForm(data, initial={"on": timezone.localdate()})

    def keep(self, data: dict[str, Any], key: str) -> None:
        recipes.retire_bom(bom_id=self.record.pk, on=data["on"], by=self.request.user)  # type: ignore[arg-type]


class RecipeEditor(Guarded, View):
    """What a new version and the change of a draft have in common."""

    action = EDITS
    request: HttpRequest

    def page(self, made: RecipeForms, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {"forms": made, "list_url": reverse("production:bom_list"), **more}
        return render(self.request, "production/bom_form.html", context, status=status)

    def refused(self, made: RecipeForms, why: DomainError, **more: Any) -> HttpResponse:
        made.blame(why.through if isinstance(why, BomCycle) else None, str(why))
        return self.page(made, status=409, **more)


class NewBOM(RecipeEditor):
    """A first recipe of an item (`?item=`), or the next version of one (`?from=`). Sent twice it is made once."""

    def _source(self) -> BOM | None:
        asked = self.request.GET.get("from", "")
        rows = BOM.objects.visible_to(self.request.user).select_related("item")  # type: ignore[arg-type]
        return get_object_or_404(rows, pk=asked) if asked.isdigit() else None

    def _item(self, source: BOM | None) -> Item | None:
        asked = self.request.GET.get("item", "")
        if source is not None:
            return source.item
        items = Item.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        return get_object_or_404(items, pk=asked) if asked.isdigit() else None

    def get(self, request: HttpRequest) -> HttpResponse:
        source = self._source()
        item = self._item(source)
        since = timezone.localdate() if source is not None else None
        made = RecipeForms(None, user=request.user, item=item, source=source, since=since)
        return self.page(made, item=item, source=source, key=new_key())

    def post(self, request: HttpRequest) -> HttpResponse:
        source = self._source()
        item = self._item(source)
        made, key = RecipeForms(request.POST, user=request.user, item=item, source=source), request.POST.get("key", "")
        known = {"item": item, "source": source, "key": key[:64] or new_key()}
        if not made.is_valid():
            return self.page(made, status=422, **known)
        product = item or made.head.cleaned_data["item"]

        def create() -> dict[str, Any]:
            bom = recipes.create_bom(
                item_id=product.pk,
                parts=made.parts,
                steps=made.operations,
                batch_qty=made.head.cleaned_data["batch_qty"],
                by=request.user,  # type: ignore[arg-type]
                **made.head.period,  # type: ignore[arg-type]
            )
            return {"id": bom.pk}

        try:
            body = [(name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"]
            answer = once(scope=f"bom:{request.user.pk}", key=known["key"], body=body, run=create)
        except DomainError as why:
            return self.refused(made, why, **known)
        toast(request, _("The draft was kept. Put it into force when it is right."))
        return HttpResponseRedirect(reverse("production:bom_card", args=[answer["id"]]))


class EditBOM(RecipeEditor):
    """Change a draft. Somebody else's change meanwhile is said, and nothing is lost."""

    def _bom(self, pk: int) -> BOM:
        rows = BOM.objects.visible_to(self.request.user).select_related("item")  # type: ignore[arg-type]
        return get_object_or_404(rows, pk=pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        bom = self._bom(pk)
        made = RecipeForms(None, user=request.user, item=bom.item, source=bom)
        return self.page(made, item=bom.item, bom=bom, version=bom.version)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        bom = self._bom(pk)
        asked = request.POST.get("version", "")
        version = int(asked) if asked.isdigit() else bom.version
        made = RecipeForms(request.POST, user=request.user, item=bom.item, source=bom)
        known = {"item": bom.item, "bom": bom, "version": version}
        if not made.is_valid():
            return self.page(made, status=422, **known)
        try:
            recipes.rewrite_bom(
                bom_id=bom.pk,
                parts=made.parts,
                steps=made.operations,
                batch_qty=made.head.cleaned_data["batch_qty"],
                version=version,
                by=request.user,  # type: ignore[arg-type]
                **made.head.period,  # type: ignore[arg-type]
            )
        except StaleVersion as why:
            return self.refused(made, why, **{**known, "version": bom.version})
        except DomainError as why:
            return self.refused(made, why, **known)
        toast(request, _("Saved."))
        return HttpResponseRedirect(reverse("production:bom_card", args=[bom.pk]))
