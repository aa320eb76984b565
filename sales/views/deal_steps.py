"""A deal goes on: to another stage, to won, to lost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.errors import DomainError
from core.ui.toasts import toast
from sales.errors import DutiesOpen, NothingToAccept, QuoteExpired
from sales.models import Stage
from sales.services.deals import move_deal
from sales.views.closing import LostForm, lose, quote_action, win, won_form
from sales.views.of_deal import OfDeal


class SkipForm(forms.Form):
    """Leaving a stage with open duties: somebody with the right says why."""

    to = forms.CharField(widget=forms.HiddenInput)
    skip_reason = forms.CharField(
        label=gettext_lazy("Why may the deal go on without it?"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class MoveDeal(OfDeal):
    """POST from the stage bar moves at once; where duties are open and may be skipped, the reason is asked."""

    heading = gettext_lazy("Move the deal")
    verb = gettext_lazy("Move it without")
    done = gettext_lazy("The deal moved on.")

    def form(self, data: Any = None) -> forms.Form:
        return SkipForm(data, initial={"to": self.request.GET.get("to", "")})

    def keep(self, data: dict[str, Any]) -> Any:
        return move_deal(
            deal_id=self.record.pk, stage_code=data["to"], skip_reason=data["skip_reason"], at=timezone.now(),
            by=self.user,
        )  # fmt: skip

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "skip_reason" in request.POST:
            return super().post(request, *args, **kwargs)
        to, version = request.POST.get("to", ""), request.POST.get("version", "")
        try:
            deal = move_deal(
                deal_id=self.record.pk, stage_code=to, at=timezone.now(), by=self.user,
                version=int(version) if version.isdigit() else None,
            )  # fmt: skip
        except DutiesOpen as refused:
            return self._duties_open(refused, to)
        except DomainError as refused:
            return self.refused(refused)
        toast(request, _("%(deal)s moved to %(stage)s") % {"deal": deal, "stage": deal.stage})
        return HttpResponseRedirect(self.register.url_of(deal))

    def _duties_open(self, refused: DutiesOpen, to: str) -> HttpResponse:
        if not policy.allows(self.user, "sales.skip_duties", self.record):
            return self.refused(refused)
        form = SkipForm({"to": to, "skip_reason": ""})
        form.errors.clear()
        form.add_error(None, str(refused))
        return self.page(form, 409, refused)

    def mends(self, refused: DomainError) -> dict[str, str]:
        if isinstance(refused, DutiesOpen):
            url = f"{self.register.url_of(self.record)}#checklist"
            return {"action_url": url, "action_label": _("Open the checklist")}
        return {}

    def context(self) -> dict[str, Any]:
        to = self.request.POST.get("to") or self.request.GET.get("to", "")
        stage = Stage.objects.filter(pipeline=self.record.pipeline_id, code=to).first()
        return {"heading": _("Move to %(stage)s") % {"stage": stage}} if stage else {}


class WinDeal(OfDeal):
    """A yes to the sent quote, or a written reason by whoever may win without one."""

    right = "sales.close_deal"
    heading = gettext_lazy("Win the deal")
    verb = gettext_lazy("Win the deal")
    done = gettext_lazy("Won. The next steps are under way.")

    def form(self, data: Any = None) -> forms.Form:
        return won_form(self.record, self.user, data)

    def keep(self, data: dict[str, Any]) -> Any:
        return win(self.record, data, self.user)

    def mends(self, refused: DomainError) -> dict[str, str]:
        return quote_action(self.record) if isinstance(refused, NothingToAccept | QuoteExpired) else {}


class LoseDeal(OfDeal):
    right = "sales.close_deal"
    heading = gettext_lazy("Lose the deal")
    verb = gettext_lazy("Lose the deal")
    done = gettext_lazy("The deal is lost. Its reason counts in the reports.")

    def form(self, data: Any = None) -> forms.Form:
        return LostForm(data)

    def keep(self, data: dict[str, Any]) -> Any:
        return lose(self.record, data, self.user)


def step_urls(pk: int) -> dict[str, str]:
    """Where the buttons of the card lead."""
    return {name: reverse(f"sales:deal_{name}", args=[pk]) for name in ("move", "win", "lose")}
