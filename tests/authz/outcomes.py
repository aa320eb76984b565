"""What an answer amounts to, and what a request wrote."""

from __future__ import annotations

from typing import Any

from django.db import connection

from tests.authz.rules import DENIED, HIDDEN, REFUSED, SEEN

SIGN_IN = "sent to sign in"
NOT_SO = "not with this method"
SEEN_STATUSES = frozenset({200, 201, 202, 204, 206, 304, 400, 409, 410, 422})
# A session says when it was last seen; that is no change of the company's data.
OWN_TABLES = frozenset({"django_session", "core_usersession"})


def outcome_of(answer: Any) -> str:
    status = answer.status_code
    if status in (301, 302, 303):
        return SIGN_IN if "/login/" in answer["Location"] else SEEN
    if status == 401:
        return SIGN_IN
    known = {403: REFUSED, 404: HIDDEN, 405: NOT_SO}
    return known.get(status, SEEN if status in SEEN_STATUSES else f"status {status}")


def fits(expected: str, found: str) -> bool:
    return found in (REFUSED, HIDDEN) if expected == DENIED else found == expected


# As the view pg_stat_xact_user_tables says it, without what that view reads about the indexes of each table.
COUNTS = """
SELECT relname, count FROM (
    SELECT relname, pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid) AS count
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
) AS written WHERE count > 0
"""


def writes() -> dict[str, int]:
    """How many rows of each table this transaction inserted, changed or removed so far, undone ones included.

    Stronger than a fingerprint of the tables: a write that was taken back counts as well, because a refusal has to
    come before any write.
    """
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return {name: count for name, count in cursor.fetchall() if name not in OWN_TABLES}


def written_since(before: dict[str, int]) -> list[str]:
    """The tables that were written to since `before`."""
    return sorted(name for name, count in writes().items() if count != before.get(name, 0))
