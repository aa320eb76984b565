"""What the pages of access share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import FormView

from core.errors import DomainError, StaleVersion
from core.models import User
from core.settingspages import story
from core.ui.access import Guarded


class Closed(Guarded):
    """A page that nobody uses in another's name."""

    closed_while_acting = True


class AsksAgain:
    """A page that asks who it is when the last answer is a while ago. Stands behind `Guarded` in the bases.

    What was sent is kept meanwhile and done after the answer.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return reauthentication_required(super().dispatch, app="core")(request, *args, **kwargs)  # type: ignore[misc]


class ServiceForm(FormView, ABC):
    """A form whose service may refuse: 422 for what is not valid, 409 beside the field for what is refused."""

    refused_field: str | None = None

    @abstractmethod
    def call(self, form: Any) -> HttpResponse:
        """Call the service of this page and answer. Each page says which."""

    def seen(self) -> str:
        """What the form is filled from, where two people may edit the same; see `core.services.fingerprints`."""
        return ""

    @property
    def was_seen(self) -> str:
        """What the form that came back was filled from."""
        return self.request.POST.get("seen", "")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(seen=self.seen(), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return self.call(form)
        except StaleVersion as error:
            form.add_error(None, str(error))
            context = self.get_context_data(form=form, clash=story.clash(form))
            return self.render_to_response(context, status=409)
        except DomainError as error:
            form.add_error(self.refused_field if self.refused_field in form.fields else None, str(error))
            return self.render_to_response(self.get_context_data(form=form), status=409)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


def me(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The address a form wants to go back to, when it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else fallback
