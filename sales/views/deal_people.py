"""Who has a say in a deal, and who competes for it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from core import policy
from core.errors import DomainError
from core.ui import registers
from core.ui.fields import AmountField, RecordField
from core.ui.screens import Signed
from core.ui.toasts import toast
from sales.choices import DealPersonRole
from sales.models import Deal, DealCompetitor, DealRole
from sales.services.deal_facts import remove_competitor, remove_role
from sales.services.deals import add_competitor, add_role
from sales.views.of_deal import OfDeal


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("What is this person to the deal?"), choices=DealPersonRole.choices)

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data)
        person = RecordField(registers.by_key("crm.person"), user, label=_("Contact"))
        self.fields = {"person": person, **self.fields}


class CompetitorForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    price = AmountField(label=_("Their price, net"), max_digits=18, decimal_places=2, min_value=0, required=False)
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)


class AddRole(OfDeal):
    sees = ()
    heading = _("Add a person")

    def form(self, data: Any = None) -> forms.Form:
        return RoleForm(data, user=self.user)

    def keep(self, data: dict[str, Any]) -> Any:
        return add_role(deal_id=self.record.pk, person_id=data["person"].pk, role=data["role"], by=self.user)


class AddCompetitor(OfDeal):
    sees = ()
    heading = _("Add a competitor")

    def form(self, data: Any = None) -> forms.Form:
        return CompetitorForm(data)

    def keep(self, data: dict[str, Any]) -> Any:
        return add_competitor(deal_id=self.record.pk, by=self.user, **data)


class RemovePart(Signed):
    """Takes a person or competitor off a deal that the user may see."""

    action = "sales.view_deal"
    model: ClassVar[type[Model]]

    def remove(self, pk: int) -> None:
        raise NotImplementedError

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        part: Any = get_object_or_404(self.model._default_manager.all(), pk=pk)
        deal = get_object_or_404(Deal.objects.visible_to(request.user, "sales.view_deal"), pk=part.deal_id)  # type: ignore[arg-type]
        if not policy.allows(request.user, "sales.move_deal", deal):  # type: ignore[arg-type]
            return HttpResponse(status=403)
        try:
            self.remove(pk)
            toast(request, _("Removed."))
        except DomainError as refused:
            toast(request, refused, level="bad")
        return HttpResponseRedirect(registers.by_key("sales.deal").url_of(deal))


class RemoveRole(RemovePart):
    model = DealRole

    def remove(self, pk: int) -> None:
        remove_role(role_id=pk, by=self.request.user)  # type: ignore[arg-type]


class RemoveCompetitor(RemovePart):
    model = DealCompetitor

    def remove(self, pk: int) -> None:
        remove_competitor(competitor_id=pk, by=self.request.user)  # type: ignore[arg-type]
