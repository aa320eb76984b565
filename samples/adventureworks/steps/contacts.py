"""People, how to reach them, and their places at clients."""

from __future__ import annotations

from django.db import connection

from crm.choices import ContactKind
from crm.contacts import normalised
from crm.models import ContactPoint, Person, PersonRole
from samples.adventureworks.keys import joined, key
from samples.loading.runner import Load
from samples.loading.upsert import Outcome, Upsert

HOME_REGION = "US"  # a phone without a country code is read as American
CONSENT = {
    "consent": "CASE WHEN p.emailpromotion > 0 THEN 'given' WHEN p.emailpromotion = 0 THEN 'withdrawn'"
    " ELSE 'unknown' END",
    "consent_proof": "CASE WHEN p.emailpromotion IS NULL THEN '' ELSE 'EmailPromotion = ' || p.emailpromotion END",
}


def people(load: Load) -> dict[str, Outcome]:
    """A person per row of Person, and one without a name for every e-mail, phone or contact that names nobody."""
    named = Upsert(
        model=Person,
        source="src_person s",
        values={
            "external_key": key("person", "s.businessentityid"),
            "title": "coalesce(s.title, '')",
            "first_name": "s.firstname",
            "middle_name": "coalesce(s.middlename, '')",
            "last_name": "s.lastname",
            "suffix": "coalesce(s.suffix, '')",
            "kind": "trim(s.persontype)",
        },
    )
    unnamed = Upsert(
        model=Person,
        source=(
            "(SELECT businessentityid FROM src_emailaddress UNION SELECT businessentityid FROM src_personphone"
            " UNION SELECT personid FROM src_businessentitycontact) s"
            " WHERE NOT EXISTS (SELECT 1 FROM src_person p WHERE p.businessentityid = s.businessentityid)"
        ),
        values={"external_key": key("person", "s.businessentityid")},
    )
    return {"people": named.run(), "contacts without a name": unnamed.run()}


def _normalise_phones() -> None:
    """`src_phone`: each distinct spelling of a phone with its normalised form, None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT phonenumber FROM src_personphone")
        spellings = [row[0] for row in cursor.fetchall()]
        pairs = [(value, normalised(ContactKind.PHONE, value, region=HOME_REGION)) for value in spellings]
        cursor.execute("DROP TABLE IF EXISTS src_phone")
        cursor.execute("CREATE TEMP TABLE src_phone (spelling text PRIMARY KEY, normalised text)")
        cursor.execute(
            "INSERT INTO src_phone SELECT * FROM unnest(%s::text[], %s::text[])",
            [[spelling for spelling, _phone in pairs], [phone for _spelling, phone in pairs]],
        )
        cursor.execute("ANALYZE src_phone")


def contact_points(load: Load) -> dict[str, Outcome]:
    """The first e-mail and the first phone of a person are his primary ones. Consent follows EmailPromotion."""
    _normalise_phones()
    emails = Upsert(
        model=ContactPoint,
        key=("person", "client", "kind", "normalised"),
        source=(
            "(SELECT DISTINCT ON (businessentityid, lower(emailaddress)) * FROM src_emailaddress"
            "  ORDER BY businessentityid, lower(emailaddress), emailaddressid) s"
            f" {joined('crm_person', 'r', 'person', 's.businessentityid')}"
            " LEFT JOIN src_person p ON p.businessentityid = s.businessentityid"
        ),
        values={
            "person": "r.id",
            "client": "NULL",
            "kind": "'email'",
            "value": "s.emailaddress",
            "normalised": "lower(s.emailaddress)",
            "is_primary": "s.emailaddressid = min(s.emailaddressid) OVER (PARTITION BY s.businessentityid)",
            **CONSENT,
        },
        keep=("consent", "consent_proof", "is_primary"),
    )
    phones = Upsert(
        model=ContactPoint,
        key=("person", "client", "kind", "normalised"),
        source=(
            "(SELECT DISTINCT ON (x.businessentityid, n.normalised) x.businessentityid, x.phonenumber,"
            "  t.name, n.normalised,"
            "  x.line_no FROM src_personphone x JOIN src_phone n ON n.spelling = x.phonenumber"
            "  JOIN src_phonenumbertype t USING (phonenumbertypeid) WHERE n.normalised IS NOT NULL"
            "  ORDER BY x.businessentityid, n.normalised, x.line_no) s"
            f" {joined('crm_person', 'r', 'person', 's.businessentityid')}"
        ),
        values={
            "person": "r.id",
            "client": "NULL",
            "kind": "'phone'",
            "value": "s.phonenumber",
            "normalised": "s.normalised",
            "label": "s.name",
            "is_primary": "s.line_no = min(s.line_no) OVER (PARTITION BY s.businessentityid)",
        },
        keep=("is_primary",),
    )
    sites = Upsert(
        model=ContactPoint,
        key=("person", "client", "kind", "normalised"),
        source=f"src_vendor s {joined('crm_client', 'c', 'vendor', 's.businessentityid')}"
        " WHERE s.purchasingwebserviceurl <> ''",
        values={
            "person": "NULL",
            "client": "c.id",
            "kind": "'web'",
            "value": "s.purchasingwebserviceurl",
            "normalised": "lower(trim(s.purchasingwebserviceurl))",
        },
    )
    return {"e-mails": emails.run(), "phones": phones.run(), "web addresses": sites.run()}


def roles(load: Load) -> dict[str, Outcome]:
    """Contacts of stores and vendors by their function; a customer's person stands at its legal entity."""
    contacts = Upsert(
        model=PersonRole,
        key=("person", "client", "legal_entity", "position"),
        source=(
            "src_businessentitycontact s JOIN src_contacttype t USING (contacttypeid)"
            f" {joined('crm_person', 'r', 'person', 's.personid')}"
            f" JOIN crm_client c ON c.external_key IN ({key('store', 's.businessentityid')},"
            f" {key('vendor', 's.businessentityid')})"
        ),
        values={"person": "r.id", "client": "c.id", "legal_entity": "NULL", "position": "t.name"},
    )
    buyers = Upsert(
        model=PersonRole,
        key=("person", "client", "legal_entity", "position"),
        source=(
            f"src_customer s {joined('crm_person', 'r', 'person', 's.personid')}"
            f" {joined('crm_legalentity', 'e', 'customer', 's.customerid')}"
        ),
        values={
            "person": "r.id",
            "client": "e.client_id",
            "legal_entity": "e.id",
            "position": "CASE WHEN s.storeid IS NULL THEN '' ELSE 'Buyer' END",
            "is_primary": "true",
        },
    )
    return {"contacts": contacts.run(), "buyers": buyers.run()}
