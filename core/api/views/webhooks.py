"""The screens of webhooks: set up, tried, given another secret, and the calls that were given up."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from core import policy
from core.api import publishing, selectors
from core.api.forms import WebhookForm, asked
from core.api.services import webhooks
from core.choices import OutboxStatus
from core.errors import DomainError, InvalidValue, NotAllowed, StaleVersion
from core.models import WebhookEndpoint
from core.services.idempotency import once
from core.services.outbox_sending import retry_message
from core.ui.access import Guarded
from core.ui.toasts import toast

PAGE = 50


class WebhookPage(Guarded):
    action = "core.manage_webhooks"

    def endpoint(self, request: HttpRequest, pk: int) -> WebhookEndpoint:
        """One that the user may know of, else 404."""
        return get_object_or_404(selectors.endpoints_of(request.user), pk=pk)  # type: ignore[arg-type]


class WebhookList(WebhookPage, TemplateView):
    template_name = "api/webhook_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(endpoints=selectors.endpoints_of(self.request.user), **kwargs)  # type: ignore[arg-type]


class WebhookNew(WebhookPage, View):
    """Set up a webhook. The answer to the form is the one page that shows its secret."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return _form_page(request, WebhookForm(), key=str(uuid4()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form, key = WebhookForm(request.POST), request.POST.get("key", "")[:40] or str(uuid4())
        if not form.is_valid():
            return _form_page(request, form, key=key, status=422)
        made: list[webhooks.NewEndpoint] = []

        def make() -> int:
            values = {name: value for name, value in form.values().items() if name != "is_active"}
            made.append(webhooks.create_endpoint(known=publishing.declared(), by=request.user, **values))  # type: ignore[arg-type]
            return made[0].endpoint.pk

        try:
            once(scope=f"webhook:{request.user.pk}", key=key, body=asked(request), run=make)
        except InvalidValue as error:
            return _refused(request, form, error, key=key)
        if not made:
            toast(request, _("This webhook was made already."), level="info")
            return redirect("core:webhook_list")
        return _secret_page(request, made[0])


class WebhookEdit(WebhookPage, View):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        endpoint = self.endpoint(request, pk)
        names = ("name", "url", "event_names", "is_active", "version")
        return _form_page(request, WebhookForm(initial={name: getattr(endpoint, name) for name in names}), endpoint)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        endpoint, form = self.endpoint(request, pk), WebhookForm(request.POST)
        if not form.is_valid():
            return _form_page(request, form, endpoint, status=422)
        try:
            webhooks.change_endpoint(
                endpoint_id=pk,
                changes=form.values(),
                known=publishing.declared(),
                version=form.cleaned_data["version"],
                by=request.user,  # type: ignore[arg-type]
            )
        except InvalidValue as error:
            return _refused(request, form, error, endpoint)
        except StaleVersion as error:
            form.add_error(None, str(error))
            return _form_page(request, form, endpoint, status=409)
        toast(request, _("Saved."))
        return redirect("core:webhook_card", pk=pk)


class WebhookCard(WebhookPage, TemplateView):
    template_name = "api/webhook_card.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, endpoint = self.request.user, self.endpoint(self.request, kwargs["pk"])
        known = publishing.declared()
        return super().get_context_data(
            **kwargs,
            endpoint=endpoint,
            hears=[(name, known[name].label if name in known else name) for name in endpoint.event_names],
            calls=selectors.calls_of(user, endpoint=endpoint)[:20],  # type: ignore[arg-type]
            key=uuid4(),
        )


class WebhookTest(WebhookPage, View):
    """Call the endpoint with a greeting; how it went stands on its card."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.endpoint(request, pk)
        key = request.POST.get("key", "")[:40] or str(uuid4())
        webhooks.send_test(endpoint_id=pk, key=key, at=timezone.now(), by=request.user)  # type: ignore[arg-type]
        toast(request, _("A test call is on its way; the list of calls shows how it went."), level="info")
        return redirect("core:webhook_card", pk=pk)


class WebhookSecret(WebhookPage, View):
    """Another secret, after a question: from then on the old one signs nothing."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return render(request, "api/webhook_secret.html", {"endpoint": self.endpoint(request, pk)})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        endpoint = self.endpoint(request, pk)
        version = request.POST.get("version", "")
        try:
            made = webhooks.renew_secret(
                endpoint_id=pk,
                version=int(version) if version.isdecimal() else 0,
                by=request.user,  # type: ignore[arg-type]
            )
        except StaleVersion as error:
            context = {"endpoint": endpoint, "error": error}
            return render(request, "api/webhook_secret.html", context, status=409)
        return _secret_page(request, made)


class CallList(WebhookPage, TemplateView):
    """The calls of webhooks; first those that were given up and wait for a person."""

    template_name = "api/call_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state = self.request.GET.get("show", "dead")
        rows = selectors.calls_of(self.request.user, state=state)  # type: ignore[arg-type]
        page = Paginator(rows, PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(page=page, shown=state, **kwargs)


class CallCard(WebhookPage, View):
    """One call: what is told, how it went, and the button to send it again."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(request, pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        call = get_object_or_404(selectors.calls_of(request.user), pk=pk)  # type: ignore[arg-type]
        try:
            message = retry_message(message_id=call.message_id, by=request.user)  # type: ignore[arg-type]
        except NotAllowed as error:
            return self._page(request, pk, error=error, status=403)
        if message.status == OutboxStatus.SENT:
            return self._page(request, pk, error=_("It arrived already; it is not sent twice."), status=409)
        toast(request, _("It is on its way again."))
        return redirect("core:webhook_call", pk=pk)

    def _page(self, request: HttpRequest, pk: int, *, error: object = None, status: int = 200) -> HttpResponse:
        call = get_object_or_404(selectors.calls_of(request.user), pk=pk)  # type: ignore[arg-type]
        context = {
            "call": call,
            "body": json.dumps(call.message.payload["body"], indent=2, ensure_ascii=False),
            "is_dead": call.message.status in selectors.DEAD,
            "may_retry": policy.allows(request.user, "core.manage_messages"),  # type: ignore[arg-type]
            "error": error,
        }
        return render(request, "api/call_card.html", context, status=status)


def _form_page(
    request: HttpRequest,
    form: WebhookForm,
    endpoint: WebhookEndpoint | None = None,
    *,
    key: str = "",
    status: int = 200,
) -> HttpResponse:
    return render(request, "api/webhook_form.html", {"form": form, "endpoint": endpoint, "key": key}, status=status)


def _refused(
    request: HttpRequest,
    form: WebhookForm,
    error: DomainError,
    endpoint: WebhookEndpoint | None = None,
    *,
    key: str = "",
) -> HttpResponse:
    field = error.params.get("field")
    form.add_error(field if field in form.fields else None, str(error.params.get("problem", error)))
    return _form_page(request, form, endpoint, key=key, status=422)


def _secret_page(request: HttpRequest, made: webhooks.NewEndpoint) -> HttpResponse:
    context = {"endpoint": made.endpoint, "secret": made.secret}
    response = render(request, "api/webhook_made.html", context)
    response["Cache-Control"] = "no-store"
    return response
