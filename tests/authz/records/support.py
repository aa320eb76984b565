"""Visits and complaints for the matrix."""

from __future__ import annotations

from typing import Any

from tests.authz.objects import BUILDERS, Target, Targets, by, targets
from tests.factories.inventory import make_warehouse
from tests.factories.support import make_installable_order, make_ticket, make_visit


def _visit(world: Any, owner: Any) -> Any:
    warehouse = make_warehouse(branch=world.branch)
    return make_visit(make_installable_order(warehouse, shipped=False, owner=owner), crew="")


def _ticket(world: Any, owner: Any) -> Any:
    return make_ticket(owner_id=owner.pk, branch_id=world.branch.pk)


BUILDERS |= {"support.visit": _visit, "support.ticket": _ticket}

targets(
    "support:visit_start", "support:visit_finish", "support:visit_fail", "support:visit_link",
    "support:visit_link_revoke",
)(by("support.visit"))  # fmt: skip
targets("support:ticket_take", "support:ticket_wait", "support:ticket_resolve", "support:ticket_close")(
    by("support.ticket")
)


@targets("support:visit_public", "support:visit_picture", "support:visit_worker")
def links_of_visits(_world: Any, _role: str) -> Targets:
    return {"altered": Target({"token": "x" * 43})}
