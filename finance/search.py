"""What of the books is searched. Bills have a right of their own, so they are a kind of their own."""

from django.utils.translation import gettext_lazy as _

from core.search.kinds import Searched, Watch, add, renamed
from crm.models import Client, LegalEntity
from finance.choices import InvoiceStatus
from finance.models import Invoice

SOURCE = """finance_invoice r LEFT JOIN crm_client k ON k.id = r.client_id
    LEFT JOIN crm_legalentity l ON l.id = r.legal_entity_id"""
NAMES = "concat_ws(' ', r.number, l.legal_name, nullif(k.name, l.legal_name))"
WATCHES = (
    Watch(
        Invoice,
        ("kind", "number", "client_id", "legal_entity_id", "status", "gross_amount", "currency_id", "branch_id"),
    ),
    renamed(Client, ("name", "owner_id"), Invoice, "client_id"),
    renamed(LegalEntity, ("legal_name",), Invoice, "legal_entity_id"),
)

add(
    Searched(
        key="finance.invoice",
        model=Invoice,
        action="finance.view_invoice",
        label=_("Invoice"),
        plural=_("Invoices"),
        icon="file-euro",
        order=70,
        source=SOURCE,
        where="r.kind <> 'bill'",
        title="coalesce(nullif(r.number, ''), l.legal_name)",
        detail="CASE WHEN r.number <> '' THEN l.legal_name END",
        names=NAMES,
        number="r.number",
        status="CASE WHEN r.status <> 'posted' THEN r.status END",
        amount="r.gross_amount",
        currency="r.currency_id",
        owner="k.owner_id",
        branch="r.branch_id",
        statuses=InvoiceStatus,
        watches=WATCHES,
    ),
    Searched(
        key="finance.bill",
        model=Invoice,
        action="finance.view_bill",
        label=_("Supplier bill"),
        plural=_("Supplier bills"),
        icon="receipt",
        order=90,
        source=SOURCE,
        where="r.kind = 'bill'",
        title="coalesce(nullif(r.number, ''), l.legal_name)",
        detail="CASE WHEN r.number <> '' THEN l.legal_name END",
        names=NAMES,
        number="r.number",
        status="CASE WHEN r.status <> 'posted' THEN r.status END",
        amount="r.gross_amount",
        currency="r.currency_id",
        owner="k.owner_id",
        branch="r.branch_id",
        statuses=InvoiceStatus,
        watches=WATCHES,
    ),
)
