"""Who does something: a signed-in user, or the system itself (handlers, imports, public links)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from core.models import User


class SystemActor:
    """Stands for the system in services: allowed everything, recorded as no user."""

    pk: None = None
    is_system = True
    is_superuser = True
    is_active = True

    def __str__(self) -> str:
        return "system"


SYSTEM = SystemActor()
Actor = Union["User", SystemActor]


def user_or_none(by: Actor) -> User | None:
    """The user to write into `created_by` and the like; None stands for the system."""
    return None if isinstance(by, SystemActor) else by
