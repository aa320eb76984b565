"""PINs: the own one, and those of the operators."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from core.choices import Reach
from core.errors import DomainError, NotAllowed
from core.models import RoleGrant, User
from core.ui.access import Guarded
from core.ui.toasts import toast
from production.forms import PinForm
from production.models import OperatorBadge, OperatorPin
from production.services import pins

MANAGES = "production.manage_pins"


class PinPage(Guarded, View):
    """Set somebody's PIN. It is typed twice and never shown."""

    action = MANAGES
    closed_while_acting = True
    request: HttpRequest

    def person(self) -> User:
        raise NotImplementedError

    def next_url(self) -> str:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._page(PinForm(), 200)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, person = PinForm(request.POST), self.person()
        if not form.is_valid():
            return self._page(form, 422)
        try:
            pins.set_pin(user_id=person.pk, pin=form.cleaned_data["pin"], at=timezone.now(), by=request.user)  # type: ignore[arg-type]
        except NotAllowed:
            raise
        except DomainError as refused:
            form.add_error("pin", str(refused))
            return self._page(form, 409)
        toast(request, _("The PIN is set."))
        return HttpResponseRedirect(self.next_url())

    def _page(self, form: PinForm, status: int) -> HttpResponse:
        context = {"form": form, "person": self.person(), "back_url": self.next_url()}
        return render(self.request, "production/pin.html", context, status=status)


class OwnPin(PinPage):
    action = pins.WORKS

    def person(self) -> User:
        return self.request.user  # type: ignore[return-value]

    def next_url(self) -> str:
        return f"{reverse('production:shop_floor')}?choose"


class OperatorPinPage(PinPage):
    def person(self) -> User:
        return get_object_or_404(workers(), pk=self.kwargs["pk"])

    def next_url(self) -> str:
        return reverse("production:operator_list")


class Operators(Guarded, View):
    """Who works on the shop floor, who has a PIN or a badge, and who is locked out."""

    action = MANAGES

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = {row.user_id: row for row in OperatorPin.objects.select_related("set_by")}
        badges = {row.user_id: row for row in OperatorBadge.objects.all()}
        people = [(person, rows.get(person.pk), badges.get(person.pk)) for person in workers()]
        return render(request, "production/operator_list.html", {"people": people, "now": timezone.now()})


class RemovePin(Guarded, View):
    action = MANAGES
    closed_while_acting = True

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = get_object_or_404(workers(), pk=pk)
        pins.remove_pin(user_id=person.pk, by=request.user)  # type: ignore[arg-type]
        toast(request, _("%(person)s has no PIN any more.") % {"person": person})
        return HttpResponseRedirect(reverse("production:operator_list"))


def workers() -> Any:
    """Active people with a role by which somebody may report time."""
    grants = RoleGrant.objects.filter(action=pins.WORKS, reach__gt=Reach.NONE)
    found = User.objects.filter(is_active=True, role_assignments__role__grants__in=grants)
    return found.distinct().order_by("first_name", "last_name", "pk")
