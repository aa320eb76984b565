"""The list and card of a client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.ui import cells, daywords
from core.ui.records import RecordScreen, Stat
from crm.registers.clients import TONES, last_contacts
from crm.selectors.steps import next_step_of


class ClientCard(RecordScreen):
    def badges(self) -> Iterator[SafeString]:
        client = self.record
        if client.is_customer or not client.is_supplier:
            yield cells.tag(client.get_status_display(), TONES.get(client.status, ""))
        if client.is_supplier:
            yield cells.tag(_("Supplier"))
        if client.segment:
            yield cells.tag(client.segment)

    def subtitle(self) -> Iterator[SafeString | str]:
        client = self.record
        since = daywords.day(client.created_at.date())
        yield _("With us since %(day)s") % {"day": since}
        if client.owner:
            yield format_html("{} {}", cells.avatar(str(client.owner)), client.owner)

    def stats(self) -> list[Stat]:
        at = last_contacts([self.record.pk], self.user).get(self.record.pk)
        contact = Stat(_("Last contact"), daywords.ago(at) if at else _("Never"))
        return [*self.told_by_others(), contact]

    def next_step(self) -> Any:
        return next_step_of(self.record, self.user)
