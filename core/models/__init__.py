from core.models.base import (
    Entity,
    LockingQuerySet,
    Ownership,
    ScopedQuerySet,
    append_only,
    frozen_when,
    kept_when,
    money_field,
    percent_field,
    price_field,
    qty_field,
)
from core.models.machinery import (
    Attachment,
    Event,
    EventDelivery,
    IdempotencyKey,
    OutboxMessage,
    PublicLink,
    RecordLink,
    StatusChange,
)
from core.models.organisation import (
    Branch,
    Currency,
    ExchangeRate,
    Holiday,
    NumberSequence,
    Organization,
    Tax,
    TaxRate,
    WorkCalendar,
    WorkShift,
)
from core.models.users import Role, RoleAssignment, RoleGrant, Team, User

__all__ = [
    "Attachment", "Branch", "Currency", "Entity", "Event", "EventDelivery", "ExchangeRate", "Holiday",
    "IdempotencyKey", "LockingQuerySet", "NumberSequence", "Organization", "OutboxMessage", "Ownership",
    "PublicLink", "RecordLink", "Role", "RoleAssignment", "RoleGrant", "ScopedQuerySet", "StatusChange", "Tax",
    "TaxRate", "Team", "User", "WorkCalendar", "WorkShift", "append_only", "frozen_when", "kept_when",
    "money_field", "percent_field", "price_field", "qty_field",
]  # fmt: skip
