"""Visits are found by their number, order, client, crew and address."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.search.kinds import Searched, Watch, add
from support.choices import VisitStatus
from support.models import InstallationVisit

add(
    Searched(
        key="support.visit",
        model=InstallationVisit,
        action="support.view_installationvisit",
        label=_("Visit"),
        plural=_("Visits"),
        icon="tools",
        order=110,
        source="""support_installationvisit r
            JOIN sales_salesorder o ON o.id = r.order_id
            JOIN crm_client k ON k.id = o.client_id""",
        where="true",
        title="r.number",
        detail="left(concat_ws(', ', k.name, nullif(r.crew, ''), nullif(r.address, '')), 200)",
        names="concat_ws(' ', r.number, k.name, r.crew, r.address)",
        number="r.number",
        codes="concat_ws(' ', core_code(r.number), core_code(o.number))",
        status="r.status",
        owner="o.owner_id",
        branch="r.branch_id",
        statuses=VisitStatus,
        watches=(Watch(InstallationVisit, ("number", "address", "crew", "status", "order_id", "branch_id")),),
    )
)
