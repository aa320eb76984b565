from django.urls import path

from core.access.views import own, roles, users

urlpatterns = [
    path("account/sessions/", own.SessionList.as_view(), name="session_list"),
    path("account/sessions/others/", own.SessionEndOthers.as_view(), name="session_end_others"),
    path("account/sessions/<int:pk>/end/", own.SessionEnd.as_view(), name="session_end"),
    path("account/second-factor/", own.SecondFactor.as_view(), name="second_factor"),
    path("account/scope/", own.ScopeChange.as_view(), name="scope"),
    path("account/acting/stop/", own.ActingStop.as_view(), name="acting_stop"),
    path("settings/acting/", users.ActingLog.as_view(), name="acting_log"),
    path("settings/users/", users.UserList.as_view(), name="user_list"),
    path("settings/users/new/", users.UserNew.as_view(), name="user_new"),
    path("settings/users/<int:pk>/", users.UserCard.as_view(), name="user_card"),
    path("settings/users/<int:pk>/edit/", users.UserEdit.as_view(), name="user_edit"),
    path("settings/users/<int:pk>/block/", users.UserBlock.as_view(), name="user_block"),
    path("settings/users/<int:pk>/unblock/", users.UserUnblock.as_view(), name="user_unblock"),
    path("settings/users/<int:pk>/invite/", users.UserInvite.as_view(), name="user_invite"),
    path("settings/users/<int:pk>/sign-out/", users.UserSignOut.as_view(), name="user_sign_out"),
    path("settings/users/<int:pk>/factors/remove/", users.FactorsRemove.as_view(), name="user_factors_remove"),
    path("settings/users/<int:pk>/act/", users.ActAs.as_view(), name="act_as"),
    path("settings/users/<int:pk>/roles/", users.UserRole.as_view(), name="user_role_new"),
    path("settings/users/<int:pk>/roles/<slug:code>/", users.UserRole.as_view(), name="user_role"),
    path("settings/users/<int:pk>/roles/<slug:code>/end/", users.RoleWithdraw.as_view(), name="user_role_withdraw"),
    path("settings/roles/", roles.RoleList.as_view(), name="role_list"),
    path("settings/roles/new/", roles.RoleNew.as_view(), name="role_new"),
    path("settings/roles/<slug:code>/", roles.RoleCard.as_view(), name="role_card"),
    path("settings/roles/<slug:code>/edit/", roles.RoleEdit.as_view(), name="role_edit"),
    path("settings/teams/", roles.TeamList.as_view(), name="team_list"),
    path("settings/teams/new/", roles.TeamForm.as_view(), name="team_new"),
    path("settings/teams/<int:pk>/", roles.TeamForm.as_view(), name="team_card"),
]
