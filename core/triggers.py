"""The list of database triggers, kept so that adding one does not look at all others.

The library looks for a name that is taken by walking through every trigger registered so far, twice for each of
several hundred: a fifth of the time that any process of ours needs to start. The same two questions are answered here
from sets that are kept along.
"""

from __future__ import annotations

from typing import Any

from pgtrigger import registry


class KeptRegistry(registry._Registry):
    """Answers as the library's registry does, and refuses what it refuses."""

    _kept: tuple[dict[tuple[str, str], Any], set[str]] | None = None

    @property
    def by_db_table(self) -> dict[tuple[str, str], Any]:
        return self._lists()[0]

    @property
    def pg_function_names(self) -> set[str]:
        return self._lists()[1]

    def _lists(self) -> tuple[dict[tuple[str, str], Any], set[str]]:
        if self._kept is None:
            pairs = self.data.values()
            self._kept = (
                {(model._meta.db_table, trigger.name): trigger for model, trigger in pairs},
                {trigger.get_pgid(model) for model, trigger in pairs},
            )
        return self._kept

    def __setitem__(self, key: str, value: tuple[Any, Any]) -> None:
        known, (model, trigger) = self.data.get(key), value
        super().__setitem__(key, value)
        if known is not None and (known[0]._meta.db_table, known[1]) == (model._meta.db_table, trigger):
            return
        if known is not None:  # what it was called before may be free again
            self._kept = None
        elif self._kept is not None:
            self._kept[0][model._meta.db_table, trigger.name] = trigger
            self._kept[1].add(trigger.get_pgid(model))

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._kept = None


def keep_lists() -> None:
    """Let the registry of this process keep its lists; a second call changes nothing."""
    registry._registry.__class__ = KeptRegistry
