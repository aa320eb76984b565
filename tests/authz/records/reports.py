"""What the pages of reports are asked about."""

from __future__ import annotations

from typing import Any

from tests.authz.objects import Target, targets


@targets("reports:indicator")
def indicator(world: Any, role: str) -> dict[str, Target]:
    """A figure about leads: for those who may see leads."""
    return {"none": Target({"code": "leads"})}
