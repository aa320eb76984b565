"""What people do with their own access: where they are signed in, a second factor, which branch they work in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from core.access import acting, factors, forms, scope, services, sessions
from core.access.views.base import Closed, ServiceForm, me, safe_next
from core.models import User
from core.services import users
from core.services.fingerprints import fingerprint
from core.ui.access import Guarded

YEAR = 31_536_000


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


class Stay(Guarded, View):
    """Somebody is there: the session goes on. The middleware has noted it already."""

    action = None

    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=204)


class Profile(Closed, ServiceForm):
    """One's own name, language and time zone, and the ways to everything else of the own account."""

    action = None
    template_name = "access/profile.html"
    form_class = forms.ProfileForm
    refused_field = "language"

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(me(self.request), name) for name in forms.ProfileForm.base_fields}

    def seen(self) -> str:
        return fingerprint(User.objects.get(pk=me(self.request).pk))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = me(self.request)
        return super().get_context_data(
            has_factor=factors.has_one(user),
            places=user.sessions.count(),
            roles=user.role_assignments.values_list("role__name", flat=True).order_by("role__name"),
            **kwargs,
        )

    def call(self, form: Any) -> HttpResponse:
        users.choose_profile(changes=form.cleaned_data, seen=self.was_seen, by=me(self.request))
        messages.success(self.request, _("Saved."))
        answer = HttpResponseRedirect(reverse("core:profile"))
        chosen = form.cleaned_data["language"]
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", httponly=True)
        return answer


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
