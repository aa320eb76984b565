"""Legal entities behind a client: entered, changed and ended from the client's card."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError, StaleVersion
from core.ui import registers
from core.ui.fields import DayField
from core.ui.forms import as_typed
from core.ui.screens import Signed
from core.ui.toasts import toast
from crm.models import LegalEntity
from crm.services import clients
from crm.views.points import AddSomething


class EntityForm(forms.ModelForm):
    class Meta:
        model = LegalEntity
        formfield_callback = as_typed
        fields = (
            "legal_name", "country", "tax_id", "account_number", "billing_address", "shipping_address", "territory",
            "iban", "payment_days", "currency", "valid_from",
        )  # fmt: skip

    def clean_country(self) -> str:
        country = self.cleaned_data["country"].upper()
        if country and not (len(country) == 2 and country.isalpha()):
            raise forms.ValidationError(_("Write the two letters of the country, such as DE."))
        return country

    @staticmethod
    def plain(data: dict[str, Any]) -> dict[str, Any]:
        """Clean data as the service takes it."""
        rest = {name: value for name, value in data.items() if name != "currency"}
        return {**rest, "currency_id": data["currency"].pk if data["currency"] else None}


class EndForm(forms.Form):
    on = DayField(label=gettext_lazy("Last day"))
    successor = forms.ModelChoiceField(
        label=gettext_lazy("Continued by"), queryset=LegalEntity.objects.none(), required=False
    )

    def __init__(self, *args: Any, entity: LegalEntity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others: Any = self.fields["successor"]
        others.queryset = LegalEntity.objects.filter(client_id=entity.client_id).exclude(pk=entity.pk)


class AddEntity(AddSomething):
    heading = gettext_lazy("Add a legal entity")

    def form(self, data: Any = None) -> Any:
        return EntityForm(data)

    def keep(self, data: dict[str, Any]) -> None:
        clients.add_legal_entity(client_id=self.record.pk, by=self.request.user, **EntityForm.plain(data))  # type: ignore[arg-type]


class EntityPage(Signed):
    """Changing a legal entity; `end=1` ends it instead."""

    action = "crm.change_client"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user: Any = request.user

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entity = self._entity(pk)
        form: Any = EndForm(entity=entity) if "end" in request.GET else EntityForm(instance=entity)
        return self._page(entity, form, 200)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        entity = self._entity(pk)
        ends = "end" in request.POST
        form: Any = (
            EndForm(request.POST, entity=entity) if ends else EntityForm(request.POST, instance=self._entity(pk))
        )
        if not form.is_valid():
            return self._page(entity, form, 422)
        version = request.POST.get("version", "")
        try:
            if ends:
                successor = form.cleaned_data["successor"]
                clients.end_legal_entity(
                    entity_id=pk, on=form.cleaned_data["on"], successor_id=successor and successor.pk, by=self.user
                )
            else:
                clients.change_legal_entity(
                    entity_id=pk,
                    changes=form.plain(form.cleaned_data),
                    by=self.user,
                    version=int(version) if version.isdigit() else None,
                )
        except StaleVersion as refused:
            form.add_error(None, _("%(reason)s Look at it again.") % {"reason": refused})
            return self._page(entity, form, 409)
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self._page(entity, form, 409)
        toast(request, _("%(record)s was saved.") % {"record": entity})
        return HttpResponseRedirect(self._client_url(entity))

    def _entity(self, pk: int) -> LegalEntity:
        return get_object_or_404(LegalEntity.objects.visible_to(self.user).select_related("client"), pk=pk)

    def _client_url(self, entity: LegalEntity) -> str:
        return registers.by_key("crm.client").url_of(entity.client)

    def _page(self, entity: LegalEntity, form: Any, status: int) -> HttpResponse:
        context = {
            "form": form,
            "record": entity.client,
            "record_url": self._client_url(entity),
            "heading": entity.legal_name,
            "version": entity.version,
            "ends": isinstance(form, EndForm),
        }
        return render(self.request, "crm/compose.html", context, status=status)
