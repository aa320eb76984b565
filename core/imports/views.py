"""The pages of an import, one per step. Each has an address of its own; the state is in the database."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core.errors import DomainError, NotAllowed
from core.imports import profiles, selectors, services
from core.imports.forms import ReadingForm, UploadForm
from core.imports.reading import Facts, FileRefused
from core.imports.services import OPEN_STATES
from core.models import ImportRun
from core.ui.access import Guarded
from core.ui.paging import SortKey, page_of

PAGE = 50


class RunList(Guarded, View):
    """Imports, the newest first: one's own, or everybody's for those who may see them."""

    action = "core.view_importrun"

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        page = page_of(
            selectors.runs_visible_to(user),
            [SortKey("pk", descending=True, nullable=False)],
            size=PAGE,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        )
        rows = [(run, profiles.by_key(run.profile)) for run in page.rows if run.profile in _known()]
        context = {"page": page, "rows": rows, "may_start": bool(profiles.allowed(user))}
        return render(request, "imports/run_list.html", context)


def _known() -> set[str]:
    return {profile.key for profile in profiles.everything()}


class Start(Guarded, View):
    """Step 1: which file, and what its rows are."""

    action = "core.view_importrun"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(UploadForm(choices=self.choices(), initial={"profile": request.GET.get("as", "")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES, choices=self.choices())
        if not form.is_valid():
            return self.show(form, status=422)
        file: Any = form.cleaned_data["file"]
        user: Any = request.user
        try:
            run = services.start_import(profile=form.cleaned_data["profile"], name=file.name, content=file, by=user)
        except FileRefused as refused:
            form.add_error("file", str(refused))
            return self.show(form, status=422)
        return redirect("core:import_file", run.uuid)

    def choices(self) -> list[tuple[str, Any]]:
        return [(profile.key, profile.label) for profile in self.allowed()]

    def allowed(self) -> list[profiles.ImportProfile]:
        user: Any = self.request.user
        found = profiles.allowed(user)
        if not found:
            raise PermissionDenied
        return found

    def show(self, form: UploadForm, status: int = 200) -> HttpResponse:
        chosen = form["profile"].value()
        context = {"form": form, "profiles": self.allowed(), "chosen": chosen, "step": 1}
        return render(self.request, "imports/start.html", context, status=status)


class RunView(Guarded, View):
    """What the pages of one import share. One that the user may not know of answers 404."""

    action = "core.view_importrun"

    def run(self) -> ImportRun:
        user: Any = self.request.user
        run = get_object_or_404(selectors.runs_visible_to(user), uuid=self.kwargs["uuid"])
        try:
            services.profile_for(run.profile, user)
        except LookupError as error:
            raise Http404 from error
        except NotAllowed as refused:
            raise PermissionDenied(str(refused)) from refused
        return run

    def done(self, run: ImportRun, page: str = "core:import_run") -> HttpResponseBase:
        return redirect(page, run.uuid)

    def refused(self, run: ImportRun, error: Exception, page: str = "core:import_run") -> HttpResponseBase:
        messages.error(self.request, str(error))
        return redirect(page, run.uuid)


class FilePage(RunView):
    """Step 2: what was found out about the file, with its first rows."""

    def get(self, request: HttpRequest, uuid: Any) -> HttpResponse:
        run = self.run()
        return self.show(run, ReadingForm(facts=Facts.from_json(run.facts)))

    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        run, user = self.run(), request.user
        facts = Facts.from_json(run.facts)
        form = ReadingForm(request.POST, facts=facts)
        if not form.is_valid():
            return self.show(run, form, status=422)
        try:
            services.read_differently(run_id=run.pk, options=form.changed_options(facts, run.options), by=user)  # type: ignore[arg-type]
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self.show(run, form, status=409)
        return self.done(run, "core:import_file" if "again" in request.POST else "core:import_columns")

    def show(self, run: ImportRun, form: ReadingForm, status: int = 200) -> HttpResponse:
        facts = Facts.from_json(run.facts)
        context = {"run": run, "profile": selectors.profile_of(run), "facts": facts, "form": form, "step": 2,
                   "is_open": run.state in OPEN_STATES and not run.imported_at}  # fmt: skip
        return render(self.request, "imports/file.html", context, status=status)


class ColumnsPage(RunView):
    """Step 3: which column fills which field."""

    def get(self, request: HttpRequest, uuid: Any) -> HttpResponse:
        run = self.run()
        saved = request.GET.get("saved", "")
        if saved.isdigit():
            self._take_over(run, int(saved))
        return self.show(run)

    def _take_over(self, run: ImportRun, pk: int) -> None:
        """Show a saved mapping; it is stored when the page is sent."""
        user: Any = self.request.user
        mapping = get_object_or_404(services.mappings_for(run.profile, user), pk=pk)
        names = {heading.lower(): name for heading, name in mapping.columns.items()}
        run.mapping = {
            str(place): names[heading.lower()]
            for place, heading in enumerate(run.facts["headings"])
            if heading.lower() in names
        }
        run.fixed = mapping.fixed

    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        run, user = self.run(), request.user
        places = range(len(run.facts["headings"]))
        mapping = {place: request.POST.get(f"column-{place}", "") for place in places}
        fixed = {name[6:]: text for name, text in request.POST.items() if name.startswith("fixed-")}
        key = request.POST.get("key", "")
        try:
            run = services.assign_columns(run_id=run.pk, mapping=mapping, fixed=fixed, key=key, by=user)  # type: ignore[arg-type]
            name = request.POST.get("keep", "").strip()
            if name:
                everybody = bool(request.POST.get("for_everybody"))
                services.keep_mapping(run_id=run.pk, name=name, for_everybody=everybody, by=user)  # type: ignore[arg-type]
            if "check" in request.POST:
                services.request_check(run_id=run.pk, by=user)  # type: ignore[arg-type]
        except DomainError as refused:
            run.mapping = {str(place): name for place, name in mapping.items() if name}
            run.fixed, run.options = fixed, {**run.options, "key": key}
            return self.show(run, error=refused, status=422)
        return self.done(run)

    def show(self, run: ImportRun, *, error: Any = None, status: int = 200) -> HttpResponse:
        profile, user = selectors.profile_of(run), self.request.user
        fields = profile.fields_for(user)  # type: ignore[arg-type]
        saved = list(services.mappings_for(run.profile, user))  # type: ignore[arg-type]
        mapped = set(run.mapping.values())
        context = {
            "run": run, "profile": profile, "fields": fields, "saved": saved, "error": error, "step": 3,
            "columns": selectors.columns_of(run, fields, saved),
            "others": [(field, run.fixed.get(field.name, "")) for field in fields if field.name not in mapped],
            "missing": [field for field in fields if field.required and field.name not in mapped],
            "keys": [] if profile.grouped else sorted(
                (field for field in fields if field.name in profile.keys),
                key=lambda field: profile.keys.index(field.name),
            ),
            "key": run.options.get("key", ""),
            "is_open": run.state in OPEN_STATES and not run.imported_at,
        }  # fmt: skip
        return render(self.request, "imports/columns.html", context, status=status)


class KeepMapping(RunView):
    """Keep the columns as they are assigned under a name."""

    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        run, name = self.run(), request.POST.get("name", "").strip()
        if not name:
            messages.error(request, _("Give the mapping a name."))
            return self.done(run)
        everybody = bool(request.POST.get("for_everybody"))
        services.keep_mapping(run_id=run.pk, name=name, for_everybody=everybody, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Mapping “{name}” kept.").format(name=name))
        return self.done(run)


class ForgetMapping(Guarded, View):
    """Remove a saved mapping."""

    action = "core.view_importrun"

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        from core.models import ImportMapping

        user: Any = request.user
        try:
            services.forget_mapping(mapping_id=pk, by=user)
        except ImportMapping.DoesNotExist as error:
            raise Http404 from error
        except NotAllowed as refused:
            raise PermissionDenied(str(refused)) from refused
        return redirect("core:import_list")
