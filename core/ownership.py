from dataclasses import dataclass


@dataclass(frozen=True)
class Ownership:
    """The field paths by which the policy sees whose a record is; a path may follow relations (`order__branch`).

    What is not named does not limit: without `branch`, a right held in one branch reaches records everywhere.
    """

    owner: str | None = None
    branch: str | None = None
    warehouse: str | None = None


NOBODYS = Ownership()
