"""An order entered without a quote: for whom, the lines with their list prices, and the day it is wished for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.models import Branch
from core.ui.drafts import new_key
from core.ui.fields import DayField, RecordField
from core.ui.lists import RegisterView
from core.ui.registers import by_key
from core.ui.toasts import toast
from crm.models import Client, LegalEntity
from inventory.models import Warehouse
from sales.services import orders
from sales.services.lines import day_of, priced_lines, totals_of
from sales.views import lines as table
from sales.views import shown_lines

WORDS = {"add", "add_id", "remove", "up"}


class ClientForm(forms.Form):
    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data)
        self.fields["client"] = RecordField(by_key("crm.client"), user, label=_("Client"))


class OrderHead(forms.Form):
    legal_entity = forms.ModelChoiceField(queryset=LegalEntity.objects.none(), label=gettext_lazy("Bill to"))
    warehouse = forms.ModelChoiceField(queryset=Warehouse.objects.none(), label=gettext_lazy("Ship from"))
    wished_on = DayField(label=gettext_lazy("Wished for"), required=False)
    client_reference = forms.CharField(label=gettext_lazy("Their order number"), max_length=60, required=False)
    tax_included = forms.BooleanField(label=gettext_lazy("Prices with tax"), required=False)
    terms = forms.CharField(
        label=gettext_lazy("Terms"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, client: Client, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        entities = LegalEntity.objects.filter(client=client, valid_to=None).order_by("legal_name")
        self.fields["legal_entity"].queryset = entities  # type: ignore[attr-defined]
        places = Warehouse.objects.filter(is_active=True).select_related("branch").order_by("name")
        self.fields["warehouse"].queryset = places  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            if name in {"legal_entity", "warehouse"}:
                field.empty_label = None  # type: ignore[attr-defined]
                field.widget.attrs["class"] = "form-select"
            elif name != "tax_included":
                field.widget.attrs["class"] = "form-control"


class OrderNew(RegisterView):
    """GET asks for the client first; then the form. Buttons of the table answer with the table, `create` enters it."""

    template, partial, figures = "sales/order_new.html", "sales/_order_editor.html", "sales/_order_figures.html"
    verb: Any = gettext_lazy("Enter the order")

    @property
    def title(self) -> str:
        return _("New order")

    @property
    def version(self) -> str:
        """Which state of an order the page was drawn from; a new one has none."""
        return ""

    def needed_action(self) -> str | None:
        return self.register.create_action

    @cached_property
    def client(self) -> Client | None:
        asked = (self.request.POST or self.request.GET).get("client", "")
        rows = Client.objects.visible_to(self.user)
        return rows.filter(pk=asked).first() if str(asked).isdigit() and len(str(asked)) < 19 else None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.client is None:
            form = ClientForm(request.GET if "client" in request.GET else None, user=self.user)
            return self.shown("sales/order_client.html", {"form": form}, 422 if form.errors else 200)
        return self.answer(OrderHead(client=self.client), table.lines_from([]))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.client is None:
            form = ClientForm(request.POST, user=self.user)
            form.is_valid()
            return self.shown("sales/order_client.html", {"form": form}, 422)
        data = request.POST
        if WORDS & set(data) and "refine" not in data:
            return self.rearranged()
        form, lines = OrderHead(data, client=self.client), table.typed_lines(data, self.user)
        if not (form.is_valid() and lines.is_valid()):
            return self.answer(form, lines, status=422)
        if "refine" in data:
            return self.priced(form, lines)
        if not lines.forms:
            form.add_error(None, _("Add at least one line."))
            return self.answer(form, lines, status=422)
        return self.create(form, lines)

    def rearranged(self) -> HttpResponse:
        data, found, more = self.request.POST, [], {}
        rows = table.changed_rows(data)
        if data.get("add_id", "").isdigit():
            rows += [table.new_line(item) for item in table.sold_items(self.user).filter(pk=data["add_id"])]
        elif "add" in data:
            found = table.found_items(data.get("search", ""), self.user)
            if len(found) == 1:
                rows.append(table.new_line(found[0]))
                found = []
            elif not found and data.get("search", "").strip():
                more = {"not_found": data["search"], "status": 422}
        assert self.client is not None  # noqa: S101 - asked before
        form, lines = OrderHead(data, client=self.client), table.typed_lines(table.as_sent(rows), self.user)
        if more or not rows or not (form.is_valid() and lines.is_valid()):
            return self.answer(form, lines if rows else table.lines_from([]), found=found, **more)
        return self.priced(form, lines, found=found)

    def priced(self, form: OrderHead, lines: table.Lines, **more: Any) -> HttpResponse:
        """The page with what the lines come to; nothing is kept."""
        head = form.cleaned_data
        branch = head["warehouse"].branch
        try:
            priced = priced_lines(
                lines.drafts(),
                legal_entity_id=head["legal_entity"].pk,
                on=day_of(timezone.now(), branch.organization),
                currency_id=branch.organization.currency_id,
                branch_id=branch.pk,
                tax_included=head["tax_included"],
            )
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self.answer(form, lines, status=409, **more)
        sent = [
            {
                "item": line.item.pk,
                "text": line.text,
                "qty": table.typed(line.qty),
                "price": table.typed(line.unit_price, 2),
                "discount": table.typed(line.discount_pct),
                "listed": None if line.trace.get("level") == "by hand" else table.show(line.unit_price),
            }
            for line in priced
        ]
        fresh = table.lines_from(sent)
        more["refilled"] = table.refilled(fresh, self.request.POST)
        return self.answer(form, fresh, results=priced, totals=totals_of(priced), branch=branch, **more)

    def create(self, form: OrderHead, lines: table.Lines) -> HttpResponse:
        head = form.cleaned_data
        try:
            order = orders.create_order(
                legal_entity_id=head["legal_entity"].pk,
                lines=lines.drafts(),
                at=timezone.now(),
                by=self.user,
                branch_id=head["warehouse"].branch_id,
                warehouse_id=head["warehouse"].pk,
                wished_on=head["wished_on"],
                client_reference=head["client_reference"],
                terms=head["terms"],
                tax_included=head["tax_included"],
                key=f"screen:{self.user.pk}:{self.request.POST.get('key') or new_key()}"[:70],
            )
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self.answer(form, lines, status=409)
        toast(
            self.request, _("Order {number} is entered. Confirm it to set its goods aside.").format(number=order.number)
        )
        return HttpResponseRedirect(self.register.url_of(order))

    def answer(self, form: OrderHead, lines: table.Lines, *, status: int = 200, **more: Any) -> HttpResponse:
        results, branch = more.pop("results", []), more.pop("branch", None)
        if branch is None:
            branch = Branch.objects.select_related("organization").order_by("pk").first()
        context = {
            "client": self.client,
            "form": form,
            "lines": lines,
            "rows": shown_lines.shown_lines(lines, results),
            "currency": branch.organization.currency_id if branch else "",
            "here": self.request.path,
            "key": self.request.POST.get("key") or new_key(),
            "is_order": True,
            "title": self.title,
            "verb": self.verb,
            "version": self.version,
            **more,
        }
        refined = bool(self.request.htmx) and self.request.method == "POST"  # type: ignore[attr-defined]
        page = self.template
        if refined:
            page = self.figures if "refine" in self.request.POST else self.partial
        return self.shown(page, context, status)

    def shown(self, page: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        known = {"register": self.register, "list_url": self.register.url("list"), "here": self.request.path}
        response = render(self.request, page, {**known, **context}, status=status)
        response["Vary"] = "HX-Request"
        return response
