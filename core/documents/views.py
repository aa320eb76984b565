"""Pages of papers: asking for one, watching it being made, its versions, its file; labels."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from core.documents import selectors
from core.documents.batches import label_kind, print_labels, print_papers
from core.documents.errors import UnknownPaper
from core.documents.forms import LabelForm
from core.documents.making import PDF
from core.documents.selectors import PaperState
from core.documents.services import request_paper
from core.errors import DomainError, NotAllowed
from core.ui.access import Guarded
from core.ui.toasts import toast


def answer_part(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


class PaperView(Guarded, View):
    """Every signed-in person may try: whether he may know of the record decides, and answers 404."""

    action = None

    def found(self, kind: str, record_id: int) -> tuple[Any, Any]:
        found = selectors.record_of(kind, record_id, self.request.user)  # type: ignore[arg-type]
        if found is None:
            raise Http404
        return found

    def part(self, state: PaperState, *, error: Any = None) -> HttpResponse:
        context = {"state": state, "error": error}
        return answer_part(self.request, "documents/_paper.html", context, status=409 if error else 200)


class PaperNew(PaperView):
    """Ask for a paper: the row of the panel for htmx, the page of its versions without."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        record_id = request.POST.get("record", "")
        if not record_id.isdigit() or len(record_id) > 18:
            raise Http404
        paper, record = self.found(request.POST.get("kind", ""), int(record_id))
        error: DomainError | None = None
        try:
            request_paper(kind=paper.kind, record_id=record.pk, by=request.user)  # type: ignore[arg-type]
        except DomainError as refused:
            error = refused
        if request.headers.get("HX-Request"):
            return self.part(selectors.paper_of(record, paper), error=error)
        if error is not None:
            toast(request, error, level="bad")
        return redirect("core:paper_history", paper.kind, record.pk)


class PaperStatePart(PaperView):
    """How far a paper is; asked for every second while the panel is looked at."""

    def get(self, request: HttpRequest, kind: str, record_id: int) -> HttpResponseBase:
        paper, record = self.found(kind, record_id)
        if not request.headers.get("HX-Request"):
            response: HttpResponseBase = redirect("core:paper_history", kind, record_id)
            patch_vary_headers(response, ["HX-Request"])
            return response
        return self.part(selectors.paper_of(record, paper))


class PaperHistory(PaperView):
    """All versions of a paper: when, by whom, in which language."""

    def get(self, request: HttpRequest, kind: str, record_id: int) -> HttpResponse:
        paper, record = self.found(kind, record_id)
        context = {
            "paper": paper,
            "record": record,
            "state": selectors.paper_of(record, paper),
            "versions": selectors.versions_of(record, kind),
            "card": selectors.address_of(record),
        }
        return render(request, "documents/history.html", context)


class PaperFile(PaperView):
    """The file of one version, shown in the browser or downloaded. Not there yet: the page of its versions."""

    def get(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        found = selectors.document_for(uuid, request.user)  # type: ignore[arg-type]
        if found is None:
            raise Http404
        _paper, record, document = found
        if not document.is_ready:
            return redirect("core:paper_history", document.kind, record.pk)
        try:
            content = document.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(
            content, as_attachment="download" in request.GET, filename=document.name, content_type=PDF
        )
        return harden(response)


def harden(response: HttpResponseBase) -> HttpResponseBase:
    """Headers of stored files: the browser takes them for what we say, runs nothing in them and keeps no copy."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


class PaperBatch(Guarded, View):
    """Papers of many records in one file, made in the background."""

    action = None

    def post(self, request: HttpRequest) -> HttpResponseBase:
        ids = [int(part) for part in request.POST.getlist("ids") if part.isdigit() and len(part) < 19]
        try:
            job = print_papers(kind=request.POST.get("kind", ""), ids=ids, by=request.user)  # type: ignore[arg-type]
        except UnknownPaper as error:
            raise Http404 from error
        except NotAllowed as error:
            raise PermissionDenied from error
        except DomainError as refused:
            toast(request, refused, level="bad")
            return redirect(came_from(request))
        return redirect(job)


def came_from(request: HttpRequest) -> str:
    """The page of ours a form stood on, else the home page."""
    referrer = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        referrer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return referrer if is_ours else reverse("home")


class Labels(Guarded, View):
    """Choose sheet and copies, then print labels in the background."""

    action = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            try:
                self.labelled = label_kind(kwargs["kind"])
            except UnknownPaper as error:
                raise Http404 from error
        return super().dispatch(request, *args, **kwargs)

    def needed_action(self) -> str | None:
        return self.labelled.view_action

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        return self._page(LabelForm(initial={"ids": ",".join(request.GET.getlist("ids"))}))

    def post(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        form = LabelForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        try:
            job = print_labels(kind=kind, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self._page(form, status=409)
        return redirect(job)

    def _page(self, form: LabelForm, *, status: int = 200) -> HttpResponse:
        ids = str(form["ids"].value() or "").split(",")
        keys = [int(part) for part in ids if part.isdigit() and len(part) < 19]
        rows = self.labelled.visible_to(self.request.user).filter(pk__in=keys)  # type: ignore[arg-type]
        context = {"form": form, "labelled": self.labelled, "records": rows[:12], "count": rows.count()}
        return render(self.request, "documents/labels_form.html", context, status=status)
