"""What is asked when a deal is won or lost, on the board and on the card alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.ui import amounts
from core.ui.shell import address
from sales.choices import LossReason, QuoteStatus
from sales.errors import NothingToAccept
from sales.models import Deal, Quote
from sales.services import deals, quotes


class LostForm(forms.Form):
    reason = forms.ChoiceField(label=gettext_lazy("Why was it lost?"), choices=[("", ""), *LossReason.choices])
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=300, required=False)


class AcceptForm(forms.Form):
    """The client said yes to the quote that was sent."""

    accepted_by_name = forms.CharField(label=gettext_lazy("Who said yes?"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, quote: Quote) -> None:
        super().__init__(data)
        self.quote = quote
        self.fields["accepted_by_name"].help_text = _(
            "Quote %(number)s over %(gross)s is accepted and becomes an order."
        ) % {"number": quote.number, "gross": amounts.exact_money(quote.gross_amount, quote.currency_id)}


class ReasonForm(forms.Form):
    """Won without a quote: somebody with the right writes down why."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it won without a quote?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


def won_form(deal: Deal, user: Any, data: Any = None) -> forms.Form:
    """What winning asks: a yes to the sent quote, or a written reason. Raises NothingToAccept."""
    quote = Quote.objects.filter(deal=deal, status=QuoteStatus.SENT).order_by("-revision", "-pk").first()
    if quote is not None and policy.allows(user, "sales.accept_quote", quote):
        return AcceptForm(data, quote=quote)
    if policy.allows(user, "sales.win_without_quote", deal):
        return ReasonForm(data)
    raise NothingToAccept()


def win(deal: Deal, form: Mapping[str, Any], by: Any) -> Any:
    """Call the service for what `won_form` asked. Raises DomainError."""
    if "reason" in form:
        return deals.win_without_quote(deal_id=deal.pk, reason=form["reason"], at=timezone.now(), by=by)
    quote = Quote.objects.filter(deal=deal, status=QuoteStatus.SENT).order_by("-revision", "-pk").first()
    if quote is None:
        raise NothingToAccept()
    return quotes.accept_quote(
        quote_id=quote.pk, accepted_by_name=form.get("accepted_by_name", ""), at=timezone.now(), by=by
    )


def lose(deal: Deal, form: Mapping[str, Any], by: Any, stage_code: str = "") -> Deal:
    return deals.lose_deal(
        deal_id=deal.pk, reason=form["reason"], note=form.get("note", ""), stage_code=stage_code,
        at=timezone.now(), by=by,
    )  # fmt: skip


def quote_action(deal: Deal) -> dict[str, str]:
    """The way to a quote for this deal."""
    return {"action_url": address("sales:quote_draft", deal.pk), "action_label": _("Add quote")}
