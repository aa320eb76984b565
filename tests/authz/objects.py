"""Records for the addresses: by model for each role, and by address what its arguments name.

`BUILDERS` makes a record that belongs to a person. `targets` says for an address which record its arguments name;
a page that the kit makes for a register needs no line, its model is enough. Each app adds its own in a module of
`tests/authz/records`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.utils import timezone

from core.models import (
    ApiToken,
    Attachment,
    Document,
    ImportMapping,
    ImportRun,
    Job,
    JobFile,
    Notice,
    Reminder,
    SavedView,
    UndoStep,
    UserSession,
    WebhookDelivery,
    WebhookEndpoint,
)
from core.services import outbox
from core.services.records import type_of
from crm.models import ContactPoint, PersonRole
from tests.authz import passkeys, records
from tests.factories import core as make
from tests.factories import crm, inventory, sales
from tests.factories.customfields import make_field

BUILDERS: dict[str, Callable[[Any, Any], Any]] = {
    "crm.client": lambda world, owner: crm.make_client(owner=owner, branch=world.branch),
    "crm.person": lambda world, owner: _owned(crm.make_person(), owner),
    "crm.lead": lambda world, owner: _owned(crm.make_lead(), owner),
    "crm.task": lambda world, owner: crm.make_task(assignee_id=owner.pk),
    "inventory.item": lambda world, owner: inventory.make_item(),
    "sales.deal": lambda world, owner: sales.make_deal(owner=owner, branch=world.branch),
    "core.job": lambda world, owner: Job.objects.create(
        kind="core.bulk", title="Work", by=owner, state="failed", finished_at=timezone.now()
    ),
    "core.notice": lambda world, owner: Notice.objects.create(
        user=owner, kind="core.mention", key=uuid4().hex, text="Something happened"
    ),
    "core.reminder": lambda world, owner: Reminder.objects.create(
        user=owner, at=timezone.now() + timedelta(days=1), text=uuid4().hex
    ),
    "core.saved_view": lambda world, owner: SavedView.objects.create(
        register="crm.client", name=uuid4().hex, owner=owner
    ),
    "core.session": lambda world, owner: UserSession.objects.create(
        user=owner, key_hash=uuid4().hex, signed_in_at=timezone.now(), last_seen_at=timezone.now()
    ),
    "core.undo": lambda world, owner: UndoStep.objects.create(
        user=owner, label="A change", expires_at=timezone.now() + timedelta(hours=1)
    ),
    "core.user": lambda world, owner: make.make_user(first_name="Somebody"),
    "core.team": lambda world, owner: make.make_team(name=f"Team {uuid4().hex[:8]}"),
    "core.own_field": lambda world, owner: make_field(),
    "core.attachment": lambda world, owner: _file(world, owner),
    "core.job_file": lambda world, owner: _job_file(world, owner),
    "core.document": lambda world, owner: _paper(world, owner),
    "core.import": lambda world, owner: ImportRun.objects.create(
        profile="clients",
        by=owner,
        name="rows.csv",
        facts={"format": "csv", "encoding": "utf-8", "headings": ["Name"], "samples": [["Oak"]]},
        size=9,
        sha256="0" * 64,
        file=ContentFile(b"Name\nOak\n", name=f"{uuid4().hex}.csv"),
    ),
    "core.import_mapping": lambda world, owner: ImportMapping.objects.create(
        profile="clients", name=uuid4().hex, owner=owner
    ),
    "core.api_token": lambda world, owner: ApiToken.objects.create(
        user=owner,
        name="Key",
        prefix="test",
        token_hash=uuid4().hex * 2,
        scopes=["read"],
        expires_at=timezone.now() + timedelta(days=9),
    ),
    "core.webhook": lambda world, owner: WebhookEndpoint.objects.create(
        owner=owner, name=uuid4().hex, url="https://example.com/hook", event_names=["crm.client.changed"]
    ),
    "core.webhook_call": lambda world, owner: _call(world, owner),
    "crm.legal_entity": lambda world, owner: crm.make_legal_entity(crm.make_client(owner=owner)),
    "crm.point": lambda world, owner: ContactPoint.objects.create(
        client=crm.make_client(owner=owner), kind="email", value=f"{uuid4().hex}@example.com"
    ),
    "crm.place": lambda world, owner: PersonRole.objects.create(
        person=_owned(crm.make_person(), owner), client=crm.make_client(owner=owner), position="Buyer"
    ),
    "sales.quote": lambda world, owner: sales.make_quote(sales.make_deal(owner=owner, branch=world.branch)),
    "mfa.key": lambda world, owner: Authenticator.objects.create(
        user=owner, type="webauthn", data={"name": "Key", "credential": passkeys.credential()}
    ),
}
# Records that belong to nobody: one for all roles.
OWNERLESS = {"inventory.item", "core.user", "core.team", "core.own_field"}


def _owned(record: Any, owner: Any) -> Any:
    type(record).objects.filter(pk=record.pk).update(owner=owner)
    record.refresh_from_db()
    return record


def _file(world: Any, owner: Any) -> Attachment:
    client = BUILDERS["crm.client"](world, owner)
    return Attachment.objects.create(
        record_type=type_of(client), record_id=client.pk, kind="file", name="note.txt", content_type="text/plain",
        size=4, sha256="0" * 64, file=ContentFile(b"note", name=f"{uuid4().hex}.txt"), created_by=owner,
    )  # fmt: skip


def _paper(world: Any, owner: Any) -> Document:
    quote = BUILDERS["sales.quote"](world, owner)
    return Document.objects.create(
        record_type=type_of(quote), record_id=quote.pk, kind="sales.quote", number=1, language="en", state="ready",
        facts_hash="0" * 64, name="quote.pdf", file=ContentFile(b"%PDF-", name=f"{uuid4().hex}.pdf"),
        sha256="0" * 64, size=5, pages=1, made_at=timezone.now(), requested_by=owner,
    )  # fmt: skip


def _call(world: Any, owner: Any) -> WebhookDelivery:
    endpoint = BUILDERS["core.webhook"](world, owner)
    message = outbox.enqueue_call(url=endpoint.url, body={}, dedupe_key=uuid4().hex)
    return WebhookDelivery.objects.create(endpoint=endpoint, message=message, event="crm.client.changed")


def _job_file(world: Any, owner: Any) -> JobFile:
    job = BUILDERS["core.job"](world, owner)
    return JobFile.objects.create(
        job=job, name="rows.csv", content_type="text/csv", size=4, sha256="0" * 64,
        file=ContentFile(b"rows", name=f"{uuid4().hex}.csv"),
    )  # fmt: skip


@dataclass(frozen=True)
class Target:
    """One thing to ask an address about: its arguments in the path, and what a POST sends."""

    arguments: dict[str, Any]
    data: dict[str, Any] = field(default_factory=dict)


Targets = dict[str, Target]
_targets: dict[str, Callable[[Any, str], Targets]] = {}
NOTHING: Targets = {"none": Target({})}


def targets(*names: str) -> Callable[[Callable[[Any, str], Targets]], Callable[[Any, str], Targets]]:
    def remember(function: Callable[[Any, str], Targets]) -> Callable[[Any, str], Targets]:
        _targets.update(dict.fromkeys(names, function))
        return function

    return remember


def targets_of(route: Any, world: Any, role: str) -> Targets:
    """What to ask a route about as a role. Raises KeyError when nobody said it."""
    if route.name in _targets:
        return _targets[route.name](world, role)
    if route.register is not None and route.register_page:
        return _of_register(route, world, role)
    return NOTHING


def is_known(route: Any) -> bool:
    """Does somebody say what to ask this route about? One without arguments needs no saying."""
    return "<" not in route.pattern or route.name in _targets or route.register is not None


def _of_register(route: Any, world: Any, role: str) -> Targets:
    register, page = route.register, route.register_page
    if page == "bulk":
        first = next(iter(register.bulk_actions), None)
        return {"none": Target({}, {"action": first.key if first else "none", "ids": ["0"]})}
    if "<" not in route.pattern:
        return NOTHING
    fields = {"field": _a_field_of(register, world)} if page == "field" else {}
    records = world.objects(register.key, role)
    return {kind: Target({"pk": record.pk, **fields}) for kind, record in records.items()}


def _a_field_of(register: Any, world: Any) -> str:
    """The first field of the form; where it has own fields alone, one that is made for it."""
    known = next(iter(register.form_class.base_fields), "")
    if not known:
        place = world.records.setdefault(("own field", register.model._meta.label_lower), {})
        if not place:
            place["any"] = make_field(model=register.model._meta.label_lower)
        known = f"own_{place['any'].key}"
    return known


def by(key: str, name: str = "pk", attribute: str = "pk", **more: Any) -> Callable[[Any, str], Targets]:
    """Targets of one record by kind: its `attribute` fills the argument `name`, `more` is fixed."""

    def found(world: Any, role: str) -> Targets:
        records = world.objects(key, role)
        return {kind: Target({name: getattr(record, attribute), **more}) for kind, record in records.items()}

    return found


def sent(key: str, name: str, **more: Any) -> Callable[[Any, str], Targets]:
    """Targets of an address without arguments whose POST names the record."""

    def found(world: Any, role: str) -> Targets:
        records = world.objects(key, role)
        return {kind: Target({}, {name: record.pk, **more}) for kind, record in records.items()}

    return found


_targets |= {
    **dict.fromkeys(("core:job", "core:job_cancel", "core:job_resume"), by("core.job", "uuid", "uuid")),
    **dict.fromkeys(("core:notice_open", "core:notice_read"), by("core.notice")),
    **dict.fromkeys(("core:view_delete", "core:view_pin"), by("core.saved_view")),
    **dict.fromkeys(("core:comment", "core:tags", "core:follow"), by("crm.client", register="crm.client")),
    **dict.fromkeys(("crm:log_talk", "crm:plan_task"), by("crm.client", register="crm.client")),
    **dict.fromkeys(("core:file", "core:file_delete"), by("core.attachment", "uuid", "uuid")),
    "core:file_new": sent("crm.client", "record", type="crm.client"),
    **dict.fromkeys(("crm:lead_answer", "crm:lead_qualify", "crm:lead_reject"), by("crm.lead")),
    "crm:entity_new": by("crm.client"),
    "crm:entity": by("crm.legal_entity"),
    "crm:point_new": by("crm.client", register="crm.client"),
    **dict.fromkeys(("crm:point_remove", "crm:point_consent"), by("crm.point")),
    "crm:place_new": by("crm.person"),
    "crm:place_remove": by("crm.place"),
    **dict.fromkeys(("core:paper_history", "core:paper_state"), by("sales.quote", "record_id", kind="sales.quote")),
    "core:paper_new": sent("sales.quote", "record", kind="sales.quote"),
    "core:paper": by("core.document", "uuid", "uuid"),
    "core:paper_batch": lambda world, role: {"none": Target({}, {"kind": "sales.quote", "ids": ["0"]})},
    "core:labels": lambda world, role: {"any": Target({"kind": "inventory.item"})},
    **dict.fromkeys(("mfa_edit_webauthn", "mfa_remove_webauthn"), by("mfa.key")),
    "mfa_reauthenticate_webauthn": lambda world, role: {"none": Target({})} if world.objects("mfa.key", role) else {},
    "core:undo": by("core.undo", "uuid", "uuid"),
    "core:reminder_forget": by("core.reminder"),
    "core:remind": by("crm.client", app="crm", model="client"),
    "core:session_end": by("core.session"),
    "crm:task_done": by("crm.task"),
    "core:team_card": by("core.team"),
    "core:switch": lambda world, role: {"any": Target({"code": "exports"})},
    "core:own_field_new": lambda world, role: {"none": Target({}, {"model": "crm.client", "kind": "text"})},
    **dict.fromkeys(
        (
            "core:import_run",
            "core:import_file",
            "core:import_columns",
            "core:import_mapping",
            "core:import_check",
            "core:import_twins",
            "core:import_mend",
            "core:import_apply",
            "core:import_undo",
            "core:import_discard",
        ),
        by("core.import", "uuid", "uuid"),
    ),
    "core:api_token_revoke": by("core.api_token"),
    "core:webhook_call": by("core.webhook_call"),
    **dict.fromkeys(
        ("core:webhook_card", "core:webhook_edit", "core:webhook_test", "core:webhook_secret"), by("core.webhook")
    ),
    "core:import_mapping_forget": by("core.import_mapping"),
}


@targets("core:job_file")
def job_files(world: Any, role: str) -> Targets:
    files = world.objects("core.job_file", role)
    return {kind: Target({"uuid": file.job.uuid, "file_uuid": file.uuid}) for kind, file in files.items()}


@targets(
    "core:own_field", "core:own_field_move", "core:own_field_retire", "core:own_field_restore", "core:own_field_retry"
)
def own_fields(world: Any, role: str) -> Targets:
    return by("core.own_field")(world, role)


@targets(
    "core:user_card", "core:user_edit", "core:user_block", "core:user_unblock", "core:user_invite",
    "core:user_sign_out", "core:user_factors_remove", "core:act_as", "core:user_role_new",
)  # fmt: skip
def users(world: Any, role: str) -> Targets:
    return by("core.user")(world, role)


@targets("core:user_role", "core:user_role_withdraw")
def roles_of_users(world: Any, role: str) -> Targets:
    person = world.people["seller" if role != "seller" else "marketer"]
    return {"any": Target({"pk": person.pk, "code": person.role_assignments.get().role.code})}


@targets("core:role_card", "core:role_edit")
def roles(world: Any, role: str) -> Targets:
    return {"any": Target({"code": "seller" if role != "seller" else "marketer"})}


def _read_records() -> None:
    """What the modules of `tests/authz/records` add for their apps to BUILDERS, OWNERLESS and the targets."""
    for module in iter_modules(records.__path__):
        import_module(f"{records.__name__}.{module.name}")


_read_records()
