"""First use: the first administrator, the steps to a company that works, and the demo company."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView, View

from core import ports
from core.errors import DomainError, InvalidValue
from core.presets import TAXES
from core.services import firststeps
from core.settingspages import steps
from core.ui.access import Guarded, Open
from core.ui.fields import DayField
from core.ui.toasts import toast

BACKEND = "core.backends.SignIn"


class AccountForm(forms.Form):
    """The account of the first administrator."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=150)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=150)
    email = forms.EmailField(
        label=gettext_lazy("Work e-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 10 letters; a sentence is good."),
    )


class FirstAdministrator(Open, View):
    """The page behind the link that `manage.py first_admin` prints: once, while there is no administrator."""

    why_open = "opened by the one-time link that the command line printed; there is no account yet"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        self._known(token)
        return self._page(request, AccountForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        self._known(token)
        form = AccountForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            user = firststeps.create_first_administrator(token=token, at=timezone.now(), **form.cleaned_data)
        except InvalidValue as refused:
            name = "password" if refused.params["field"] == gettext_lazy("password") else "email"
            form.add_error(name, str(refused.params["problem"]))
            return self._page(request, form, status=422)
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self._page(request, form, status=409)
        login(request, user, backend=BACKEND)
        record_authentication(request, user, method="password")
        return redirect("core:setup")

    def _known(self, token: str) -> None:
        if not firststeps.is_usable(token, at=timezone.now()):
            raise Http404("no such link")

    def _page(self, request: HttpRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
        answer = render(request, "settings/first_administrator.html", {"form": form}, status=status)
        answer["Cache-Control"] = "no-store"
        # The address is the key and goes to no other site; with "no-referrer" browsers would send the form without an
        # origin, and the guard against forged forms would refuse it.
        answer["Referrer-Policy"] = "same-origin"
        return answer


class SetUp(Guarded, TemplateView):
    """The steps with their proof from data: done, open or put aside; one can go away and come back."""

    action = "core.manage_organization"
    template_name = "settings/setup.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = steps.standings(self.request.user)
        done = sum(one.state == "done" for one in found)
        return super().get_context_data(
            steps=found,
            done=done,
            total=len(found),
            left=sum(one.state == "open" for one in found),
            demo=ports.demo_company_offer(self.request.user),
            **kwargs,
        )


class Skip(Guarded, View):
    action = "core.manage_organization"

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        if not steps.known(code):
            raise Http404("no such step")
        firststeps.skip_step(code=code, by=request.user)  # type: ignore[arg-type]
        return redirect("core:setup")


class Resume(Guarded, View):
    action = "core.manage_organization"

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        firststeps.resume_step(code=code, by=request.user)  # type: ignore[arg-type]
        return redirect("core:setup")


class CountryForm(forms.Form):
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), choices=lambda: [(code, preset.name) for code, preset in TAXES.items()]
    )
    since = DayField(label=gettext_lazy("Valid since"))


class TaxesOf(Guarded, View):
    """Take the usual taxes of a country as a start."""

    action = "core.manage_rates"

    def get(self, request: HttpRequest) -> HttpResponse:
        start = timezone.localdate().replace(month=1, day=1)
        return self._page(request, CountryForm(initial={"since": start}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CountryForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            new = firststeps.take_taxes_of(by=request.user, **form.cleaned_data)
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self._page(request, form, status=409)
        toast(request, ngettext("%(count)d tax was added.", "%(count)d taxes were added.", new) % {"count": new})
        return redirect("core:settings_tax_list")

    def _page(self, request: HttpRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "presets": TAXES.values()}
        return render(request, "settings/taxes_of.html", context, status=status)


class LoadDemo(Guarded, View):
    """Load the demo company as a background job, where it is offered at all."""

    action = "core.manage_organization"

    def post(self, request: HttpRequest) -> HttpResponse:
        if not (settings.DEBUG and ports.demo_company_offer(request.user)):
            raise Http404("not offered")
        try:
            address = ports.load_demo_company(request.user)
        except DomainError as refused:
            toast(request, refused, level="bad")
            address = reverse("core:setup")
        if not address:
            toast(request, _("The demo company cannot be loaded here."), level="bad")
        return HttpResponseRedirect(address or reverse("core:setup"))
