"""A web form as a visitor sees it: on a page of its own or inside the company's site.

Inside another site no cookie of ours comes along, so no CSRF token can be asked for. A signed stamp says that the form
came from us and when; what speaks against a submission sends it to quarantine, and the sender reads the same thanks.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from core.callers import address_of
from core.ui.access import Open, refuse_what_is_off
from crm.choices import Doubt
from crm.errors import WebFormFlooded
from crm.models import WebForm
from crm.services.submissions import receive_submission
from crm.webform_forms import UTM, VisitorForm

SALT = "crm.webform"
QUICKEST = timedelta(seconds=2)
STAMP_HOLDS = timedelta(hours=24)
MOST_LINKS = 2


def stamp_for(webform: WebForm) -> str:
    """A signed moment and the key under which one submission counts once."""
    return signing.dumps({"form": webform.pk, "key": token_urlsafe(16), "at": timezone.now().timestamp()}, salt=SALT)


# Asked from inside other sites, where no cookie comes along: nobody is signed in, and a signed stamp counts once.
@method_decorator(csrf_exempt, name="dispatch")
class WebFormPublic(Open, View):
    why_open = "visitors of the company's web site ask here"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refuse_what_is_off(request)
        webform = WebForm.objects.filter(key=kwargs["key"]).first()
        if webform is None:
            raise Http404
        self.webform = webform
        language = webform.language or translation.get_language() or "en"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = super().dispatch(request, *args, **kwargs)
        return _framed(response, webform)

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        if "thanks" in request.GET:
            return render(request, "crm/webforms/thanks.html", {"webform": self.webform})
        if not self.webform.is_active:
            return render(request, "crm/webforms/closed.html", {"webform": self.webform}, status=410)
        return self._page(VisitorForm(webform=self.webform), 200)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        if not self.webform.is_active:
            return render(request, "crm/webforms/closed.html", {"webform": self.webform}, status=410)
        form = VisitorForm(request.POST, webform=self.webform)
        if not form.is_valid():
            return self._page(form, 422, stamp=request.POST.get("stamp", ""))
        try:
            stamp, doubt = self._stamp(request, form)
        except signing.SignatureExpired:
            form.add_error(None, _("This page was open for a long time. Send it once more."))
            return self._page(form, 422)
        try:
            receive_submission(
                form=self.webform, key=stamp, payload=_as_it_came(request), said=_plain(form.cleaned_data),
                sender=_sender(request), doubt=doubt, utm=_utm(request), at=timezone.now(),
            )  # fmt: skip
        except WebFormFlooded as refused:
            form.add_error(None, str(refused))
            response = self._page(form, 429)
            response["Retry-After"] = "3600"
            return response
        return HttpResponseRedirect(f"{request.path}?thanks=1")

    def _page(self, form: VisitorForm, status: int, stamp: str = "") -> HttpResponse:
        sent = self.request.POST or self.request.GET
        context = {
            "webform": self.webform,
            "form": form,
            "stamp": stamp or stamp_for(self.webform),
            "utm": [(name, sent[name][:200]) for name in UTM if sent.get(name)],
        }
        return render(self.request, "crm/webforms/public.html", context, status=status)

    def _stamp(self, request: HttpRequest, form: VisitorForm) -> tuple[str, Doubt | None]:
        """The key of the submission, and what speaks against it. Raises SignatureExpired for an old page."""
        try:
            stamp = signing.loads(request.POST.get("stamp", ""), salt=SALT, max_age=STAMP_HOLDS)
        except signing.SignatureExpired:
            raise
        except signing.BadSignature:
            return _key_of(request), Doubt.STAMP
        if stamp.get("form") != self.webform.pk:
            return _key_of(request), Doubt.STAMP
        if form.trapped:
            return stamp["key"], Doubt.HONEYPOT
        if timezone.now().timestamp() - stamp["at"] < QUICKEST.total_seconds():
            return stamp["key"], Doubt.QUICK
        texts = " ".join(str(value) for value in form.cleaned_data.values())
        return stamp["key"], Doubt.LINKS if texts.lower().count("http") > MOST_LINKS else None


def _key_of(request: HttpRequest) -> str:
    """Without a stamp of ours the content is the key: a double click counts once all the same."""
    content = json.dumps(sorted(request.POST.lists())) + _sender(request) + timezone.now().strftime("%Y%m%d%H")
    return hashlib.sha256(content.encode()).hexdigest()[:60]


def _as_it_came(request: HttpRequest) -> dict[str, Any]:
    return {name[:80]: " ".join(values)[:10_000] for name, values in list(request.POST.lists())[:60]}


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    """Clean answers in plain values: what is quarantined is released from the payload in the same way."""
    return {name: _("yes") if value is True else value for name, value in said.items()}


def _utm(request: HttpRequest) -> dict[str, str]:
    return {name.removeprefix("utm_"): request.POST[name][:200] for name in UTM if request.POST.get(name)}


def _sender(request: HttpRequest) -> str:
    """A fingerprint of the network a visitor came from: IPv6 by its /64, because one household has all of it."""
    text = address_of(request)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return salted_hmac(SALT, text, algorithm="sha256").hexdigest()
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        text = str(mapped) if mapped else str(ipaddress.ip_network((address, 64), strict=False))
    return salted_hmac(SALT, text, algorithm="sha256").hexdigest()


def _framed(response: HttpResponseBase, webform: WebForm) -> HttpResponseBase:
    """Only the sites that the form names may show it inside their pages."""
    answer: Any = response
    answer["X-Robots-Tag"] = "noindex"
    answer["Cache-Control"] = "no-store"
    if webform.hosts:
        answer._csp_replace = {"frame-ancestors": ["'self'", *webform.hosts]}
        answer.xframe_options_exempt = True
        answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


class WebFormLook(Open, View):
    """The colour of one form as a style sheet; the colour was checked when it was chosen."""

    why_open = "the colour of a public form"

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        webform = WebForm.objects.filter(key=key).only("colour").first()
        if webform is None:
            raise Http404
        response = HttpResponse(f":root {{ --wform: {webform.colour}; }}\n", content_type="text/css; charset=utf-8")
        response["Cache-Control"] = "max-age=60"
        return response
