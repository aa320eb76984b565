from django.urls import URLPattern, path

from reports.views import classes, dashboard, funnel, indicator, plans, results, sales

app_name = "reports"
urlpatterns: list[URLPattern] = [
    path("dashboard/", dashboard.Dashboard.as_view(), name="dashboard"),
    path("dashboard/pdf/", dashboard.Snapshot.as_view(), name="snapshot"),
    path("figures/<slug:code>/", indicator.IndicatorPage.as_view(), name="indicator"),
    path("sales/", sales.Sales.as_view(), name="sales"),
    path("funnel/", funnel.Funnel.as_view(), name="funnel"),
    path("abc/", classes.Abc.as_view(), name="abc"),
    path("xyz/", classes.Xyz.as_view(), name="xyz"),
    path("order-results/", results.OrderResults.as_view(), name="order_results"),
    path("plans/", plans.PlanList.as_view(), name="plan_list"),
]
