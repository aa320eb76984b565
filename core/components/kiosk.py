"""A kiosk page with work that is made up; what it counts lives in the cache, for one user and an hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.ui.kiosk import SCAN, KioskButton, KioskScreen, Progress, Said

HOUR = 3600


@dataclass(frozen=True)
class SampleTask:
    pk: int
    name: str
    place: str
    quantity: int

    def __str__(self) -> str:
        return self.name


SAMPLES = (
    SampleTask(1, "Wardrobe fronts", "B-04-2", 22),
    SampleTask(2, "Carcass edges", "B-05-1", 14),
    SampleTask(3, "Drawer fronts", "B-07-3", 9),
)


class WrongPlace(DomainError):
    code = "wrong_place"
    message = gettext_lazy("{scanned} is not the place of this work.")


class SampleKiosk(KioskScreen):
    action = None
    name = "sample"
    title = gettext_lazy("Edge bander 2")
    task_template = "components/_kiosk_task.html"
    scan_label = gettext_lazy("Scan a place")
    counts = True
    buttons = (
        KioskButton("pause", gettext_lazy("Pause"), "player-pause"),
        KioskButton("blocked", gettext_lazy("Blocked"), "ban"),
        KioskButton("finish", gettext_lazy("Finish job"), "check", look="btn-ok", advances=True),
    )

    @property
    def _state(self) -> str:
        return f"sample-kiosk-{self.actor.pk}"

    def done(self) -> list[Any]:
        return cache.get(self._state, [])

    def tasks(self) -> list[SampleTask]:
        finished = {pk for pk, _quantity in self.done()}
        return [task for task in SAMPLES if task.pk not in finished]

    def progress(self) -> Progress:
        return Progress(len(SAMPLES) - len(self.tasks()), len(SAMPLES))

    def act(self, code: str, values: Mapping[str, str], at: datetime) -> Said:
        if code == SCAN:
            if values["scan"] not in {task.place for task in SAMPLES}:
                raise WrongPlace(scanned=values["scan"])
            return Said(_("Right place."))
        if code == "finish":
            cache.set(self._state, [*self.done(), (int(values["task"]), values["quantity"])], HOUR)
            return Said(_("Counted: %(quantity)s good pieces.") % {"quantity": values["quantity"]})
        return Said(_("Noted."), "info")
