from django.urls import URLPattern, path

from core.ui.addresses import urls_for
from marketing.registers import Campaigns
from marketing.views import campaigns

app_name = "marketing"
urlpatterns: list[URLPattern] = [
    path("campaigns/<int:pk>/status/<slug:status>/", campaigns.SetStatus.as_view(), name="campaign_status"),
    path("campaigns/<int:pk>/costs/new/", campaigns.AddCost.as_view(), name="campaign_cost"),
    *urls_for(Campaigns, list=campaigns.CampaignList, card=campaigns.CampaignCard),
]
