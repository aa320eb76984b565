"""What of selling is searched."""

from django.utils.translation import gettext_lazy as _

from core.search.kinds import Searched, Watch, add, renamed
from crm.models import Client, LegalEntity
from sales.choices import DealStatus, OrderStatus, QuoteStatus
from sales.models import Deal, Quote, SalesOrder

add(
    Searched(
        key="sales.deal",
        model=Deal,
        action="sales.view_deal",
        label=_("Deal"),
        plural=_("Deals"),
        icon="layout-kanban",
        order=20,
        source="sales_deal r LEFT JOIN crm_client k ON k.id = r.client_id",
        where="r.binned_at IS NULL",
        title="r.name",
        detail="k.name",
        names="concat_ws(' ', r.name, k.name)",
        status="CASE WHEN r.status <> 'open' THEN r.status END",
        amount="r.amount",
        currency="r.currency_id",
        owner="r.owner_id",
        branch="r.branch_id",
        statuses=DealStatus,
        watches=(
            Watch(
                Deal,
                ("name", "client_id", "status", "amount", "currency_id", "owner_id", "branch_id", "binned_at"),
            ),
            renamed(Client, ("name",), Deal, "client_id"),
        ),
    ),
    Searched(
        key="sales.quote",
        model=Quote,
        action="sales.view_quote",
        label=_("Quote"),
        plural=_("Quotes"),
        icon="file-description",
        order=60,
        source="""sales_quote r LEFT JOIN sales_deal d ON d.id = r.deal_id
            LEFT JOIN crm_legalentity l ON l.id = r.legal_entity_id""",
        title="r.number",
        detail="concat_ws(', ', nullif(d.name, ''), l.legal_name)",
        names="concat_ws(' ', r.number, d.name, l.legal_name)",
        number="r.number",
        status="r.status",
        amount="r.gross_amount",
        currency="r.currency_id",
        owner="d.owner_id",
        branch="d.branch_id",
        statuses=QuoteStatus,
        watches=(
            Watch(Quote, ("number", "deal_id", "legal_entity_id", "status", "gross_amount", "currency_id")),
            renamed(Deal, ("name", "owner_id", "branch_id"), Quote, "deal_id"),
            renamed(LegalEntity, ("legal_name",), Quote, "legal_entity_id"),
        ),
    ),
    Searched(
        key="sales.salesorder",
        model=SalesOrder,
        action="sales.view_salesorder",
        label=_("Order"),
        plural=_("Orders"),
        icon="file-invoice",
        order=25,
        source="""sales_salesorder r LEFT JOIN crm_client k ON k.id = r.client_id
            LEFT JOIN crm_legalentity l ON l.id = r.legal_entity_id""",
        title="r.number",
        detail="l.legal_name",
        names="concat_ws(' ', r.number, l.legal_name, nullif(k.name, l.legal_name), r.client_reference)",
        codes="core_code(r.client_reference)",
        number="r.number",
        status="r.status",
        amount="r.gross_amount",
        currency="r.currency_id",
        owner="r.owner_id",
        branch="r.branch_id",
        statuses=OrderStatus,
        watches=(
            Watch(
                SalesOrder,
                (
                    "number", "client_id", "legal_entity_id", "client_reference", "status", "gross_amount",
                    "currency_id", "owner_id", "branch_id",
                ),
            ),
            renamed(Client, ("name",), SalesOrder, "client_id"),
            renamed(LegalEntity, ("legal_name",), SalesOrder, "legal_entity_id"),
        ),
    ),
)  # fmt: skip
