from django.urls import path

from core.ui import screens

urlpatterns = [
    path("undo/<uuid:uuid>/", screens.Undo.as_view(), name="undo"),
    path("drafts/", screens.SaveDraft.as_view(), name="draft"),
    path("views/", screens.ViewForm.as_view(), name="view_form"),
    path("views/<int:pk>/delete/", screens.ViewDelete.as_view(), name="view_delete"),
    path("views/<int:pk>/pin/", screens.ViewPin.as_view(), name="view_pin"),
    path("records/<str:register>/<int:pk>/comments/", screens.AddComment.as_view(), name="comment"),
    path("records/<str:register>/<int:pk>/tags/", screens.SetTags.as_view(), name="tags"),
    path("records/<str:register>/<int:pk>/follow/", screens.SetFollow.as_view(), name="follow"),
]
