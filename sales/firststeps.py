"""The steps of the first set-up that sales can prove."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.settingspages.steps import Step, add
from sales.models import Deal, Pipeline


def _pipelines() -> str:
    return ", ".join(Pipeline.objects.filter(is_active=True).order_by("pk").values_list("name", flat=True)[:3])


def _deals() -> str:
    count = Deal.objects.count()
    return ngettext("%(count)d deal", "%(count)d deals", count) % {"count": count} if count else ""


add(
    Step(
        "pipeline",
        _("Pipeline"),
        _("The stages of a deal. A new one comes with five that you can change."),
        "layout-columns",
        _("Add a pipeline"),
        "sales:settings_pipeline_new",
        "sales.set_up_pipelines",
        _pipelines,
        order=110,
    ),
    Step(
        "deal",
        _("First deal"),
        _("With a client, an item and a pipeline there you can sell."),
        "target-arrow",
        _("Add a deal"),
        "sales:deal_new",
        "sales.open_deal",
        _deals,
        order=140,
    ),
)
