"""What the ORM lacks: texts as the database folds them, and a lookup that takes its values as one array."""

from __future__ import annotations

from typing import Any

from django.db import models


class Fold(models.Func):
    """A text without accents, capitals and differences of script, as `core_fold` in the database writes it."""

    function = "core_fold"
    output_field = models.CharField()


@models.ForeignObject.register_lookup
@models.Field.register_lookup
class OneOf(models.Lookup):
    """`field__any={…}`: what `__in` says, with the values as one array; for hundreds of keys a tenth of the work.

    Keys and numbers go as they are. Give it a set: of a list, the ORM looks at each value by itself. A statement that
    is built once takes a value to be given later (`core.remembered`). An `ArraySubquery` is asked once, before the rest
    of the statement: the planner of a statement with more than eight tables would not begin with `__in` and a query.
    """

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        field, parameters = self.process_lhs(compiler, connection)
        if isinstance(self.rhs, models.Subquery):
            array, given = self.process_rhs(compiler, connection)
            return f"{field} = ANY({array})", [*parameters, *given]
        kind = self.lhs.output_field.rel_db_type(connection)
        kind = "text" if kind.startswith("varchar") else kind  # a text that is too long is no shorter one
        later = getattr(self.rhs, "each", None)
        return f"{field} = ANY(%s::{kind}[])", [*parameters, list(self.rhs) if later is None else later]
