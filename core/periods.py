"""May anything be posted on a day? Every app that posts asks; finance, which closes months, answers."""

from datetime import date

from core.ports import Port


@Port
def require_open(branch_id: int, on: date) -> None:
    """Raise PeriodClosed when the month of `on` is closed for the branch; without finance every month is open.

    Call it inside the posting transaction, before the first write: until that transaction ends, the month
    cannot be closed under it.
    """
