"""Questions about cost from sales: the inbox, and the answer with the proposal that production works out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.errors import DomainError, NotAllowed
from core.selectors.currency import home_currency
from core.ui import sending
from core.ui.access import Guarded
from core.ui.fields import AmountField
from core.ui.toasts import toast
from inventory.choices import ItemStatus, ItemType, ServiceRole
from inventory.models import Item
from production.errors import ProposalChanged
from production.services import estimates
from production.services.costing import Key, key_of
from production.services.estimates import Extra, Proposal
from sales.choices import EstimateKind, EstimateStatus
from sales.models import EstimateLine, EstimateRequest
from sales.services.estimates import CostPart

ANSWERS = "production.answer_estimate"
SHOWN = 50
TABS = (
    ("", gettext_lazy("To answer"), EstimateStatus.ASKED),
    ("answered", gettext_lazy("Answered"), EstimateStatus.ANSWERED),
    ("refused", gettext_lazy("Refused"), EstimateStatus.REFUSED),
)
KINDS = {ServiceRole.INSTALLATION: EstimateKind.INSTALLATION, ServiceRole.TRANSPORT: EstimateKind.TRANSPORT}
MONEY = {"min_value": 0, "max_digits": 16, "decimal_places": 2}


def asked_of(user: Any) -> QuerySet[EstimateRequest]:
    lines = Prefetch("lines", EstimateLine.objects.select_related("item__unit").order_by("pk"))
    rows = EstimateRequest.objects.visible_to(user, ANSWERS)
    return rows.select_related("deal__client", "deal__branch", "created_by", "answered_by").prefetch_related(lines)


class EstimateInbox(Guarded, View):
    """What sales wants to know, the most urgent first; `?show=` has what was answered or refused."""

    action = ANSWERS

    def get(self, request: HttpRequest) -> HttpResponse:
        shown = request.GET.get("show", "")
        status = next((state for key, _label, state in TABS if key == shown), EstimateStatus.ASKED)
        order = ("due_on", "asked_at") if status == EstimateStatus.ASKED else ("-answered_at",)
        asked = request.GET.get("page", "")
        page = max(int(asked), 1) if asked.isdigit() else 1
        rows = list(
            asked_of(request.user).filter(status=status).order_by(*order)[(page - 1) * SHOWN : page * SHOWN + 1]
        )
        open_ones = EstimateRequest.objects.visible_to(request.user, ANSWERS).filter(status=EstimateStatus.ASKED)  # type: ignore[arg-type]
        context = {
            "rows": rows[:SHOWN],
            "tabs": [(key, label) for key, label, _state in TABS],
            "shown": shown,
            "page": page,
            "has_next": len(rows) > SHOWN,
            "open_count": open_ones.count(),
            "today": timezone.localdate(),
        }
        return render(request, "production/estimate_inbox.html", context)


class AnswerForm(forms.Form):
    """The proposal with an amount per part, what production cannot know, and the time it takes."""

    lead_days = forms.IntegerField(
        label=gettext_lazy("Lead time, working days"), min_value=0, max_value=999, required=False
    )
    remark = forms.CharField(label=gettext_lazy("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    seen_total = forms.DecimalField(widget=forms.HiddenInput, **MONEY)

    def __init__(self, *args: Any, proposal: Proposal, services: list[Item], product_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_total"].initial = proposal.total
        self.fields["lead_days"].initial = proposal.lead_days
        self.parts: dict[str, CostPart] = {}
        self.extras: dict[str, tuple[int, EstimateKind]] = {}
        for number, part in enumerate(proposal.parts):
            self.parts[f"part-{number}"] = part
            label = _("%(code)s, amount") % {"code": part.code}
            self.fields[f"part-{number}"] = AmountField(label=label, initial=part.amount, **MONEY)
        for item in services:
            self.extras[f"service-{item.pk}"] = (item.pk, KINDS[ServiceRole(item.service_role)])
            self.fields[f"service-{item.pk}"] = AmountField(label=item.name, required=False, **MONEY)
        self.extras["other"] = (product_id, EstimateKind.OTHER)
        self.fields["other"] = AmountField(label=_("Other"), required=False, **MONEY)

    def adjusted(self) -> dict[Key, Decimal]:
        """Parts that got another amount than proposed."""
        data = self.cleaned_data
        return {key_of(part): data[name] for name, part in self.parts.items() if data[name] != part.amount}

    def extra(self) -> list[Extra]:
        data = self.cleaned_data
        return [(item, kind, data[name]) for name, (item, kind) in self.extras.items() if data.get(name)]


class RefuseForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why can it not be made?"), widget=forms.Textarea(attrs={"rows": 2}))


@dataclass(frozen=True)
class Row:
    """A part of the proposal beside the field that holds its amount."""

    part: CostPart
    field: Any
    name: str
    unit: str
    product: str


class EstimateAnswer(Guarded, View):
    """One question: the proposal, changed and answered, or refused. An answer once given stays."""

    action = ANSWERS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(self._request(pk), 200)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        asked = self._request(pk)
        if sending.known_of(request) is not None:
            return self._done(asked)
        if request.POST.get("do") == "refuse":
            return self._refuse(asked)
        if asked.status != EstimateStatus.ASKED:
            return self._page(asked, 409)
        proposal, form = self._form(asked, request.POST)
        if form is None or not form.is_valid():
            return self._page(asked, 422, proposal=proposal, form=form)
        user: Any = request.user

        def run() -> str:
            estimates.answer_request(
                request_id=asked.pk,
                at=timezone.now(),
                by=user,
                extra=form.extra(),
                remark=form.cleaned_data["remark"],
                adjusted=form.adjusted(),
                lead_days=form.cleaned_data["lead_days"],
                seen_total=form.cleaned_data["seen_total"],
            )
            return "answered"

        try:
            sending.send_once(request, run, record=asked)
        except NotAllowed:
            raise
        except ProposalChanged as why:
            proposal, form = self._form(asked)
            return self._page(asked, 409, proposal=proposal, form=form, refused=str(why))
        except DomainError as why:
            form.add_error(None, str(why))
            return self._page(asked, 409, proposal=proposal, form=form)
        return self._done(asked)

    def _done(self, asked: EstimateRequest) -> HttpResponse:
        toast(self.request, _("Answered: %(deal)s.") % {"deal": asked.deal})
        return HttpResponseRedirect(reverse("production:estimate_inbox"))

    def _refuse(self, asked: EstimateRequest) -> HttpResponse:
        form = RefuseForm(self.request.POST)
        if not form.is_valid():
            return self._page(asked, 422, refusal=form)
        try:
            estimates.refuse_request(
                request_id=asked.pk,
                remark=form.cleaned_data["reason"],
                at=timezone.now(),
                by=self.request.user,  # type: ignore[arg-type]
            )
        except NotAllowed:
            raise
        except DomainError as why:
            form.add_error(None, str(why))
            return self._page(asked, 409, refusal=form)
        toast(self.request, _("Refused: %(deal)s.") % {"deal": asked.deal}, level="info")
        return HttpResponseRedirect(reverse("production:estimate_inbox"))

    def _request(self, pk: int) -> EstimateRequest:
        return get_object_or_404(asked_of(self.request.user), pk=pk)

    def _form(self, asked: EstimateRequest, data: Any = None) -> tuple[Proposal | None, AnswerForm | None]:
        try:
            proposal = estimates.propose(request=asked, at=timezone.now())
        except DomainError as why:
            self.impossible = str(why)
            return None, None
        services = Item.objects.filter(type=ItemType.SERVICE, status=ItemStatus.ACTIVE, binned_at=None)
        priced = list(services.filter(service_role__in=list(KINDS)).order_by("service_role", "sku")[:8])
        goods = next(line.item_id for line in asked.lines.all() if line.item.type == ItemType.GOODS)
        return proposal, AnswerForm(data, proposal=proposal, services=priced, product_id=goods)

    def _page(
        self, asked: EstimateRequest, status: int, *, proposal: Proposal | None = None, form: Any = None, **more: Any
    ) -> HttpResponse:
        is_open = asked.status == EstimateStatus.ASKED
        if is_open and form is None:
            proposal, form = self._form(asked)
        context = {
            "asked": asked,
            "proposal": proposal,
            "form": form,
            "rows": _rows(proposal, form) if proposal and form else [],
            "services": [form[name] for name in form.extras] if form else [],
            "totals": _totals(proposal),
            "point": formats.get_format("DECIMAL_SEPARATOR"),
            "currency": home_currency(),
            "costs": [] if is_open else list(asked.costs.select_related("item", "for_item").order_by("kind", "pk")),
            "impossible": getattr(self, "impossible", ""),
            "key": sending.key_of(self.request),
            "refusal": more.pop("refusal", None) or RefuseForm(),
            "today": timezone.localdate(),
            **more,
        }
        return render(self.request, "production/estimate_answer.html", context, status=status)


def _rows(proposal: Proposal, form: AnswerForm) -> list[Row]:
    ids = {pk for part in proposal.parts for pk in (part.item_id, part.for_item_id) if pk}
    items = Item.objects.select_related("unit").in_bulk(ids)
    rows = []
    for name, part in form.parts.items():
        item = items.get(part.item_id or 0)
        rows.append(
            Row(
                part,
                form[name],
                item.name if item else "",
                item.unit.code if item else _("min"),
                str(items[part.for_item_id]),
            )
        )
    return rows


def _totals(proposal: Proposal | None) -> dict[str, Decimal]:
    if proposal is None:
        return {}
    sums = {
        kind: sum((part.amount for part in proposal.parts if part.kind == kind), Decimal("0.00"))
        for kind in (EstimateKind.MATERIAL, EstimateKind.WORK)
    }
    return {"material": sums[EstimateKind.MATERIAL], "work": sums[EstimateKind.WORK], "all": proposal.total}
