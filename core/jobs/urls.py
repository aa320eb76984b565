from django.urls import path

from core.jobs import views

urlpatterns = [
    path("jobs/", views.JobList.as_view(), name="job_list"),
    path("jobs/<uuid:uuid>/", views.JobPage.as_view(), name="job"),
    path("jobs/<uuid:uuid>/cancel/", views.JobCancel.as_view(), name="job_cancel"),
    path("jobs/<uuid:uuid>/resume/", views.JobResume.as_view(), name="job_resume"),
    path("jobs/<uuid:uuid>/files/<uuid:file_uuid>/", views.JobFileDownload.as_view(), name="job_file"),
]
