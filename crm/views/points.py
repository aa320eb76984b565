"""Ways to reach a person or client, and a person's places at clients: added and taken away on the card."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.ui import registers
from core.ui.fields import RecordField
from core.ui.screens import OfRecord, Signed, back
from core.ui.sending import key_of, known_of, seen_of, send_once
from core.ui.toasts import toast
from crm.choices import Consent, ContactKind
from crm.models import Client, ContactPoint, Person, PersonRole
from crm.services import persons


class PointForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ContactKind.choices)
    value = forms.CharField(label=gettext_lazy("Address or number"), max_length=320)
    is_primary = forms.BooleanField(label=gettext_lazy("The first one to use"), required=False)


class PlaceForm(forms.Form):
    position = forms.CharField(label=gettext_lazy("Position"), max_length=120, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clients = RecordField(registers.by_key("crm.client"), user, label=_("Client"))
        self.fields = {"client": clients, **self.fields}


class AddSomething(OfRecord):
    """A small form of a card; what is wrong brings it back on a page of its own."""

    action = "crm.change_client"
    heading: Any = ""
    verb: Any = gettext_lazy("Save")
    sees: ClassVar[tuple[str, ...]] = ()

    def form(self, data: Any = None) -> forms.Form:
        raise NotImplementedError

    def keep(self, data: dict[str, Any]) -> str | None:
        """Call the service; the address of what came of it, where the work goes on there."""
        raise NotImplementedError

    def get(self, request: HttpRequest, register: str, pk: int) -> HttpResponse:
        return self._page(self.form(), 200)

    def post(self, request: HttpRequest, register: str, pk: int) -> HttpResponse:
        known = known_of(request)
        if known is not None:
            return self._done(known)
        form = self.form(request.POST)
        if not form.is_valid():
            return self._page(form, 422)

        def run() -> str:
            return self.keep(form.cleaned_data) or ""

        try:
            goes_on = send_once(request, run, record=self.record, sees=self.sees)
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self._page(form, 409)
        return self._done(goes_on)

    def _done(self, goes_on: str) -> HttpResponse:
        """On to what came of it, or back to where the form was asked for: the card, else the page in `next`."""
        request = self.request
        toast(request, _("Saved."))
        url = self.register.url_of(self.record)
        came_from = back(request, url) if "next" in request.POST else url
        return HttpResponseRedirect(goes_on if goes_on and came_from == url else came_from)

    def _page(self, form: forms.Form, status: int) -> HttpResponse:
        url = self.register.url_of(self.record)
        context = {"form": form, "record": self.record, "record_url": url, "heading": self.heading, "verb": self.verb}
        context |= {"key": key_of(self.request), "seen": seen_of(self.request, self.record, self.sees)}
        return render(self.request, "crm/compose.html", context, status=status)


class AddPoint(AddSomething):
    heading = gettext_lazy("Add a way to reach")

    def form(self, data: Any = None) -> forms.Form:
        return PointForm(data)

    def keep(self, data: dict[str, Any]) -> None:
        whose = {"client_id": self.record.pk} if isinstance(self.record, Client) else {"person_id": self.record.pk}
        persons.add_contact_point(by=self.request.user, **whose, **data)  # type: ignore[arg-type]


class AddPlace(AddSomething):
    heading = gettext_lazy("Add a client")

    def form(self, data: Any = None) -> forms.Form:
        return PlaceForm(data, user=self.request.user)

    def keep(self, data: dict[str, Any]) -> None:
        persons.add_person_to_client(
            person_id=self.record.pk,
            client_id=data["client"].pk,
            position=data["position"],
            by=self.request.user,  # type: ignore[arg-type]
        )


class OfPerson(Signed):
    """A row that hangs on a person or client the user may see."""

    action = "crm.change_client"

    def visible(self, point: Any) -> None:
        owner: Any = point.client if getattr(point, "client_id", None) and not point.person_id else point.person
        model: Any = Client if isinstance(owner, Client) else Person
        get_object_or_404(model.objects.visible_to(self.request.user), pk=owner.pk)

    def do(self, request: HttpRequest, work: Any) -> HttpResponse:
        try:
            work()
            toast(request, _("Saved."))
        except DomainError as refused:
            toast(request, refused, level="bad")
        return HttpResponseRedirect(back(request))


class RemovePoint(OfPerson):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        point = get_object_or_404(ContactPoint.objects.select_related("client", "person"), pk=pk)
        self.visible(point)
        return self.do(request, lambda: persons.remove_contact_point(point_id=pk, by=request.user))  # type: ignore[arg-type]


class SetConsent(OfPerson):
    action = "crm.set_consent"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        point = get_object_or_404(ContactPoint.objects.select_related("client", "person"), pk=pk)
        self.visible(point)
        consent = request.POST.get("consent", "")
        if consent not in Consent.values:
            return HttpResponse(status=400)
        return self.do(
            request,
            lambda: persons.set_consent(
                point_id=pk,
                consent=consent,
                at=timezone.now(),
                proof=request.POST.get("proof", ""),
                by=request.user,  # type: ignore[arg-type]
            ),
        )


class RemovePlace(OfPerson):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        role = get_object_or_404(PersonRole.objects.select_related("client", "person"), pk=pk)
        get_object_or_404(Person.objects.visible_to(request.user), pk=role.person_id)  # type: ignore[arg-type]
        return self.do(request, lambda: persons.remove_person_from_client(role_id=pk, by=request.user))  # type: ignore[arg-type]
