"""The list and card of campaigns: started and ended, and what they cost entered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.errors import DomainError
from core.money import percent_of
from core.ui import amounts, cells, daywords
from core.ui.charts import as_asked
from core.ui.lists import ListScreen, Total
from core.ui.panels import Act, Stat
from core.ui.records import RecordScreen
from core.ui.screens import OfRecord
from core.ui.sending import key_of, seen_of, send_once
from core.ui.toasts import toast
from marketing.charts import leads_chart
from marketing.choices import CampaignStatus
from marketing.forms import CostForm
from marketing.registers import TONES
from marketing.relations import behind
from marketing.selectors.campaigns import harvest
from marketing.services import campaigns


class CampaignList(ListScreen):
    totals = (Total(gettext_lazy("Cost"), Sum("spent"), needs="marketing.view_campaigncost"),)


class CampaignCard(RecordScreen):
    template_name = "marketing/campaign_card.html"

    def badges(self) -> Iterator[SafeString]:
        yield cells.tag(self.record.get_status_display(), TONES.get(self.record.status, ""))

    def subtitle(self) -> Iterator[SafeString | str]:
        campaign = self.record
        yield campaign.source.get_channel_display()
        begins, ends = campaign.starts_on, campaign.ends_on
        if begins and ends:
            yield _("%(first)s to %(last)s") % {"first": daywords.day(begins), "last": daywords.day(ends)}
        elif begins:
            yield _("since %(day)s") % {"day": daywords.day(begins)}

    def acts(self) -> list[Act]:
        campaign = self.record
        if not policy.allows(self.user, "marketing.manage_campaigns", campaign):
            return []

        def to(status: str) -> str:
            return reverse("marketing:campaign_status", args=[campaign.pk, status])

        if campaign.status == CampaignStatus.PLANNED:
            return [Act(_("Start"), "player-play", to(CampaignStatus.RUNNING), primary=True, post=True)]
        if campaign.status == CampaignStatus.RUNNING:
            return [Act(_("Finish"), "check", to(CampaignStatus.DONE), primary=True, post=True)]
        return []

    def stats(self) -> list[Stat]:
        """What it brought and cost so far; reports add what it earned."""
        campaign, user = self.record, self.user
        found = harvest(campaign.pk)
        leads_url = behind("campaign_leads", campaign, user, "crm.view_lead")
        made = [
            Stat(_("Leads"), found.leads, self._share(found.qualified, found.leads), url=leads_url),
            Stat(
                _("New clients"), found.new_clients, _("first won deal through it"),
                url=behind("campaign_clients", campaign, user, "sales.view_deal"),
            ),
        ]  # fmt: skip
        if policy.allows(user, "marketing.view_campaigncost"):
            over = bool(campaign.budget) and found.cost > campaign.budget
            cost_url = behind("campaign_cost", campaign, user, "marketing.view_campaigncost")
            made += [
                Stat(
                    _("Cost"), amounts.home_money(found.cost), self._used(found.cost), "bad" if over else "", cost_url
                ),
                Stat(_("Cost per lead"), _amount(found.cost_per_lead), url=leads_url),
                Stat(_("Cost per new client"), _amount(found.cost_per_client)),
            ]
        return [*made, *self.told_by_others()]

    def _used(self, cost: Any) -> str:
        budget = self.record.budget
        if not budget:
            return _("no budget set")
        share = amounts.number(percent_of(cost, budget))
        return _("%(percent)s %% of %(budget)s") % {"percent": share, "budget": amounts.home_money(budget)}

    def _share(self, part: int, whole: int) -> str:
        if not whole:
            return ""
        return _("%(part)s became deals") % {"part": part}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        chart = leads_chart(self.record) if self.section == "overview" else None
        context["chart"] = as_asked(chart, self.request) if chart else None
        if chart:
            drawn = render_to_string("marketing/_over_time.html", context, self.request)
            context["main_panels"] = [*context["main_panels"][:1], drawn, *context["main_panels"][1:]]
        return context


def _amount(value: Any) -> str:
    return "–" if value is None else amounts.home_money(value)


class OfCampaign(OfRecord):
    """An action on one campaign."""

    action: ClassVar[str | None] = "marketing.manage_campaigns"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **{**kwargs, "register": "marketing.campaign"})


class SetStatus(OfCampaign):
    """Start or end it; the same again changes nothing."""

    def post(self, request: HttpRequest, register: str, pk: int, status: str) -> HttpResponse:
        if status not in CampaignStatus.values:
            raise Http404
        try:
            campaigns.set_campaign_status(campaign_id=pk, status=status, at=timezone.now(), by=self.user_of(request))
        except DomainError as refused:
            toast(request, refused, level="bad")
        return self.done(request)

    def user_of(self, request: HttpRequest) -> Any:
        return request.user


class AddCost(OfCampaign):
    """Enter money spent; the same form sent twice enters it once."""

    action = "marketing.add_campaign_cost"
    sees: ClassVar[tuple[str, ...]] = ("costs.amount",)

    def get(self, request: HttpRequest, register: str, pk: int) -> HttpResponse:
        return self._page(CostForm(initial={"on": timezone.localdate()}), 200)

    def post(self, request: HttpRequest, register: str, pk: int) -> HttpResponse:
        form = CostForm(request.POST)
        if not form.is_valid():
            return self._page(form, 422)
        user: Any = request.user

        def run() -> str:
            source_key = f"form:{user.pk}:{key_of(request)}"[:120]
            campaigns.add_campaign_cost(campaign_id=pk, by=user, source_key=source_key, **form.cleaned_data)
            return "kept"

        try:
            send_once(request, run, record=self.record, sees=self.sees)
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self._page(form, 409)
        toast(request, _("The cost was entered."))
        return self.done(request)

    def _page(self, form: CostForm, status: int) -> HttpResponse:
        context = {
            "form": form, "record": self.record, "record_url": self.register.url_of(self.record),
            "key": key_of(self.request), "seen": seen_of(self.request, self.record, self.sees),
        }  # fmt: skip
        return render(self.request, "marketing/cost_form.html", context, status=status)
