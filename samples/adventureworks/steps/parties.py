"""Clients (stores, private buyers, vendors), the legal entities that order and deliver, and prospects as leads."""

from __future__ import annotations

from django.db import connection

from crm.choices import SourceChannel
from crm.models import Client, Lead, LegalEntity, Source
from samples.adventureworks import keys
from samples.adventureworks.keys import joined, key
from samples.loading.runner import Load
from samples.loading.upsert import Outcome, Upsert

FULL_NAME = "concat_ws(' ', p.firstname, p.middlename, p.lastname, p.suffix)"

# The day on which the source ends: prospects carry no date of their own.
LAST_DAY = "(SELECT max(orderdate) FROM src_salesorderheader)::timestamp AT TIME ZONE 'UTC'"


def clients(load: Load) -> dict[str, Outcome]:
    """A store, a private buyer or a vendor is one client each; a vendor is a supplier and no customer."""
    stores = Upsert(
        model=Client,
        source=f"src_store s {joined('core_user', 'u', 'employee', 's.salespersonid', left=True)}",
        values={
            "external_key": key("store", "s.businessentityid"),
            "name": "s.name",
            "status": "'active'",
            "segment": "'store'",
            "industry": "coalesce(s.specialty, '')",
            "owner": "u.id",
            "branch": "%(branch)s",
            "note": "concat_ws(E'\\n', 'Annual sales: ' || s.annualsales, 'Annual revenue: ' || s.annualrevenue,"
            " 'Bank: ' || s.bankname, 'Business type: ' || s.businesstype, 'Opened: ' || s.yearopened,"
            " 'Square feet: ' || s.squarefeet, 'Employees: ' || s.numberemployees)",
        },
    )
    private = Upsert(
        model=Client,
        source="src_customer s JOIN src_person p ON p.businessentityid = s.personid WHERE s.storeid IS NULL",
        values={
            "external_key": key("buyer", "s.personid"),
            "name": FULL_NAME,
            "status": "'active'",
            "is_person": "true",
            "segment": "'private'",
            "branch": "%(branch)s",
        },
    )
    vendors = Upsert(
        model=Client,
        source="src_vendor s",
        values={
            "external_key": key("vendor", "s.businessentityid"),
            "name": "s.name",
            "status": "CASE WHEN s.activeflag THEN 'active' ELSE 'dormant' END",
            "is_customer": "false",
            "is_supplier": "true",
            "segment": "'supplier'",
            "branch": "%(branch)s",
            "note": "concat_ws(E'\\n', 'Credit rating: ' || s.creditrating,"
            " CASE WHEN s.preferredvendorstatus THEN 'Preferred supplier' END)",
        },
    )
    return {
        "stores": stores.run(load.params),
        "private buyers": private.run(load.params),
        "vendors": vendors.run(load.params),
    }


def _make_addresses() -> None:
    """`src_party_address`: a billing and a delivery address of each party as text, and its country."""
    text = (
        "concat_ws(E'\\n', a.addressline1, a.addressline2, concat_ws(' ', a.postalcode, a.city),"
        " concat_ws(', ', sp.name, c.name))"
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS src_party_address")
        cursor.execute(
            "CREATE TEMP TABLE src_party_address AS SELECT b.businessentityid,"
            f" coalesce(min({text}) FILTER (WHERE t.name <> 'Shipping'), '') AS billing,"
            f" coalesce(min({text}) FILTER (WHERE t.name = 'Shipping'), '') AS shipping,"
            " coalesce(min(sp.countryregioncode) FILTER (WHERE t.name <> 'Shipping'), min(sp.countryregioncode))"
            " AS country"
            " FROM src_businessentityaddress b JOIN src_addresstype t USING (addresstypeid)"
            " JOIN src_address a USING (addressid) JOIN src_stateprovince sp USING (stateprovinceid)"
            " JOIN src_countryregion c ON c.countryregioncode = sp.countryregioncode GROUP BY b.businessentityid"
        )
        cursor.execute("ANALYZE src_party_address")


def legal_entities(load: Load) -> dict[str, Outcome]:
    """Each Customer row is a legal entity: a store has two (with and without its buyer), a private buyer one."""
    _make_addresses()
    address = {
        "billing_address": "coalesce(a.billing, '')",
        "shipping_address": "coalesce(a.shipping, '')",
        "country": "coalesce(a.country, '')",
    }
    customers = Upsert(
        model=LegalEntity,
        source=(
            "src_customer s JOIN crm_client c ON c.external_key ="
            f" CASE WHEN s.storeid IS NULL THEN {key('buyer', 's.personid')} ELSE {key('store', 's.storeid')} END"
            " LEFT JOIN src_party_address a ON a.businessentityid = coalesce(s.storeid, s.personid)"
            " LEFT JOIN src_salesterritory t ON t.territoryid = s.territoryid"
        ),
        values={
            "external_key": key("customer", "s.customerid"),
            "client": "c.id",
            "legal_name": "c.name",
            "account_number": "s.accountnumber",
            "territory": "coalesce(t.name, '')",
            **address,
        },
    )
    vendors = Upsert(
        model=LegalEntity,
        source=(
            f"src_vendor s {joined('crm_client', 'c', 'vendor', 's.businessentityid')}"
            " LEFT JOIN src_party_address a USING (businessentityid)"
        ),
        values={
            "external_key": key("vendor", "s.businessentityid"),
            "client": "c.id",
            "legal_name": "c.name",
            "account_number": "s.accountnumber",
            **address,
        },
    )
    return {"customers": customers.run(load.params), "suppliers": vendors.run(load.params)}


def prospects(load: Load) -> dict[str, Outcome]:
    """Leads with the whole source row as it came; they arrive on the day on which the source ends."""
    source, _created = Source.objects.get_or_create(
        code=keys.SOURCE_OF_PROSPECTS,
        defaults={"name": "Bought list of prospects", "channel": SourceChannel.OTHER},
    )
    load.params["prospect_source"] = source.pk
    name = "concat_ws(' ', s.salutation, s.firstname, s.middlename, s.lastname)"
    leads = Upsert(
        model=Lead,
        source="src_prospectivebuyer s",
        values={
            "external_key": key("prospect", "s.prospectivebuyerkey"),
            "raw_payload": "to_jsonb(s) - 'line_no'",
            "title": name,
            "name": name,
            "email": "lower(coalesce(s.emailaddress, ''))",
            "phone": "coalesce(s.phone, '')",
            "message": "concat_ws(', ', s.addressline1, s.addressline2, s.city, s.stateprovincecode, s.postalcode)",
            "source": "%(prospect_source)s",
            "branch": "%(branch)s",
            "received_at": LAST_DAY,
        },
        keep=("raw_payload", "received_at"),
    )
    return {"leads": leads.run(load.params)}
