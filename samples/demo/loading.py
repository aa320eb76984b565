"""Loading the demo company: where it may be done, by the command line or as a job, and who may sign in afterwards."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.errors import DomainError
from core.jobs.running import Running, runs
from core.jobs.services import start_job
from core.models import Organization, Role, RoleAssignment, Tax, User, WorkCalendar
from crm.models import Client
from inventory.models import Item, Unit, Warehouse
from sales.models import Pipeline

KIND = "samples.demo"
OWN_DATA = (Organization, Tax, WorkCalendar, Warehouse, Unit, Item, Client, Pipeline)


class NotEmpty(DomainError):
    code = "not_empty"
    message = gettext_lazy("The database is not empty; the demo company needs an empty one.")


class NotForDevelopment(DomainError):
    code = "not_for_development"
    message = gettext_lazy("The demo company is loaded only where DEBUG is on.")


def sign_ins_file() -> Path:
    return Path(settings.DATA_DIR) / "demo-sign-ins.json"


def is_empty() -> bool:
    """Nothing is there but administrators, who may have set nothing up yet."""
    others = User.objects.exclude(Q(is_superuser=True) | Q(role_assignments__role__code="administrator"))
    return not (others.exists() or any(model._default_manager.exists() for model in OWN_DATA))


def is_offered(user: Any) -> bool:
    """To administrators of an empty database of a developer."""
    return bool(settings.DEBUG and policy.allows(user, "core.manage_organization") and is_empty())


def require_empty() -> None:
    """Raises NotForDevelopment outside of development, NotEmpty where somebody has begun to work."""
    if not is_empty():
        raise NotEmpty
    if not settings.DEBUG:
        raise NotForDevelopment


def start(user: Any) -> str:
    """Ask for the demo company; asked again, it is the same job. Returns where its progress is shown."""
    policy.require(user, "core.manage_organization")
    require_empty()
    job = start_job(kind=KIND, params={}, by=user, title=_("Load the demo company"), total=100, key=KIND)
    return job.get_absolute_url()


@runs(KIND)
def load_as_job(job: Running) -> None:
    """One turn, with its progress in days of the year. A turn that broke off leaves a database that is not empty."""
    require_empty()
    load(progress=lambda share: job.advance(round(share * 100)))
    job.finish({str(gettext_lazy("Sign-ins")): [str(sign_ins_file())]}, url="/")


def load(*, progress: Callable[[float], None] | None = None) -> None:
    """Live through the year and give each role's person a password of this installation."""
    from samples.demo.year import live_through  # with it comes all that a year needs

    company = live_through(until=timezone.now(), progress=progress)
    open_doors(company.users)


def open_doors(users: dict[str, User]) -> None:
    """One random password for all demo people, kept beside the data; an administrator who was there keeps his own."""
    password = secrets.token_urlsafe(9)
    people = dict(users)
    if not User.objects.filter(is_active=True, role_assignments__role__code="administrator").exists():
        seller = users["seller"]
        address = f"admin@{seller.email.split('@')[1]}"
        admin = User.objects.create_superuser(address, first_name="Admin", time_zone=seller.time_zone)
        RoleAssignment.objects.create(user=admin, role=Role.objects.get(code="administrator"))
        people["administrator"] = admin
    for user in people.values():
        user.set_password(password)
        user.is_staff = True
        user.save(update_fields=["password", "is_staff"])
    rows = [{"role": str(policy.ROLES[role]), "email": user.email} for role, user in people.items()]
    path = sign_ins_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({"password": password, "people": rows}, indent=2), encoding="utf-8")
