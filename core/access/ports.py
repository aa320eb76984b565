"""What users and roles ask the apps above."""

from core.ports import Port


@Port
def warehouses() -> list[tuple[int, str]]:
    """Key and name of every warehouse to which a role can be limited. Without stock there are none."""
    return []
