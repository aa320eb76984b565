"""The settings pages of own fields."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from core.actors import Actor
from core.choices import FieldKind
from core.customfields import defining
from core.customfields.errors import DefinitionRefused, KeyTaken, OptionsGone
from core.customfields.fields import carriers, targets
from core.customfields.forms import ICONS, MEANT_FOR, FieldForm, option_rows, options_from
from core.errors import DomainError, StaleVersion
from core.models import CustomField, Role
from core.ui.access import Guarded
from core.ui.toasts import toast


class FieldPage(Guarded):
    action = "core.manage_custom_fields"
    switch = "own_fields"


def kind_of_record(request: HttpRequest) -> str:
    """The kind of record that a page is about; the first one where none is named. Raises Http404."""
    known = carriers()
    wanted = request.GET.get("of") or request.POST.get("of") or next(iter(known))
    if wanted not in known:
        raise Http404("no such kind of record")
    return wanted


def list_url(model: str) -> str:
    return f"{reverse('core:own_field_list')}?of={model}"


def plural_of(model: str) -> str:
    return str(carriers()[model]._meta.verbose_name_plural)


class FieldList(FieldPage, TemplateView):
    """The own fields of one kind of record, with tabs for the others. Constant statements."""

    template_name = "customfields/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        model = kind_of_record(self.request)
        rows = list(CustomField.objects.filter(model=model).select_related("currency").order_by("position", "pk"))
        counts = dict(CustomField.objects.filter(is_active=True).values_list("model").annotate(count=Count("pk")))
        tabs = [(label, capfirst(plural_of(label)), counts.get(label, 0)) for label in carriers()]
        return super().get_context_data(
            model=model,
            plural=plural_of(model),
            tabs=tabs,
            fields=[field for field in rows if field.is_active],
            retired=[field for field in rows if not field.is_active],
            roles=dict(Role.objects.values_list("code", "name")),
            icons=ICONS,
            targets={label: capfirst(str(kind._meta.verbose_name)) for label, kind in targets().items()},
        )


class FieldEditor(FieldPage, View, ABC):
    """What creating and editing share: the form, the rows of choices, refusals beside what they are about."""

    field: CustomField | None = None

    def show(self, kind: str, form: FieldForm, rows: Any, *, quiet: bool = False, status: int = 200) -> HttpResponse:
        model = self.field.model if self.field else kind_of_record(self.request)
        context = {
            "form": form,
            "rows": rows,
            "quiet": quiet,
            "kind": kind,
            "kind_label": FieldKind(kind).label,
            "kind_icon": ICONS[FieldKind(kind)],
            "kinds": FieldKind.choices,
            "field": self.field,
            "model": model,
            "plural": plural_of(model),
            "list_url": list_url(model),
        }
        return render(self.request, "customfields/form.html", context, status=status)

    def fill(self, request: HttpRequest, kind: str) -> HttpResponse:
        form = FieldForm(request.POST, kind=kind, field=self.field)
        rows = option_rows(kind, self.field, request.POST)
        if "more" in request.POST:
            return self.show(kind, form, rows, quiet=True)
        if not (form.is_valid() and (rows is None or rows.is_valid())):
            return self.show(kind, form, rows, status=422)
        parts = {**form.parts(), "kind": kind}
        if rows is not None:
            parts["options"] = options_from(rows)
        try:
            self.save(parts, form.cleaned_data.get("version"), request.user)  # type: ignore[arg-type]
        except DomainError as refused:
            return self.show(kind, refuse(form, refused), rows, status=409)
        return redirect(list_url(self.field.model if self.field else kind_of_record(request)))

    @abstractmethod
    def save(self, parts: dict[str, Any], version: int | None, user: Actor) -> None:
        """Call the service that creates the field, or the one that changes it."""


def refuse(form: FieldForm, refused: DomainError) -> FieldForm:
    """Put a refusal beside the part of the form that it is about."""
    place: str | None = None
    if isinstance(refused, KeyTaken):
        place = "key"
    elif isinstance(refused, DefinitionRefused):
        place = refused.params["field"]
    if place not in form.fields:
        place = None
    if isinstance(refused, StaleVersion):
        form.add_error(None, _("Somebody changed this field meanwhile. Look at it again before you save."))
    elif isinstance(refused, OptionsGone) or place is None:
        form.add_error(None, str(refused))
    else:
        form.add_error(place, str(refused))
    return form


def chosen_kind(wanted: str | None) -> str:
    if wanted not in FieldKind.values:
        raise Http404("no such kind of field")
    return wanted


class FieldNew(FieldEditor):
    """First what the field holds, then the rest."""

    def get(self, request: HttpRequest) -> HttpResponse:
        model = kind_of_record(request)
        if "kind" not in request.GET:
            kinds = [(kind, FieldKind(kind).label, MEANT_FOR[kind], ICONS[FieldKind(kind)]) for kind in MEANT_FOR]
            context = {"model": model, "plural": plural_of(model), "kinds": kinds, "list_url": list_url(model)}
            return render(request, "customfields/kinds.html", context)
        kind = chosen_kind(request.GET["kind"])
        return self.show(kind, FieldForm(kind=kind), option_rows(kind))

    def post(self, request: HttpRequest) -> HttpResponse:
        return self.fill(request, chosen_kind(request.POST.get("kind")))

    def save(self, parts: dict[str, Any], version: int | None, user: Actor) -> None:
        made = defining.define_field(model=kind_of_record(self.request), by=user, **parts)
        toast(self.request, _("{label} can be filled now.").format(label=made.label))


class FieldEdit(FieldEditor):
    """Change a definition; `?kind=` offers it as another kind, which is refused while there are values."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        field = self.known()
        kind = chosen_kind(request.GET.get("kind", field.kind))
        return self.show(kind, FieldForm(kind=kind, field=field), option_rows(kind, field))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        field = self.known()
        return self.fill(request, chosen_kind(request.POST.get("kind", field.kind)))

    def known(self) -> CustomField:
        if self.field is None:
            self.field = get_object_or_404(CustomField, pk=self.kwargs["pk"], model__in=carriers())
        return self.field

    def save(self, parts: dict[str, Any], version: int | None, user: Actor) -> None:
        saved = defining.change_field(field_id=self.known().pk, changes=parts, version=version, by=user)
        toast(self.request, _("{label} is saved.").format(label=saved.label))


class FieldVerb(FieldPage, View, ABC):
    """One button of the list."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        field = get_object_or_404(CustomField, pk=pk, model__in=carriers())
        self.do(field, request.user)  # type: ignore[arg-type]
        return redirect(list_url(field.model))

    @abstractmethod
    def do(self, field: CustomField, user: Actor) -> None:
        """Call the service of this button. Each button says which."""


class FieldMove(FieldVerb):
    def do(self, field: CustomField, user: Actor) -> None:
        defining.move_field(field_id=field.pk, up=self.request.POST.get("to") == "up", by=user)


class FieldRetire(FieldVerb):
    def do(self, field: CustomField, user: Actor) -> None:
        defining.retire_field(field_id=field.pk, by=user)
        toast(self.request, _("{label} is out of use. Its values stay.").format(label=field.label))


class FieldRestore(FieldVerb):
    def do(self, field: CustomField, user: Actor) -> None:
        defining.restore_field(field_id=field.pk, by=user)
        toast(self.request, _("{label} is in use again.").format(label=field.label))


class FieldRetry(FieldVerb):
    def do(self, field: CustomField, user: Actor) -> None:
        defining.retry_index(field_id=field.pk, by=user)
        toast(self.request, _("The fast filter of {label} is being built again.").format(label=field.label))
