from django.urls import URLPattern, path

from core.imports import run_views, views

urlpatterns: list[URLPattern] = [
    path("imports/", views.RunList.as_view(), name="import_list"),
    path("imports/new/", views.Start.as_view(), name="import_start"),
    path("imports/<uuid:uuid>/", run_views.RunPage.as_view(), name="import_run"),
    path("imports/<uuid:uuid>/file/", views.FilePage.as_view(), name="import_file"),
    path("imports/<uuid:uuid>/columns/", views.ColumnsPage.as_view(), name="import_columns"),
    path("imports/<uuid:uuid>/mapping/", views.KeepMapping.as_view(), name="import_mapping"),
    path("imports/<uuid:uuid>/check/", run_views.Check.as_view(), name="import_check"),
    path("imports/<uuid:uuid>/twins/", run_views.Twins.as_view(), name="import_twins"),
    path("imports/<uuid:uuid>/mend/", run_views.RowsToMend.as_view(), name="import_mend"),
    path("imports/<uuid:uuid>/import/", run_views.Import.as_view(), name="import_apply"),
    path("imports/<uuid:uuid>/undo/", run_views.Undo.as_view(), name="import_undo"),
    path("imports/<uuid:uuid>/discard/", run_views.Discard.as_view(), name="import_discard"),
    path("imports/mappings/<int:pk>/forget/", views.ForgetMapping.as_view(), name="import_mapping_forget"),
]
