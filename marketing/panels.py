"""What stands on the card of a campaign, and what marketing knows on cards of clients and leads."""

from core.ui import panels
from core.ui.panels import Panel
from crm.models import Client, Lead
from marketing import relations
from marketing.models import Campaign

panels.add(Campaign, Panel("steps", "marketing/_steps.html", relations.steps, order=10))
panels.add(
    Campaign, Panel("costs", "marketing/_costs.html", relations.costs, order=30, needs="marketing.view_campaigncost")
)
panels.add(Campaign, Panel("leads", "marketing/_leads.html", relations.newest_leads, "side", 10, needs="crm.view_lead"))
for model in (Client, Lead):
    met = Panel("touches", "marketing/_touches.html", relations.met_through, "side", 40, needs="marketing.view_touch")
    panels.add(model, met)
