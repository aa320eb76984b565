"""The trigram indexes of searches while thousands of records come in at once.

PostgreSQL puts new entries of such an index (GIN) on a list first, which every search reads as well, and works the
list into the index when it is full: 4 MB, some thousand records. Whoever writes then waits for it, several times during
an import. It is left to its end, after the last record is there for everybody.
See https://www.postgresql.org/docs/current/gin.html#GIN-FAST-UPDATE
"""

from __future__ import annotations

from typing import Any

from django.db import connection

LONG_LIST = "64MB"

_WORK_IN = """
SELECT gin_clean_pending_list(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
WHERE a.amname = 'gin' AND c.relnamespace = current_schema()::regnamespace AND pg_has_role(c.relowner, 'USAGE')
"""


def wait_with_lists(cursor: Any) -> None:
    """Let the lists grow until the end of this transaction; what stands on them is found as ever."""
    cursor.execute("SELECT set_config('gin_pending_list_limit', %s, true)", [LONG_LIST])


def work_in_lists() -> int:
    """Work all lists into their indexes; returns how many pages they took. A second call finds nothing to do."""
    with connection.cursor() as cursor:
        cursor.execute(_WORK_IN)
        return sum(pages for (pages,) in cursor.fetchall())
