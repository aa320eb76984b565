"""What people do with their own access: where they are signed in, a second factor, which branch they work in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from core.access import acting, factors, scope, services, sessions
from core.access.views.base import Closed, me, safe_next
from core.ui.access import Guarded


class SessionList(Closed, TemplateView):
    """Where I am signed in."""

    action = None
    template_name = "access/sessions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = sessions.live_sessions(me(self.request), at=timezone.now())
        here = sessions.hash_of(str(self.request.session.session_key))
        return super().get_context_data(sessions=rows, here=here, **kwargs)


class SessionEnd(Closed, View):
    """Sign out in one place."""

    action = None

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(me(request).sessions, pk=pk)
        services.end_session(session_id=row.pk, by=me(request))
        messages.success(request, _("Signed out there."))
        return HttpResponseRedirect(reverse("core:session_list"))


class SessionEndOthers(Closed, View):
    """Sign out everywhere but here."""

    action = None

    def post(self, request: HttpRequest) -> HttpResponse:
        services.end_sessions(user_id=me(request).pk, by=me(request), except_key=str(request.session.session_key))
        messages.success(request, _("Signed out everywhere else."))
        return HttpResponseRedirect(reverse("core:session_list"))


class SecondFactor(Closed, TemplateView):
    """Where somebody is led whose role needs a second factor and who has none."""

    action = None
    template_name = "access/second_factor.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if factors.has_one(me(request)):
            return HttpResponseRedirect(safe_next(request, reverse("home")))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        needed = factors.is_needed(me(self.request))
        return super().get_context_data(needed=needed, must_now=getattr(self.request, "needs_factor", False), **kwargs)


class ScopeChange(Guarded, View):
    """Choose the legal entity and branch that lists and figures are narrowed to."""

    action = None

    def post(self, request: HttpRequest) -> HttpResponse:
        if not scope.choose(request, request.POST.get("scope", "")):
            messages.error(request, _("You have no right in that branch."))
        return HttpResponseRedirect(safe_next(request, reverse("home")))


class ActingStop(Guarded, View):
    """Be oneself again."""

    action = None

    def post(self, request: HttpRequest) -> HttpResponse:
        person = getattr(request, "acting", None)
        acting.leave(request)
        if person is not None:
            messages.success(request, _("You work in your own name again."))
            return HttpResponseRedirect(reverse("core:user_card", args=[person.person_id]))
        return HttpResponseRedirect(reverse("home"))
