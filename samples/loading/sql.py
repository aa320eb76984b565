"""Running SQL with named parameters."""

from __future__ import annotations

import re
from typing import Any

from django.db.backends.utils import CursorWrapper

_NAME = re.compile(r"%\((\w+)\)s")


def execute(cursor: CursorWrapper, sql: str, params: dict[str, Any]) -> None:
    """Run `sql` with %(name)s parameters, handed over by position: what wraps the cursor for history and triggers
    adds positional ones of its own."""
    names = _NAME.findall(sql)
    cursor.execute(_NAME.sub("%s", sql), [params[name] for name in names])
