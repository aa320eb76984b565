"""The addresses of a register, and those of the kit itself."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from core.ui import registers
from core.ui.binscreens import BinScreen, ToBin, ToLife
from core.ui.bulkscreen import BulkScreen
from core.ui.choicescreen import ChoicesScreen
from core.ui.edits import CreateScreen, EditScreen, FieldScreen
from core.ui.exports import ExportScreen
from core.ui.lists import ListScreen
from core.ui.records import RecordScreen

# name in the address's name, path below the register, the view unless the app brings its own
PAGES: tuple[tuple[str, str, Any], ...] = (
    ("list", "", ListScreen),
    ("export", "export/", ExportScreen),
    ("bulk", "bulk/", BulkScreen),
    ("choices", "choices/", ChoicesScreen),
    ("bins", "bin/", BinScreen),
    ("new", "new/", CreateScreen),
    ("card", "<int:pk>/", RecordScreen),
    ("edit", "<int:pk>/edit/", EditScreen),
    ("field", "<int:pk>/field/<slug:field>/", FieldScreen),
    ("bin", "<int:pk>/bin/", ToBin),
    ("restore", "<int:pk>/restore/", ToLife),
)


def urls_for(register: type[registers.Register], **own_views: Any) -> list[URLPattern]:
    """List, card, forms, bulk, export and bin of a register; `list=…`, `card=…` put views of one's own in place.

    A register without a form is read only: what changes its records are verbs with pages of their own.
    """
    made = registers.by_key(register().key)
    left_out = set() if made.bin_action else {"bins", "bin", "restore"}
    if made.form_class is None:
        left_out |= {"new", "edit", "field"}
    if not made.create_action:
        left_out.add("new")
    return [
        path(f"{made.plural}/{below}", own_views.get(name, view).as_view(register=made), name=f"{made.name}_{name}")
        for name, below, view in PAGES
        if name not in left_out
    ]
