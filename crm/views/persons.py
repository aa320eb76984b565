"""The card of a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.ui import cells, daywords
from core.ui.panels import Stat
from core.ui.records import RecordScreen
from crm.registers.persons import TONES, last_contacts, places
from crm.selectors.steps import next_step_of


class PersonCard(RecordScreen):
    def badges(self) -> Iterator[SafeString]:
        if self.record.status != "active":
            yield cells.tag(self.record.get_status_display(), TONES.get(self.record.status, ""))

    def subtitle(self) -> Iterator[SafeString | str]:
        position = places([self.record.pk], self.user)["position"].get(self.record.pk)
        if position:
            yield position
        if self.record.owner:
            yield format_html("{} {}", cells.avatar(str(self.record.owner)), self.record.owner)

    def stats(self) -> list[Stat]:
        at = last_contacts([self.record.pk], self.user).get(self.record.pk)
        told = self.told_by_others()
        return [*told, Stat(_("Last contact"), daywords.ago(at) if at else _("Never"))] if told else []

    def next_step(self) -> Any:
        return next_step_of(self.record, self.user)
