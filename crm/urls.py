from django.urls import URLPattern, path

from core.settingspages.kinds import urls_for as settings_for
from core.ui.addresses import urls_for
from crm.registers import Clients, Leads, Persons, WebForms
from crm.setuppages import LeadRoutes, Sources
from crm.views import (
    clients,
    composing,
    entities,
    inbox,
    lead_board,
    leads,
    own_notes,
    persons,
    points,
    task_calendar,
    webform_public,
    webforms,
)

LEAD, CLIENT, PERSON = {"register": "crm.lead"}, {"register": "crm.client"}, {"register": "crm.person"}

app_name = "crm"
urlpatterns: list[URLPattern] = [
    path("talks/new/", own_notes.LogCall.as_view(), name="talk_new"),
    path("tasks/new/", own_notes.NewTask.as_view(), name="task_new"),
    path("talks/<str:register>/<int:pk>/", composing.LogTalk.as_view(), name="log_talk"),
    path("tasks/<str:register>/<int:pk>/new/", composing.PlanTask.as_view(), name="plan_task"),
    path("tasks/<int:pk>/done/", composing.TaskDone.as_view(), name="task_done"),
    path("tasks/<int:pk>/move/", composing.TaskMove.as_view(), name="task_move"),
    path("tasks/calendar/", task_calendar.TaskCalendar.as_view(), name="task_calendar"),
    path("inbox/", inbox.Inbox.as_view(), name="inbox"),
    path("leads/<int:pk>/take/", inbox.TakeLead.as_view(), LEAD, name="lead_take"),
    path("leads/<int:pk>/answered/", inbox.AnsweredLead.as_view(), LEAD, name="lead_answered"),
    path("leads/board/", lead_board.LeadBoard.as_view(), name="lead_board"),
    path("leads/<int:pk>/answer/", leads.AnswerLead.as_view(), LEAD, name="lead_answer"),
    path("leads/<int:pk>/qualify/", leads.QualifyLead.as_view(), LEAD, name="lead_qualify"),
    path("leads/<int:pk>/reject/", leads.RejectLead.as_view(), LEAD, name="lead_reject"),
    path("clients/<int:pk>/entities/", entities.AddEntity.as_view(), CLIENT, name="entity_new"),
    path("entities/<int:pk>/", entities.EntityPage.as_view(), name="entity"),
    path("reach/<str:register>/<int:pk>/", points.AddPoint.as_view(), name="point_new"),
    path("points/<int:pk>/remove/", points.RemovePoint.as_view(), name="point_remove"),
    path("points/<int:pk>/consent/", points.SetConsent.as_view(), name="point_consent"),
    path("contacts/<int:pk>/places/", points.AddPlace.as_view(), PERSON, name="place_new"),
    path("places/<int:pk>/remove/", points.RemovePlace.as_view(), name="place_remove"),
    *settings_for(Sources, LeadRoutes),
    path("f/<str:key>/", webform_public.WebFormPublic.as_view(), name="webform_public"),
    path("f/<str:key>/look.css", webform_public.WebFormLook.as_view(), name="webform_look"),
    path("webforms/<int:pk>/questions/", webforms.WebFormQuestions.as_view(), name="webform_fields"),
    path("submissions/<int:pk>/release/", webforms.ReleaseSubmission.as_view(), name="submission_release"),
    path("submissions/<int:pk>/delete/", webforms.DeleteSubmission.as_view(), name="submission_delete"),
    *urls_for(WebForms, card=webforms.WebFormCard),
    *urls_for(Clients, card=clients.ClientCard),
    *urls_for(Persons, card=persons.PersonCard),
    *urls_for(Leads, list=leads.LeadList, card=leads.LeadCard),
]
