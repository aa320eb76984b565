"""What is done with a quote: asked for, decided, sent, answered by the client on the phone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.documents.figures import spoken
from core.errors import DomainError
from sales.choices import StageCategory
from sales.errors import DiscountNeedsApproval
from sales.models import Quote, QuoteLine, Stage
from sales.selectors.quotes import Leave, Worth, leave_of, mail_addresses, worth_of
from sales.services import quotes
from sales.services.mailing import send_quote_by_mail
from sales.views.steps import Step


class SendForm(forms.Form):
    """To whom, with which words, and where the deal goes with it."""

    to = forms.ChoiceField(label=gettext_lazy("To"), required=False)
    other = forms.EmailField(label=gettext_lazy("Or to another address"), required=False)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    text = forms.CharField(label=gettext_lazy("Message"), widget=forms.Textarea(attrs={"rows": 7}), max_length=4000)
    stage = forms.ChoiceField(label=gettext_lazy("Move the deal to"), required=False)

    def __init__(self, data: Any = None, *, addresses: list[tuple[str, str]], stages: list[Stage], **kwargs: Any):
        super().__init__(data, **kwargs)
        nobody = [("", _("Send without a mail"))]
        self.fields["to"].choices = [*addresses, *nobody]  # type: ignore[attr-defined]
        stays = [("", _("Leave it where it is"))]
        self.fields["stage"].choices = [*stays, *((stage.code, stage.name) for stage in stages)]  # type: ignore[attr-defined]
        if not stages:
            del self.fields["stage"]


class OfQuote(Step):
    sees = ("status", "gross_amount")

    def worth(self) -> Worth:
        return worth_of(self.record, self.record.lines.order_by("position"))

    def leave(self, worth: Worth) -> Leave:
        return leave_of(self.record, worth, self.user)

    def context(self) -> dict[str, Any]:
        worth = self.worth()
        return {
            "quote": self.record,
            "worth": worth,
            "leave": self.leave(worth),
            "sees_costs": policy.allows(self.user, "sales.view_costs"),
            "currency": self.record.currency_id,
        }


class SendQuote(OfQuote):
    right = "sales.send_quote"
    heading, verb = gettext_lazy("Send the quote"), gettext_lazy("Send to client")
    template = "sales/quote_send.html"

    def form(self, data: Any = None) -> forms.Form:
        quote: Quote = self.record
        stages: list[Stage] = []
        if quote.status == "draft":
            further = Stage.objects.filter(pipeline=quote.deal.pipeline_id, category=StageCategory.OPEN)
            now = Stage.objects.values_list("position", flat=True).get(pk=quote.deal.stage_id)
            stages = list(further.filter(position__gt=now).order_by("position"))
        addresses = mail_addresses(quote.deal.client_id)
        to = addresses[0][0] if addresses else ""
        initial = {"to": to, "subject": _subject(quote), "text": _letter(quote)}
        return SendForm(data, addresses=addresses, stages=stages, initial=initial)

    def take(self, data: dict[str, Any], key: str) -> Any:
        return send_quote_by_mail(
            quote_id=self.record.pk,
            to=data["other"] or data["to"],
            subject=data["subject"],
            text=data["text"],
            stage_code=data.get("stage") or None,
            at=timezone.now(),
            by=self.user,
            key=key,
        )

    def told(self, made: Quote) -> str:
        data = self.request.POST
        to = data.get("other") or data.get("to")
        if to:
            return _("The quote is out. The mail to {to} is being written.").format(to=to)
        return _("The quote is out.")

    def page(self, form: forms.Form, status: int, **more: Any) -> Any:
        refused: DomainError | None = more.get("refused")
        return super().page(form, status, **more, asks_approval=isinstance(refused, DiscountNeedsApproval))


def _subject(quote: Quote) -> str:
    with translation.override(spoken(quote.deal.client.language)):
        return _("Quote {number}: {what}").format(number=quote.number, what=quote.deal.name)


def _letter(quote: Quote) -> str:
    """The letter to begin with, in the client's language."""
    with translation.override(spoken(quote.deal.client.language)):
        words = _("Good day,\n\nattached you find our quote {number}. Any question, just answer this mail.\n\n{who}")
        return words.format(number=quote.number, who=quote.deal.owner or quote.deal.organization)


class AskForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why does this client need it?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class AskApproval(OfQuote):
    right, form_class = "sales.draft_quote", AskForm
    heading, verb = gettext_lazy("Ask for approval"), gettext_lazy("Ask")
    lead = gettext_lazy("Who has a higher limit is told at once. The quote can be sent when it is granted.")
    template = "sales/quote_ask.html"
    done = gettext_lazy("Asked. You hear of the decision.")

    def take(self, data: dict[str, Any], key: str) -> Any:
        return quotes.request_approval(quote_id=self.record.pk, at=timezone.now(), by=self.user, reason=data["reason"])


class AcceptForm(forms.Form):
    accepted_by_name = forms.CharField(label=gettext_lazy("Who accepted it?"), max_length=120)
    options = forms.ModelMultipleChoiceField(
        queryset=QuoteLine.objects.none(), label=gettext_lazy("Options they take"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, data: Any = None, *, quote: Quote) -> None:
        super().__init__(data)
        found = quote.lines.filter(is_optional=True).select_related("item").order_by("position")
        field: Any = self.fields["options"]
        field.queryset = found
        field.label_from_instance = lambda line: line.text or str(line.item)
        if not found:
            del self.fields["options"]


class AcceptQuote(OfQuote):
    right = "sales.accept_quote"
    heading, verb = gettext_lazy("The client accepted"), gettext_lazy("Make the order")
    lead = gettext_lazy("The order is confirmed, its goods are set aside and the deal is won.")

    def form(self, data: Any = None) -> forms.Form:
        return AcceptForm(data, quote=self.record)

    def take(self, data: dict[str, Any], key: str) -> Any:
        return quotes.accept_quote(
            quote_id=self.record.pk,
            at=timezone.now(),
            by=self.user,
            accepted_by_name=data["accepted_by_name"],
            options=[line.pk for line in data.get("options", ())],
        )

    def told(self, made: Any) -> str:
        return _("Order {number} is made and confirmed.").format(number=made.number)

    def next_url(self, made: Any) -> str:
        from core.ui.registers import by_key

        may_see = policy.allows(self.user, "sales.view_salesorder", made)
        return by_key("sales.order").url_of(made) if may_see else super().next_url(made)


class RefuseForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why did they say no?"), max_length=300)


class RefuseQuote(OfQuote):
    right, form_class = "sales.accept_quote", RefuseForm
    heading, verb = gettext_lazy("The client refused"), gettext_lazy("Close this version")
    lead = gettext_lazy("The deal stays open: write a new version, or mark the deal as lost.")
    done = gettext_lazy("This version is refused.")

    def take(self, data: dict[str, Any], key: str) -> Any:
        return quotes.refuse_quote(quote_id=self.record.pk, at=timezone.now(), by=self.user, reason=data["reason"])
