"""What a key may at most: `all`, `read`, or for each resource `clients:read` and `clients:write`."""

from __future__ import annotations

from collections.abc import Iterable

ALL = "all"
READ_ALL = "read"
READ, WRITE = "read", "write"


def needed(resource: str, verb: str) -> str:
    return f"{resource}:{verb}"


def covers(scopes: Iterable[str], wanted: str) -> bool:
    """Do these scopes allow `wanted`? Writing does not include reading."""
    held = set(scopes)
    return ALL in held or wanted in held or (READ_ALL in held and wanted.endswith(f":{READ}"))


def known(resources: Iterable[tuple[str, bool]], extra: Iterable[str] = ()) -> list[str]:
    """All scopes there are: `resources` are (path, can be written)."""
    found = [ALL, READ_ALL, *extra]
    for path, writable in resources:
        found.append(needed(path, READ))
        if writable:
            found.append(needed(path, WRITE))
    return found
