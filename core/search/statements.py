"""The SQL that keeps the entries of one kind: functions and triggers, written from its declaration."""

from __future__ import annotations

import hashlib
from functools import cached_property

from core.search.kinds import Searched, Watch

COLUMNS = (
    "owner_id", "branch_id", "warehouse_id", "title", "detail", "status", "amount", "currency_id", "number",
    "sort_key", "text", "spread",
)  # fmt: skip
PAUSED = "core.search_paused"
PREFIX = "search_"
# By key and index, whatever the tables looked like when a session planned first: a plan made on empty tables would
# otherwise be kept while they fill.
BY_KEY = "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off"


def trigger_of(watcher: str, event: str) -> str:
    return f"{watcher}_{event[0].lower()}"


class Statements:
    """All SQL of one kind. Names of the database come from the declared models, the rest are constants."""

    def __init__(self, kind: Searched) -> None:
        self.kind = kind
        self.name = kind.key.replace(".", "_")
        self.refresh = f"{PREFIX}refresh_{self.name}"

    def fresh(self, condition: str) -> str:
        """The entries as they should be, of the records that fit the condition."""
        kind = self.kind
        number = f"core_code({kind.number})" if kind.number else "''"
        return f"""
            SELECT r.id AS record_id, {kind.owner}::bigint AS owner_id, {kind.branch}::bigint AS branch_id,
                {kind.warehouse}::bigint AS warehouse_id, coalesce({kind.title}, '') AS title,
                coalesce({kind.detail}, '') AS detail, coalesce({kind.status}, '') AS status,
                ({kind.amount})::numeric(18, 4) AS amount, coalesce({kind.currency}, '') AS currency_id,
                {number} AS number,
                coalesce(core_fold({kind.sort or kind.title}), '') AS sort_key,
                concat(' ', core_folds({kind.names}), ' ', nullif(concat_ws(' ', nullif({kind.codes}, ''),
                    nullif({number}, '')), '') || ' ') AS text,
                hashint8(r.id) AS spread
            FROM {kind.source} WHERE ({kind.where}) AND {condition}"""  # noqa: S608 - constants of the project

    @property
    def install(self) -> list[str]:
        """Statements that make the functions and triggers, replacing older ones."""
        return [self._refresh_function, *(part for watch in self.kind.watches for part in self._watching(watch))]

    @cached_property
    def fingerprint(self) -> str:
        return hashlib.sha256("\n".join(self.install).encode()).hexdigest()

    @property
    def _refresh_function(self) -> str:
        columns = ", ".join(COLUMNS)
        news = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS)
        old = ", ".join(f"e.{name}" for name in COLUMNS)
        new = ", ".join(f"excluded.{name}" for name in COLUMNS)
        key, table = self.kind.key, self.kind.model._meta.db_table
        # Entries are locked before their records are read: what a rival wrote meanwhile is then seen.
        return f"""
            CREATE OR REPLACE FUNCTION {self.refresh}(ids bigint[]) RETURNS void LANGUAGE plpgsql
            SET plan_cache_mode = force_generic_plan {BY_KEY} AS $body$
            BEGIN
                PERFORM 1 FROM core_searchentry WHERE kind = '{key}' AND record_id = ANY (ids)
                    ORDER BY record_id FOR NO KEY UPDATE;
                DELETE FROM core_searchentry e WHERE e.kind = '{key}' AND e.record_id = ANY (ids)
                    AND NOT EXISTS (SELECT 1 FROM {table} r WHERE r.id = e.record_id AND ({self.kind.where}));
                INSERT INTO core_searchentry AS e (kind, record_id, {columns})
                    SELECT '{key}', record_id, {columns} FROM ({self.fresh("r.id = ANY (ids)")}) fresh
                    ORDER BY record_id
                    ON CONFLICT (kind, record_id) DO UPDATE SET {news}
                    WHERE ({old}) IS DISTINCT FROM ({new});
            END $body$"""  # noqa: S608 - constants of the project

    def _watching(self, watch: Watch) -> list[str]:
        name = self.watcher(watch)
        columns = ", ".join(dict.fromkeys(("id", *watch.columns)))
        new, old = f"SELECT {columns} FROM new_rows", f"SELECT {columns} FROM old_rows"  # noqa: S608
        # A difference of sets is read once for any number of rows; a join might be planned for one row and get many.
        changed = f"({new} EXCEPT {old}) UNION ALL ({old} EXCEPT {new})"
        rows = {"INSERT": new, "UPDATE": changed, "DELETE": old}
        touched = f"FROM ({watch.records}) touched(key) WHERE key IS NOT NULL"
        cases = "".join(
            f" IF TG_OP = '{event}' THEN WITH changed AS ({rows[event]})"
            f" SELECT array_agg(DISTINCT key) INTO ids {touched}; END IF;"
            for event in watch.on
        )
        function = (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off"
            f" AS $body$ DECLARE ids bigint[]; BEGIN"
            f" IF current_setting('{PAUSED}', true) = 'on' THEN RETURN NULL; END IF;{cases}"
            f" IF ids IS NOT NULL THEN PERFORM {self.refresh}(ids); END IF; RETURN NULL; END $body$"
        )
        tables = {
            "INSERT": "NEW TABLE AS new_rows",
            "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
            "DELETE": "OLD TABLE AS old_rows",
        }
        triggers = [
            f"CREATE OR REPLACE TRIGGER {trigger_of(name, event)} AFTER {event} ON {watch.table}"
            f" REFERENCING {tables[event]} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            for event in watch.on
        ]
        return [function, *triggers]

    def watcher(self, watch: Watch) -> str:
        """The name of the function that looks at one table for this kind."""
        return f"{PREFIX}{self.name}__{watch.table}"

    @property
    def triggers(self) -> set[str]:
        """The names of all triggers of this kind."""
        return {trigger_of(self.watcher(watch), event) for watch in self.kind.watches for event in watch.on}

    @property
    def difference(self) -> str:
        """Up to a hundred records whose entry is missing, superfluous or other than it should be."""
        old = ", ".join(f"e.{name}" for name in COLUMNS)
        new = ", ".join(f"fresh.{name}" for name in COLUMNS)
        return f"""
            SELECT coalesce(e.record_id, fresh.record_id),
                CASE WHEN e.record_id IS NULL THEN 'is missing' WHEN fresh.record_id IS NULL THEN 'is superfluous'
                    ELSE 'is out of date' END
            FROM (SELECT * FROM core_searchentry WHERE kind = '{self.kind.key}') e
            FULL JOIN ({self.fresh("true")}) fresh ON fresh.record_id = e.record_id
            WHERE e.record_id IS NULL OR fresh.record_id IS NULL OR ({old}) IS DISTINCT FROM ({new})
            ORDER BY 1 LIMIT 100"""  # noqa: S608 - constants of the project
