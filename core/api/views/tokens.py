"""The screens of API keys: what there is, a new one with its secret shown once, and withdrawing one."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from core.api import selectors
from core.api.forms import TokenForm, asked, known_scopes
from core.api.services.tokens import NewToken, make_token, revoke_token
from core.errors import InvalidValue
from core.services.idempotency import once
from core.ui.access import Guarded
from core.ui.toasts import toast


class TokenPage(Guarded):
    action = "core.use_api"


class TokenList(TokenPage, TemplateView):
    """Own keys, or everybody's for who administers them. Three statements for any number."""

    template_name = "api/token_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, user = timezone.now(), self.request.user
        rows = [(token, selectors.state_of(token, now)) for token in selectors.tokens_of(user)[:500]]  # type: ignore[arg-type]
        others = any(token.user_id != user.pk for token, _state in rows)
        return super().get_context_data(rows=rows, shows_owners=others, **kwargs)


class TokenNew(TokenPage, View):
    """Make a key. The answer to the form is the one page that shows it; it is stored nowhere."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, TokenForm(initial={"key": uuid4()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TokenForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        made: list[NewToken] = []

        def make() -> int:
            at = timezone.now()
            made.append(
                make_token(
                    name=form.cleaned_data["name"],
                    scopes=form.scopes(),
                    known_scopes=known_scopes(),
                    expires_at=form.expires_at(at),
                    at=at,
                    by=request.user,  # type: ignore[arg-type]
                )
            )
            return made[0].token.pk

        try:
            once(scope=f"api-key:{request.user.pk}", key=form.cleaned_data["key"], body=asked(request), run=make)
        except InvalidValue as error:
            form.add_error(None, str(error.params["problem"]))
            return self._page(request, form, status=422)
        if not made:
            toast(
                request,
                _("This key was made already. It was shown once; make another one if it is lost."),
                level="info",
            )
            return redirect("core:api_token_list")
        response = render(request, "api/token_made.html", {"token": made[0].token, "secret": made[0].secret})
        response["Cache-Control"] = "no-store"
        return response

    def _page(self, request: HttpRequest, form: TokenForm, status: int = 200) -> HttpResponse:
        return render(request, "api/token_form.html", {"form": form}, status=status)


class TokenRevoke(TokenPage, View):
    """Withdraw a key, after a question."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        token = get_object_or_404(selectors.tokens_of(request.user), pk=pk)  # type: ignore[arg-type]
        return render(request, "api/token_revoke.html", {"token": token})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        token = get_object_or_404(selectors.tokens_of(request.user), pk=pk)  # type: ignore[arg-type]
        revoke_token(token_id=token.pk, at=timezone.now(), by=request.user)  # type: ignore[arg-type]
        toast(request, _("“{name}” opens nothing any more.").format(name=token.name))
        return redirect("core:api_token_list")
