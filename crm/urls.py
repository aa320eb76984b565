from django.urls import URLPattern, path

from core.ui.addresses import urls_for
from crm.registers import Clients
from crm.views import clients, composing, lead_board

app_name = "crm"
urlpatterns: list[URLPattern] = [
    path("talks/<str:register>/<int:pk>/", composing.LogTalk.as_view(), name="log_talk"),
    path("tasks/<str:register>/<int:pk>/new/", composing.PlanTask.as_view(), name="plan_task"),
    path("tasks/<int:pk>/done/", composing.TaskDone.as_view(), name="task_done"),
    path("leads/board/", lead_board.LeadBoard.as_view(), name="lead_board"),
    *urls_for(Clients, card=clients.ClientCard),
]
