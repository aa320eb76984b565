"""The screens of API keys and webhooks; the API itself is mounted by `config`."""

from django.urls import path

from core.api.views import tokens, webhooks

urlpatterns = [
    path("settings/api-keys/", tokens.TokenList.as_view(), name="api_token_list"),
    path("settings/api-keys/new/", tokens.TokenNew.as_view(), name="api_token_new"),
    path("settings/api-keys/<int:pk>/revoke/", tokens.TokenRevoke.as_view(), name="api_token_revoke"),
    path("settings/webhooks/", webhooks.WebhookList.as_view(), name="webhook_list"),
    path("settings/webhooks/new/", webhooks.WebhookNew.as_view(), name="webhook_new"),
    path("settings/webhooks/calls/", webhooks.CallList.as_view(), name="webhook_call_list"),
    path("settings/webhooks/calls/<int:pk>/", webhooks.CallCard.as_view(), name="webhook_call"),
    path("settings/webhooks/<int:pk>/", webhooks.WebhookCard.as_view(), name="webhook_card"),
    path("settings/webhooks/<int:pk>/edit/", webhooks.WebhookEdit.as_view(), name="webhook_edit"),
    path("settings/webhooks/<int:pk>/test/", webhooks.WebhookTest.as_view(), name="webhook_test"),
    path("settings/webhooks/<int:pk>/secret/", webhooks.WebhookSecret.as_view(), name="webhook_secret"),
]
