"""Tablets of the shop floor: opened by the lead, entered by PIN or badge, and the kiosk of whoever is at it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import View

from core.errors import DomainError
from core.models import Attachment, User
from core.ui.access import Guarded, Open
from core.ui.toasts import toast
from production.errors import BadgeUnknown, NothingScanned, PinLocked
from production.models import OperatorPin, Station, WorkCenter
from production.selectors.open_work import scanned_job
from production.services import stations
from production.views.floor import FloorPage
from production.views.pins import workers

COOKIE = "station"
KEPT_FOR = 400 * 24 * 3600  # browsers keep a cookie no longer
OPENS = "production.open_station"
SHOWN = 60


class OpenStation(Guarded, View):
    """Make this tablet the station of a work centre. The lead is signed out: the tablet is for operators only."""

    action = OPENS
    closed_while_acting = True

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return render(request, "production/station_open.html", {"center": self._center(pk)})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        token = stations.open_station(center_id=self._center(pk).pk, at=timezone.now(), by=request.user)  # type: ignore[arg-type]
        logout(request)
        answer = HttpResponseRedirect(reverse("production:station"))
        answer.set_cookie(
            COOKIE, token, max_age=KEPT_FOR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
            path=reverse("production:station"),
        )  # fmt: skip
        return answer

    def _center(self, pk: int) -> WorkCenter:
        rows = WorkCenter.objects.visible_to(self.request.user, OPENS).filter(is_active=True)  # type: ignore[arg-type]
        return get_object_or_404(rows, pk=pk)


class CloseStation(Guarded, View):
    """Take a tablet out of use, wherever it is."""

    action = OPENS

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        centers = WorkCenter.objects.visible_to(request.user, OPENS)  # type: ignore[arg-type]
        station = get_object_or_404(Station.objects.filter(center__in=centers), pk=pk)
        stations.close_station(station_id=station.pk, at=timezone.now(), by=request.user)  # type: ignore[arg-type]
        toast(request, _("The tablet is no station any more."))
        return HttpResponseRedirect(reverse("production:center_card", args=[station.center_id]))


class AtStation(Open):
    """A page of a tablet: it shows its secret, or hears that it is no station."""

    why_open = "a tablet that a production lead opened; operators come in by PIN or badge and see this work centre only"
    request: HttpRequest

    @property
    def token(self) -> str:
        return self.request.COOKIES.get(COOKIE, "")

    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.station = stations.station_of(self.token)
        if self.station is None:  # what was pressed is kept on the device until it is a station again
            return render(request, "production/station_closed.html", status=200 if request.method == "GET" else 401)
        self.operator = stations.operator_of(self.station, timezone.now())
        return super().dispatch(request, *args, **kwargs)


class StationFloor(AtStation, FloorPage):
    """The kiosk of the tablet. Without anybody at it, it asks who comes."""

    station: Station
    operator: User | None

    @property
    def center(self) -> WorkCenter:  # type: ignore[override]
        return self.station.center

    @property
    def actor(self) -> Any:
        return self.operator

    def back_url(self) -> str:
        return ""

    def scan_url(self) -> str:
        return reverse("production:station_scan")

    def drawing_url(self, file: Attachment) -> str:
        return reverse("production:station_drawing", args=[file.uuid])

    def file_url(self, file: Attachment) -> str:
        return reverse("production:station_file", args=[file.uuid])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.operator is None:
            return HttpResponseRedirect(reverse("production:station_enter"))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.operator is None:  # the device keeps the press until he is back
            return HttpResponse(status=401)
        stations.touch(station_id=self.station.pk, at=timezone.now())
        return super().post(request, *args, **kwargs)


class EnterStation(AtStation, View):
    """Who comes? A badge is scanned, or a name chosen and the PIN typed."""

    station: Station
    operator: User | None

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request.GET.get("who", ""))

    def post(self, request: HttpRequest) -> HttpResponse:
        who, pin = request.POST.get("who", ""), request.POST.get("pin", "")
        try:
            if "badge" in request.POST:
                stations.enter_by_badge(token=self.token, code=request.POST["badge"][:60], at=timezone.now())
            else:
                user_id = int(who) if who.isdigit() and len(who) < 10 else 0
                stations.enter(token=self.token, user_id=user_id, pin=pin, at=timezone.now())
        except DomainError as refused:
            return self._page(who, refused=str(refused), status=429 if isinstance(refused, PinLocked) else 422)
        return HttpResponseRedirect(reverse("production:station"))

    def _page(self, who: str, *, refused: str = "", status: int = 200) -> HttpResponse:
        people = list(operators()[:SHOWN])
        chosen = next((person for person in people if str(person.pk) == who), None)
        context = {"station": self.station, "people": people, "chosen": chosen, "refused": refused}
        return render(self.request, "production/station_enter.html", context, status=status)


class ScanAtStation(AtStation, View):
    """A card was scanned at the tablet: that of a work order puts it first, a badge lets its owner in instead."""

    station: Station
    operator: User | None

    def post(self, request: HttpRequest) -> HttpResponse:
        code, page = request.POST.get("code", "")[:60], reverse("production:station")
        now = timezone.now()
        job = scanned_job(self.station.center_id, code, now) if self.operator is not None else None
        if job is not None:
            return HttpResponseRedirect(f"{page}?op={job}")
        try:
            stations.enter_by_badge(token=self.token, code=code, at=now)
        except BadgeUnknown:
            toast(request, NothingScanned(center=self.station.center.name), level="bad")
        except DomainError as refused:
            toast(request, refused, level="bad")
        return HttpResponseRedirect(page)


class LeaveStation(AtStation, View):
    """Whoever is at the tablet goes; running work runs on."""

    def post(self, request: HttpRequest) -> HttpResponse:
        stations.leave(token=self.token)
        return HttpResponseRedirect(reverse("production:station_enter"))


def operators() -> QuerySet[User]:
    """The people who may work on the shop floor and have a PIN (whether here, is asked when one comes in)."""
    return workers().filter(pk__in=OperatorPin.objects.values("user"))
