"""What a campaign brought day by day."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate, TruncMonth
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from core.ui.charts import Chart, Series
from core.ui.periods import month_of
from crm.models import Lead
from marketing.models import Campaign
from sales.models import Deal

MOST_DAYS = 31


def leads_chart(campaign: Campaign) -> Chart | None:
    """Leads and deals of a campaign by day, or by month where it runs longer (two statements)."""
    zone = timezone.get_current_timezone()
    leads = Lead.objects.filter(source=campaign.source_id).order_by()
    by_day = dict(leads.values_list(TruncDate("received_at", tzinfo=zone)).annotate(n=Count("pk")))
    if not by_day:
        return None
    first, last = min(by_day), max(by_day)
    deals = Deal.objects.filter(source=campaign.source_id).order_by()
    if (last - first).days < MOST_DAYS:
        opened = dict(deals.values_list(TruncDate("opened_at", tzinfo=zone)).annotate(n=Count("pk")))
        last = max([last, *opened]) if opened and (max(opened) - first).days < MOST_DAYS else last
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        labels = [formats.date_format(day, "j M") for day in days]
        values = [by_day.get(day, 0) for day in days], [opened.get(day, 0) for day in days]
    else:
        months = _months(first, last)
        by_month = deals.values_list(TruncMonth("opened_at", tzinfo=zone)).annotate(n=Count("pk"))
        opened = {at.date(): n for at, n in by_month}
        sums = {month: sum(n for day, n in by_day.items() if day.replace(day=1) == month) for month in months}
        labels = [formats.date_format(month, "M Y") for month in months]
        values = [sums[month] for month in months], [opened.get(month, 0) for month in months]
    best = max(range(len(labels)), key=lambda place: values[0][place])
    return Chart(
        "leads",
        _("Leads and deals over time"),
        labels,
        [Series(_("Leads"), values[0]), Series(_("Deals"), values[1], "bar", 2)],
        _("Most leads came in %(when)s: %(count)s.") % {"when": labels[best], "count": values[0][best]},
        label_head=_("When"),
        height=190,
    )


def _months(first: date, last: date) -> list[date]:
    found, month = [], first.replace(day=1)
    while month <= last:
        found.append(month)
        month = month_of(month, shift=1).since or last
    return found
