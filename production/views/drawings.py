"""Drawings on the shop floor: a file of the recipe or the item, over the whole screen."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.generic import View

from core.documents.files import answer_with
from core.models import Attachment, User
from core.ui.access import Guarded
from production.models import Operation, Station, WorkCenter
from production.selectors.drawings import is_picture, shown_at
from production.views.floor import WORKS
from production.views.stations import AtStation


def found_at(center: WorkCenter, user: Any, uuid: Any) -> tuple[Attachment, Operation, list[Attachment]]:
    """A file that is shown at the centre; else there is none."""
    shown = shown_at(center.pk, user, uuid)
    if shown is None:
        raise Http404
    operation, files = shown
    return next(file for file in files if file.uuid == uuid), operation, files


class FloorDrawing(Guarded, View):
    """For somebody who is signed in as usual."""

    action = WORKS

    def get(self, request: HttpRequest, pk: int, uuid: Any) -> HttpResponse:
        rows = WorkCenter.objects.visible_to(request.user, WORKS).filter(is_active=True)  # type: ignore[arg-type]
        center = get_object_or_404(rows, pk=pk)
        file, operation, files = found_at(center, request.user, uuid)
        floor = reverse("production:floor_center", args=[pk])
        pages = [(one, reverse("production:floor_drawing", args=[pk, one.uuid])) for one in files]
        return _page(request, file, operation, pages, floor, reverse("core:file", args=[file.uuid]))


class StationDrawing(AtStation, View):
    """For whoever is at the tablet."""

    station: Station
    operator: User | None

    def get(self, request: HttpRequest, uuid: Any) -> HttpResponse:
        if self.operator is None:
            return HttpResponseRedirect(reverse("production:station_enter"))
        file, operation, files = found_at(self.station.center, self.operator, uuid)
        pages = [(one, reverse("production:station_drawing", args=[one.uuid])) for one in files]
        content = reverse("production:station_file", args=[file.uuid])
        return _page(request, file, operation, pages, reverse("production:station"), content)


class StationFile(AtStation, View):
    """The file itself, for whoever is at the tablet."""

    station: Station
    operator: User | None

    def get(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        if self.operator is None:
            return HttpResponse(status=401)
        file, _operation, _files = found_at(self.station.center, self.operator, uuid)
        return answer_with(file, download="download" in request.GET)


def _page(
    request: HttpRequest, file: Attachment, operation: Operation, pages: list[Any], floor: str, content: str
) -> HttpResponse:
    context = {
        "file": file, "operation": operation, "pages": pages, "content": content, "is_picture": is_picture(file),
        "back": f"{floor}?op={operation.pk}",
    }  # fmt: skip
    return render(request, "production/drawing.html", context)
