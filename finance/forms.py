"""Forms of payments, bank lines, months and credit notes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.ui import registers
from core.ui.fields import AmountField, DayField, RecordField
from crm.models import LegalEntity
from finance.choices import PaymentDirection
from finance.models import BankAccount, CashArticle, Payment
from sales.models import SalesOrder


class PartyForm(forms.Form):
    """Whose money it is: a client, and which of his legal entities where he has several; or an order."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["client"] = RecordField(
            registers.by_key("crm.client"), user, label=_("Client or supplier"), required=False,
            help_text=_("Empty for bank fees, wages and the like."),
        )  # fmt: skip
        self.fields["legal_entity"] = forms.ModelChoiceField(
            label=_("Legal entity"), required=False, queryset=self._entities(),
            help_text=_("Only where the client has several."),
        )  # fmt: skip
        self.fields["order_number"] = forms.CharField(
            label=_("Advance for order"), required=False, max_length=40,
            help_text=_("Its number, such as SO-2026-00012: the invoice of the order takes the money."),
        )  # fmt: skip
        self.fields["article"] = forms.ModelChoiceField(
            label=_("Article"), required=False, queryset=CashArticle.objects.order_by("direction", "name")
        )
        self.order: SalesOrder | None = None

    def _entities(self) -> Any:
        chosen = self.data.get("client") or self.initial.get("client") or ""
        known = Q(client=int(chosen)) if str(chosen).isdigit() else Q(pk__in=[])
        return LegalEntity.objects.visible_to(self.user).filter(known).order_by("valid_to", "legal_name")

    def clean_order_number(self) -> str:
        number = self.cleaned_data["order_number"].strip()
        if number:
            self.order = SalesOrder.objects.visible_to(self.user).filter(number__iexact=number).first()
            if self.order is None:
                raise forms.ValidationError(_("There is no order of that number."))
        return number

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        client, entity = data.get("client"), data.get("legal_entity")
        if self.order is not None and client is not None and self.order.client_id != client.pk:
            self.add_error("order_number", _("This order is of another client."))
        if client is not None and entity is None:
            entities = list(self.fields["legal_entity"].queryset[:2])  # type: ignore[attr-defined]
            if self.order is not None and self.order.client_id == client.pk:
                data["legal_entity"] = self.order.legal_entity
            elif len(entities) == 1:
                data["legal_entity"] = entities[0]
            elif entities:
                self.add_error("legal_entity", _("Say which of the client's legal entities it is."))
            else:
                self.add_error("client", _("This client has no legal entity yet."))
        return data

    @property
    def party(self) -> dict[str, int | None]:
        """The arguments of the services that name the other side."""
        entity, article = self.cleaned_data.get("legal_entity"), self.cleaned_data.get("article")
        return {
            "legal_entity_id": entity.pk if entity else None,
            "order_id": self.order.pk if self.order else None,
            "article_id": article.pk if article else None,
        }


class PaymentForm(PartyForm):
    """Money that came or went and is entered by hand."""

    account = forms.ModelChoiceField(label=gettext_lazy("Account"), queryset=BankAccount.objects.none())
    direction = forms.ChoiceField(label=gettext_lazy("Direction"), choices=PaymentDirection.choices)
    amount = AmountField(label=gettext_lazy("Amount"), max_digits=18, decimal_places=2)
    paid_on = DayField(label=gettext_lazy("Day"))
    text = forms.CharField(label=gettext_lazy("Purpose"), required=False, max_length=300)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        accounts: Any = self.fields["account"]
        accounts.queryset = BankAccount.objects.visible_to(user, "finance.record_payment").order_by("is_cash", "name")
        self.fields["paid_on"].initial = timezone.localdate()
        self.order_fields(["direction", "amount", "paid_on", "account", "client", "legal_entity", "order_number"])


class BookForm(PartyForm):
    """Whose payment a bank line shows."""


class ReverseForm(forms.Form):
    on = DayField(label=gettext_lazy("Day of the reversal"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class GiveBackForm(forms.Form):
    """What of a payment goes back to the client, when, and from which account."""

    amount = AmountField(label=gettext_lazy("Amount"), max_digits=18, decimal_places=2)
    on = DayField(label=gettext_lazy("Day"))
    account = forms.ModelChoiceField(label=gettext_lazy("From account"), queryset=BankAccount.objects.none())
    text = forms.CharField(label=gettext_lazy("Purpose"), required=False, max_length=300)

    def __init__(self, *args: Any, user: Any, payment: Payment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts: Any = self.fields["account"]
        accounts.queryset = (
            BankAccount.objects.visible_to(user, "finance.give_back")
            .filter(organization=payment.organization_id, currency=payment.currency_id)
            .order_by("is_cash", "name")
        )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200,
        help_text=gettext_lazy("Such as: booked with the card statement."),
    )  # fmt: skip


class ArticleForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40)
    direction = forms.ChoiceField(label=gettext_lazy("Counts money"), choices=PaymentDirection.choices)
    parent = forms.ModelChoiceField(
        label=gettext_lazy("Part of"), queryset=CashArticle.objects.order_by("name"), required=False
    )
