"""The crew's form on a phone: opened by a link, without a sign-in; works without a signal once it was opened.

A script posts pictures one by one and then the report, and asks for JSON; a plain form posts all at once and gets
pages. The token in the address is the permission, so no cookie counts here and no CSRF token is asked for.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from core.errors import DomainError, LinkNotUsable
from core.services.attachments import MAX_BYTES, PictureTooLarge
from core.ui.access import Open, refuse_what_is_off
from support.choices import UploadKind, VisitStatus
from support.errors import PictureMissing
from support.forms import LEAST_PHOTOS, ReportForm
from support.models import InstallationVisit
from support.registers import when
from support.reporting_forms import report_of
from support.selectors.visits import came_back, lines_of, parts_named, parts_offered
from support.services import crew_links, visits
from support.services.reports import MAX_PHOTOS, VisitReport, VisitResult, result_of
from support.services.uploads import upload_picture
from support.views.visits import named_in

OVER = (VisitStatus.DONE, VisitStatus.FAILED)
FREQUENT = 5
KEY_LENGTH = 60


@method_decorator(csrf_exempt, name="dispatch")
class OfLink(Open, View):
    """A page behind a crew's link. If it does not open, it says whom to call: 410 if old, 403 if wrong."""

    why_open = "the link's token opens one visit: random, stored as a hash, expiring, withdrawable"
    visit: InstallationVisit

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refuse_what_is_off(request)
        try:
            self.visit = crew_links.visit_of_link(token=kwargs["token"], at=timezone.now())
            response = super().dispatch(request, *args, **kwargs)
        except LinkNotUsable as refused:
            response = self._closed(refused, crew_links.visit_of_dead_link(kwargs["token"]))
        response.setdefault("Cache-Control", "no-store")
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "no-referrer"
        return response

    @property
    def wants_json(self) -> bool:
        return self.request.headers.get("Accept") == "application/json"

    def _closed(self, refused: LinkNotUsable, visit: InstallationVisit | None) -> HttpResponse:
        status = 410 if visit else 403
        if self.wants_json:
            return JsonResponse({"text": str(refused)}, status=status)
        return render(self.request, "support/phone/closed.html", {"visit": visit}, status=status)


class VisitPublic(OfLink):
    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if "lang" in request.GET:
            return self._in_language(request.GET["lang"])
        if self.visit.status in OVER:
            return self._reported()
        return self._page(self._form(), 200)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        key = request.POST.get("key", "")[:KEY_LENGTH]
        try:
            if self.visit.status in OVER:
                # Whatever is sent now, the first report stands; only its phone is told so for a failure.
                return self._done(self._submit(key, VisitReport()))
            form = self._form(request.POST, request.FILES)
            if not form.is_valid():
                return self._refused(form, 422)
            return self._done(self._send(key, form))
        except LinkNotUsable:
            raise
        except DomainError as refused:
            form = self._form(request.POST, request.FILES)
            form.is_valid()
            form.add_error(None, str(refused))
            missing = refused.params["keys"] if isinstance(refused, PictureMissing) else []
            return self._refused(form, 409, missing=missing)

    def _submit(self, key: str, report: VisitReport) -> VisitResult:
        return visits.submit_visit(token=self.kwargs["token"], submission_key=key, report=report, at=timezone.now())

    def _send(self, key: str, form: ReportForm) -> VisitResult:
        for file in [*form.cleaned_data["photos"], form.cleaned_data["signature"]]:
            _not_too_large(file)
        report, data = report_of(form), form.cleaned_data
        if data["outcome"] != "none":
            return self._submit(key, report)
        return visits.report_failure(
            token=self.kwargs["token"], submission_key=key, reason=data["reason"], report=report, at=timezone.now()
        )

    def _form(self, data: Any = None, files: Any = None) -> ReportForm:
        offered = parts_offered(self.visit)
        items = parts_named(named_in(data), offered) if data is not None else offered
        return ReportForm(data, files, items=items, least_photos=LEAST_PHOTOS)

    def _page(self, form: ReportForm, status: int) -> HttpResponse:
        context = {
            "visit": self.visit,
            "when": when(self.visit),
            "lines": lines_of(self.visit),
            "form": form,
            "often": form.part_fields[:FREQUENT],
            "seldom": form.part_fields[FREQUENT:],
            "least": LEAST_PHOTOS,
            "most": MAX_PHOTOS,
            "token": self.kwargs["token"],
            "languages": settings.LANGUAGES,
        }
        return render(self.request, "support/phone/form.html", context, status=status)

    def _reported(self) -> HttpResponse:
        came = came_back(self.visit)
        context = {"visit": self.visit, "result": result_of(self.visit), "photos": len(came.photos)}
        return render(self.request, "support/phone/reported.html", context)

    def _done(self, result: VisitResult) -> HttpResponse:
        if not self.wants_json:
            return HttpResponseRedirect(self.request.path)
        return JsonResponse(
            {"number": result.number, "status": result.status, "photos": result.photos, "parts": result.parts}
        )

    def _refused(self, form: ReportForm, status: int, missing: list[str] | None = None) -> HttpResponse:
        if not self.wants_json:
            return self._page(form, status)
        errors = {name: " ".join(map(str, texts)) for name, texts in form.errors.items() if name != "__all__"}
        text = " ".join(map(str, form.non_field_errors()))
        return JsonResponse({"errors": errors, "text": text, "missing": missing or []}, status=status)

    def _in_language(self, code: str) -> HttpResponse:
        response = HttpResponseRedirect(self.request.path)
        if code in dict(settings.LANGUAGES):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, code, max_age=365 * 24 * 3600, samesite="Lax",
                secure=self.request.is_secure(), httponly=True,
            )  # fmt: skip
        return response


class VisitPicture(OfLink):
    """Takes one picture of a report that is still being written."""

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        file, key, kind = request.FILES.get("picture"), request.POST.get("key", ""), request.POST.get("kind", "")
        if file is None or not 0 < len(key) <= KEY_LENGTH or kind not in UploadKind.values:
            return JsonResponse({"text": _("No picture came.")}, status=422)
        try:
            _not_too_large(file)
            kept = upload_picture(
                token=token, key=key, kind=UploadKind(kind), name=str(file.name), content=file.read(),
                at=timezone.now(),
            )  # fmt: skip
        except LinkNotUsable:
            raise
        except DomainError as refused:
            return JsonResponse({"text": str(refused), "code": refused.code}, status=409)
        return JsonResponse({"key": kept.key})


class VisitWorker(OfLink):
    """The service worker of the form. It lies beside the form, so it sees nothing else of the product."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
        response["Cache-Control"] = "no-cache"
        return response


@cache
def _worker() -> str:
    return (Path(settings.BASE_DIR) / "static" / "js" / "visit-worker.js").read_text(encoding="utf-8")


def _not_too_large(file: Any) -> None:
    """Refuse by the size that was announced, before the content is read into memory."""
    if file and file.size > MAX_BYTES:
        raise PictureTooLarge(name=file.name, limit="15 MB")
