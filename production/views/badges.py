"""Badges of operators: a new one to be printed, a card somebody has, and taking it away."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from core.errors import DomainError, NotAllowed
from core.models import User
from core.ui.access import Guarded
from core.ui.toasts import toast
from production.forms import BadgeForm
from production.models import OperatorBadge
from production.services import badges
from production.views.pins import MANAGES, workers


class BadgePage(Guarded, View):
    """The badge of one person. `do=make` gives him a new one, `do=card` takes the card he has."""

    action = MANAGES
    closed_while_acting = True
    request: HttpRequest

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(self._person(pk), BadgeForm(), 200)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self._person(pk)
        known: dict[str, Any] = {"user_id": person.pk, "at": timezone.now(), "by": request.user}
        form = BadgeForm(request.POST if request.POST.get("do") == "card" else None)
        if form.is_bound and not form.is_valid():
            return self._page(person, form, 422)
        try:
            if form.is_bound:
                badges.set_badge(code=form.cleaned_data["code"], **known)
                toast(request, _("The badge is set."))
            else:
                after = request.POST.get("after", "")
                badges.make_badge(after=int(after) if after.isdigit() and len(after) < 9 else 0, **known)
                toast(request, _("The badge is made. Print it now."))
        except NotAllowed:
            raise
        except DomainError as refused:
            form.add_error("code", str(refused)) if form.is_bound else toast(request, refused, level="bad")
            return self._page(person, form, 409)
        return HttpResponseRedirect(reverse("production:operator_badge", args=[person.pk]))

    def _person(self, pk: int) -> User:
        return get_object_or_404(workers(), pk=pk)

    def _page(self, person: User, form: BadgeForm, status: int) -> HttpResponse:
        badge = OperatorBadge.objects.filter(user=person).select_related("set_by").first()
        context = {
            "person": person, "badge": badge, "form": form, "back_url": reverse("production:operator_list"),
            "can_print": badge is not None and badges.code_of(badge) != "",
        }  # fmt: skip
        return render(self.request, "production/badge.html", context, status=status)


class RemoveBadge(Guarded, View):
    action = MANAGES
    closed_while_acting = True

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = get_object_or_404(workers(), pk=pk)
        badges.take_badge_away(user_id=person.pk, by=request.user)  # type: ignore[arg-type]
        toast(request, _("%(person)s has no badge any more.") % {"person": person})
        return HttpResponseRedirect(reverse("production:operator_list"))
