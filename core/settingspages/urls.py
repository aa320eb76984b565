from django.urls import path

from core.settingspages import brandsheet, firstuse, parts, views
from core.settingspages.kinds import urls_for
from core.setuppages.calendars import Calendars
from core.setuppages.company import Branches, Organizations
from core.setuppages.looks import Looks
from core.setuppages.money import Currencies, ExchangeRates, Taxes
from core.setuppages.numbering import NumberSeries

urlpatterns = [
    path("settings/", views.Hub.as_view(), name="settings"),
    *urls_for(Organizations, Branches, Calendars, NumberSeries, Taxes, Currencies, ExchangeRates, Looks),
    path("settings/taxes/<int:pk>/rate/", parts.TaxRateNew.as_view(), name="settings_tax_rate_new"),
    path("settings/tax-rates/<int:pk>/withdraw/", parts.TaxRateWithdraw.as_view(), name="settings_tax_rate_withdraw"),
    path("settings/calendars/<int:pk>/free/", parts.HolidayNew.as_view(), name="settings_holiday_new"),
    path("settings/calendars/<int:pk>/public/", parts.HolidaysImport.as_view(), name="settings_holidays_import"),
    path("settings/free-days/<int:pk>/remove/", parts.HolidayRemove.as_view(), name="settings_holiday_remove"),
    path("settings/documents/<int:pk>/logo/", parts.LogoSet.as_view(), name="settings_logo"),
    path("settings/documents/<int:pk>/preview/", parts.LookPreview.as_view(), name="settings_preview"),
    path("brand/<str:colour>.css", brandsheet.BrandSheet.as_view(), name="brand"),
    path("setup/", firstuse.SetUp.as_view(), name="setup"),
    path("setup/first/<str:token>/", firstuse.FirstAdministrator.as_view(), name="first_administrator"),
    path("setup/taxes/", firstuse.TaxesOf.as_view(), name="setup_taxes"),
    path("setup/demo/", firstuse.LoadDemo.as_view(), name="setup_demo"),
    path("setup/<str:code>/skip/", firstuse.Skip.as_view(), name="setup_skip"),
    path("setup/<str:code>/resume/", firstuse.Resume.as_view(), name="setup_resume"),
]
