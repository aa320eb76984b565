"""The card of an item."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.quantities import told
from core.ui import cells
from core.ui.panels import Stat
from core.ui.records import RecordScreen
from inventory.registers import TONES


class ItemCard(RecordScreen):
    def badges(self) -> Iterator[SafeString]:
        item = self.record
        yield cells.tag(item.get_type_display())
        if item.status != "active":
            yield cells.tag(item.get_status_display(), TONES.get(item.status, ""))

    def subtitle(self) -> Iterator[SafeString | str]:
        if self.record.category:
            yield str(self.record.category)

    def stats(self) -> list[Stat]:
        item = self.record
        known = {column.name: column for column in self.register.columns_for(self.user) if column.batch}
        made = []
        for name in ("on_hand", "reserved", "available"):
            if name in known:
                value = known[name].batch([item.pk], self.user)[item.pk]  # type: ignore[misc]
                made.append(Stat(known[name].label, told(value), str(item.unit)))
        if made:
            made.append(Stat(_("Minimum"), told(item.min_stock), str(item.unit)))
        return [*made, *self.told_by_others()]
