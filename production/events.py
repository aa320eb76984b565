"""What production tells the apps above it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OrderPlanned:
    """Everything an order lacks is planned to be made or bought, and its delivery date is promised."""

    order_id: int


@dataclass(frozen=True)
class OutputReported:
    """Finished goods of a work order came into stock."""

    work_order_id: int
    move_id: int


@dataclass(frozen=True)
class JobBlocked:
    """An operator says that a job cannot go on."""

    blockage_id: int


@dataclass(frozen=True)
class HelpWanted:
    """Somebody at a work centre calls for help."""

    call_id: int


@dataclass(frozen=True)
class WorkOrderClosed:
    """A work order is settled: no cost is left in it."""

    work_order_id: int
