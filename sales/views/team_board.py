"""The team of a head of sales: who has what open, won and lost, and what lies about."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.views.generic import TemplateView

from core.access import scope
from core.selectors.currency import home_currency
from core.ui.access import Guarded
from core.ui.shell import address
from sales.models import Deal
from sales.selectors.team import team_of, together


class TeamBoard(Guarded, TemplateView):
    """Each figure leads to the deals behind it."""

    action = "sales.skip_duties"
    template_name = "sales/team_board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        deals = scope.narrow(Deal.objects.visible_to(user, "sales.view_deal"), self.request)
        members = team_of(deals, user, timezone.now())
        today = timezone.localdate()
        return super().get_context_data(
            members=members,
            whole=together(members),
            month=today,
            this_month=f"{today:%Y-%m}",
            deals_url=address("sales:deal_list"),
            plans_url=address("reports:plan_list"),
            inbox_url=address("crm:inbox"),
            currency=home_currency(),
            **kwargs,
        )
