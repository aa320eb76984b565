from django.urls import path

from core.documents import files, views

urlpatterns = [
    path("documents/new/", views.PaperNew.as_view(), name="paper_new"),
    path("documents/batch/", views.PaperBatch.as_view(), name="paper_batch"),
    path("documents/labels/<str:kind>/", views.Labels.as_view(), name="labels"),
    path("documents/of/<str:kind>/<int:record_id>/", views.PaperHistory.as_view(), name="paper_history"),
    path("documents/of/<str:kind>/<int:record_id>/state/", views.PaperStatePart.as_view(), name="paper_state"),
    path("documents/<uuid:uuid>/", views.PaperFile.as_view(), name="paper"),
    path("files/new/", files.FileNew.as_view(), name="file_new"),
    path("files/<uuid:uuid>/", files.FileShow.as_view(), name="file"),
    path("files/<uuid:uuid>/delete/", files.FileDelete.as_view(), name="file_delete"),
]
