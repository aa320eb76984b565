"""The pages of an import, one per step. Each has an address of its own; the state is in the database."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from core.errors import DomainError, NotAllowed
from core.imports import mending, profiles, selectors, services
from core.imports.choices import RowState, RunState, TwinAction
from core.imports.forms import ReadingForm, UploadForm
from core.imports.reading import Facts, FileRefused
from core.imports.services import APPLY, OPEN_STATES
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


class RunPage(RunView):
    """Steps 4 to 6: the check and what it found, the import, its report, the way back."""

    def get(self, request: HttpRequest, uuid: Any) -> HttpResponse:
        run = self.run()
        if run.state == RunState.UPLOADED and not request.headers.get("HX-Request"):
            return redirect("core:import_file", run.uuid)
        template = "imports/_run.html" if request.headers.get("HX-Request") else "imports/run.html"
        response = render(request, template, self.context(run))
        patch_vary_headers(response, ["HX-Request"])
        return response

    def context(self, run: ImportRun) -> dict[str, Any]:
        if run.is_busy and run.job is not None and not run.job.is_open:  # it ended without a word
            run.state, run.error = RunState.FAILED, run.job.error or _("Cancelled.")
        after = self.request.GET.get("after", "0")
        line = int(after) if after.isdigit() else 0
        context: dict[str, Any] = {
            "run": run, "profile": selectors.profile_of(run), "step": 5 if run.imported_at else 4,
            "is_open": run.state in OPEN_STATES and not run.imported_at,
            "can_go_on": run.state == RunState.FAILED and run.job is not None and run.job.kind == APPLY,
            "default": run.options.get("twins", TwinAction.SKIP), "actions": TwinAction.choices,
        }  # fmt: skip
        if run.counts and not run.is_busy:
            context["counts"] = [(state, RowState(state).label, run.count(state)) for state in RowState.values]
            context["good"] = sum(run.count(state) for state in (RowState.NEW, RowState.CHANGED, RowState.SAME))
            context["bad"] = run.count(RowState.BAD) + run.count(RowState.HELD)
            context["problems"], context["more_problems"] = selectors.problems_of(run, after=line)
            if run.state == RunState.CHECKED:
                context["twins"], context["more_twins"] = selectors.twins_of(run, after=line)
        if run.state == RunState.UNDONE:
            context["kept"] = selectors.kept_changes(run)
        context["can_undo"] = bool(run.imported_at) and run.state in (RunState.DONE, RunState.FAILED)
        return context


class Check(RunView):
    """Ask for the dry run."""

    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        run = self.run()
        try:
            services.request_check(run_id=run.pk, by=request.user)  # type: ignore[arg-type]
        except DomainError as refused:
            return self.refused(run, refused)
        return self.done(run)


class Twins(RunView):
    """Store what is to be done with likely twins."""

    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        run = self.run()
        chosen = {name[5:]: str(text) for name, text in request.POST.items() if name.startswith("line-")}
        actions = {int(line): text for line, text in chosen.items() if line.isdigit()}
        try:
            services.choose_for_twins(
                run_id=run.pk,
                by=request.user,  # type: ignore[arg-type]
                default=request.POST.get("default", ""),
                actions=actions,
            )
            if "import" in request.POST:
                services.request_import(run_id=run.pk, by=request.user)  # type: ignore[arg-type]
        except DomainError as refused:
            return self.refused(run, refused)
        return self.done(run)


class RowsToMend(RunView):
    """The bad rows as a file, with what is wrong."""

    def get(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        run = self.run()
        try:
            services.path_of(run)
        except DomainError as refused:
            return self.refused(run, refused)
        response = StreamingHttpResponse(mending.lines_to_mend(run), content_type="text/csv; charset=utf-8")
        stem = "".join(letter if letter.isalnum() else "-" for letter in run.name.rpartition(".")[0] or run.name)[:80]
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{_quoted(stem)}-to-mend.csv"
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text)


class Import(RunView):
    """Ask for the import."""

    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        run = self.run()
        try:
            services.request_import(run_id=run.pk, by=request.user)  # type: ignore[arg-type]
        except DomainError as refused:
            return self.refused(run, refused)
        return self.done(run)


class Undo(RunView):
    """Ask whether to take the import back, then do it."""

    def get(self, request: HttpRequest, uuid: Any) -> HttpResponse:
        run = self.run()
        return render(request, "imports/undo.html", {"run": run, "profile": selectors.profile_of(run), "step": 5})

    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        run = self.run()
        try:
            services.request_undo(run_id=run.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        except DomainError as refused:
            return self.refused(run, refused)
        return self.done(run)


class Discard(RunView):
    """Throw away a file that was not imported."""

    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        run = self.run()
        try:
            services.discard_run(run_id=run.pk, by=request.user)  # type: ignore[arg-type]
        except DomainError as refused:
            return self.refused(run, refused)
        messages.success(request, _("“{file}” is thrown away.").format(file=run.name))
        return redirect("core:import_list")
