"""What of the client base is searched."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.search import actions
from core.search.actions import Do
from core.search.kinds import Searched, Watch, add, renamed
from core.search.pages import reverse_or_nothing
from crm.choices import ClientStatus, LeadStatus, PersonStatus
from crm.models import Client, ContactPoint, Lead, LegalEntity, Person, PersonRole

# E-mails and names of messengers are words; of a phone only the digits count.
WORDS = "CASE WHEN c.kind = 'phone' THEN '' ELSE c.value END"
DIGITS = "CASE WHEN c.kind = 'phone' THEN regexp_replace(c.normalised, '[^0-9]', '', 'g') END"
POINT_COLUMNS = ("kind", "value", "normalised", "client_id", "person_id")


def clients_of(person_ids: list[int], user: Any) -> dict[int, str]:
    """The names of the clients at which persons have a place, as far as the user may know of them."""
    known = Client.objects.visible_to(user, "crm.view_client")
    roles = PersonRole.objects.filter(person__in=person_ids, client__in=known).order_by("client__name")
    found: dict[int, dict[str, None]] = {}
    for person_id, name in roles.values_list("person", "client__name"):
        found.setdefault(person_id, {})[name] = None
    return {person_id: ", ".join(names) for person_id, names in found.items()}


add(
    Searched(
        key="crm.client",
        model=Client,
        action="crm.view_client",
        label=_("Client"),
        plural=_("Clients"),
        icon="building-store",
        order=10,
        source=f"""crm_client r
            LEFT JOIN LATERAL (
                SELECT string_agg(l.legal_name, ' ' ORDER BY l.id) AS names,
                    string_agg(DISTINCT nullif(l.legal_name, r.name), ', ') AS others,
                    string_agg(concat_ws(' ', nullif(core_code(l.tax_id), ''),
                        nullif(core_code(l.account_number), '')), ' ' ORDER BY l.id) AS codes
                FROM crm_legalentity l WHERE l.client_id = r.id
            ) entities ON true
            LEFT JOIN LATERAL (
                SELECT string_agg({WORDS}, ' ' ORDER BY c.id) AS words,
                    string_agg({DIGITS}, ' ' ORDER BY c.id) AS digits
                FROM crm_contactpoint c WHERE c.client_id = r.id
            ) points ON true""",  # noqa: S608 - constants of this file
        where="r.binned_at IS NULL",
        title="r.name",
        detail="left(entities.others, 200)",
        names="concat_ws(' ', r.name, entities.names, points.words)",
        codes="concat_ws(' ', nullif(entities.codes, ''), points.digits)",
        status="CASE WHEN r.status <> 'active' THEN r.status END",
        owner="r.owner_id",
        branch="r.branch_id",
        statuses=ClientStatus,
        watches=(
            Watch(Client, ("name", "status", "owner_id", "branch_id", "binned_at")),
            Watch(
                LegalEntity,
                ("legal_name", "tax_id", "account_number", "client_id"),
                "SELECT changed.client_id FROM changed",
            ),
            Watch(ContactPoint, POINT_COLUMNS, "SELECT changed.client_id FROM changed"),
        ),
    ),
    Searched(
        key="crm.person",
        model=Person,
        action="crm.view_person",
        label=_("Contact"),
        plural=_("Contacts"),
        icon="user",
        order=30,
        source=f"""crm_person r
            LEFT JOIN LATERAL (
                SELECT string_agg(DISTINCT (
                    SELECT k.name FROM crm_client k WHERE k.id = p.client_id AND k.binned_at IS NULL
                ), ', ') AS names FROM crm_personrole p WHERE p.person_id = r.id
            ) clients ON true
            LEFT JOIN LATERAL (
                SELECT string_agg({WORDS}, ' ' ORDER BY c.id) AS words,
                    string_agg({DIGITS}, ' ' ORDER BY c.id) AS digits
                FROM crm_contactpoint c WHERE c.person_id = r.id
            ) points ON true""",  # noqa: S608 - constants of this file
        where="r.binned_at IS NULL",
        title="concat_ws(' ', nullif(r.first_name, ''), nullif(r.middle_name, ''), nullif(r.last_name, ''))",
        sort="concat_ws(' ', nullif(r.last_name, ''), nullif(r.first_name, ''), nullif(r.middle_name, ''))",
        detail="left(clients.names, 200)",
        names="concat_ws(' ', r.first_name, r.middle_name, r.last_name, clients.names, points.words)",
        codes="points.digits",
        status="CASE WHEN r.status = 'left' THEN r.status END",
        owner="r.owner_id",
        statuses=PersonStatus,
        details=clients_of,
        watches=(
            Watch(Person, ("first_name", "middle_name", "last_name", "status", "owner_id", "binned_at")),
            Watch(PersonRole, ("person_id", "client_id"), "SELECT changed.person_id FROM changed"),
            Watch(ContactPoint, POINT_COLUMNS, "SELECT changed.person_id FROM changed"),
            renamed(Client, ("name", "binned_at"), PersonRole, "client_id", "person_id"),
        ),
    ),
    Searched(
        key="crm.lead",
        model=Lead,
        action="crm.view_lead",
        label=_("Lead"),
        plural=_("Leads"),
        icon="user-plus",
        order=40,
        source="crm_lead r",
        where="r.binned_at IS NULL",
        title=(
            "coalesce(nullif(r.title, ''), nullif(r.company, ''), nullif(r.name, ''), nullif(r.email, ''), r.phone)"
        ),
        detail=(
            "concat_ws(', ', CASE WHEN r.title <> '' THEN nullif(r.company, '') END,"
            " CASE WHEN r.title <> '' OR r.company <> '' THEN nullif(r.name, '') END)"
        ),
        names="concat_ws(' ', r.title, r.company, r.name, r.email)",
        codes="core_code(r.phone)",
        status="r.status",
        owner="r.owner_id",
        branch="r.branch_id",
        statuses=LeadStatus,
        watches=(
            Watch(
                Lead,
                ("title", "company", "name", "email", "phone", "status", "owner_id", "branch_id", "binned_at"),
            ),
        ),
    ),
)

actions.add(
    Do(
        ("crm.client",),
        _("New contact at {name}"),
        "user-plus",
        "crm.create_client",
        lambda pk: reverse_or_nothing("crm:person_new", query={"client": pk}),
    ),
    Do(
        ("crm.client",),
        _("Log a call with {name}"),
        "phone",
        "crm.log_interaction",
        lambda pk: reverse_or_nothing("crm:log_talk", "crm.client", pk),
    ),
    Do(
        ("crm.person",),
        _("Log a call with {name}"),
        "phone",
        "crm.log_interaction",
        lambda pk: reverse_or_nothing("crm:log_talk", "crm.person", pk),
    ),
    Do(
        ("crm.client",),
        _("Plan a task about {name}"),
        "checkbox",
        "crm.create_task",
        lambda pk: reverse_or_nothing("crm:plan_task", "crm.client", pk),
    ),
    Do(
        ("crm.person",),
        _("Plan a task about {name}"),
        "checkbox",
        "crm.create_task",
        lambda pk: reverse_or_nothing("crm:plan_task", "crm.person", pk),
    ),
)
