"""What support tells those above it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class VisitDone:
    """A crew installed an order; parts, fee and the crew's data are on the order."""

    visit_id: int


@dataclass(frozen=True)
class TicketOpened:
    """A client complains."""

    ticket_id: int


@dataclass(frozen=True)
class TicketResolved:
    """It is decided what is done about a complaint."""

    ticket_id: int
