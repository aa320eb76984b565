from dataclasses import dataclass


@dataclass(frozen=True)
class Ownership:
    """The field paths by which the policy sees whose a record is; a path may follow relations (`order__branch`).

    What is not named does not limit: without `branch`, a right held in one branch reaches records everywhere.
    A record of several warehouses, as a move from one to another, names them all and is reached through each.
    """

    owner: str | None = None
    branch: str | None = None
    warehouse: str | tuple[str, ...] | None = None

    @property
    def warehouses(self) -> tuple[str, ...]:
        """The paths to the warehouses."""
        if isinstance(self.warehouse, str):
            return (self.warehouse,)
        return self.warehouse or ()


NOBODYS = Ownership()
