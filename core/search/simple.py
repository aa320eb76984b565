"""Search for a register whose records are found by columns of their own table."""

from __future__ import annotations

from core.search import kinds
from core.search.kinds import Searched, Watch
from core.ui import registers
from core.ui.registers import Register


def search_by(register: type[Register], *columns: str, number: str = "", order: int = 200) -> None:
    """Find records by these columns; the first is what the result is called, `number` its exact number."""
    made = registers.by_key(register().key)
    known: dict[str, str] = {field.name: str(field.column) for field in made.model._meta.concrete_fields}
    read = [f"r.{known[name]}" for name in columns]
    watched = [known[name] for name in (*columns, *([number] if number else []))]
    is_binned = "binned_at" in known
    ownership = made.model.ownership  # type: ignore[attr-defined]
    owner = known.get(ownership.owner or "", "")
    branch = known.get(ownership.branch or "", "")
    columns_told = (
        *dict.fromkeys(watched),
        *(one for one in ("binned_at", owner, branch) if one and one in known.values()),
    )
    kinds.add(
        Searched(
            key=made.key,
            model=made.model,
            action=made.view_action,
            label=made.label,
            plural=made.label_plural,
            icon=made.icon,
            order=order,
            source=f"{made.model._meta.db_table} r",
            where="r.binned_at IS NULL" if is_binned else "true",
            title=read[0],
            detail=read[1] if len(read) > 1 else "''",
            names=f"concat_ws(' ', {', '.join(read)})",
            number=f"r.{known[number]}" if number else "",
            codes=f"core_code(r.{known[number]})" if number else "''",
            owner=f"r.{owner}" if owner else "NULL",
            branch=f"r.{branch}" if branch else "NULL",
            watches=(Watch(made.model, columns_told),),
        )
    )
