"""Django's own permission questions (the admin asks them), answered by the policy."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.apps import apps
from django.contrib.auth.backends import BaseBackend
from django.db.models import QuerySet, Subquery

from core import policy, setup
from core.access.sessionstore import take_sitting
from core.models import SetupStamp, User
from core.remembered import remembered_for_all


def view_action(model: Any) -> str:
    """The action that lets somebody see a model's rows: named by the model, else `<app>.view_<model>`."""
    meta = model._meta
    return getattr(model, "view_action", "") or f"{meta.app_label}.view_{meta.model_name}"


@remembered_for_all
def _user(key: Any) -> QuerySet[Any]:
    return User.objects.filter(pk=key).annotate(setup_stamp=Subquery(SetupStamp.objects.values("stamp")[:1]))


class SignIn(AuthenticationBackend):
    """allauth's sign-in by e-mail. Who sits there was mostly read with the session, else by a statement built once."""

    def get_user(self, user_id: Any) -> User | None:
        found: Any = take_sitting(user_id) or next(iter(_user(user_id)), None)
        if found is None:
            return None
        setup.met(found.setup_stamp)
        return found if self.user_can_authenticate(found) else None


class PolicyBackend(BaseBackend):
    """`app.view_model` is the policy's action of that model; changing in the admin needs `core.edit_master_data`.

    A model whose action nobody declared is for those who may edit master data.
    """

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not user_obj.is_active or user_obj.pk is None:
            return False
        app_label, _dot, codename = perm.partition(".")
        verb, _underscore, model_name = codename.partition("_")
        if verb == "view" and model_name:
            try:
                action = view_action(apps.get_model(app_label, model_name))
            except LookupError:
                return False
            if action in policy.known_actions():
                return policy.allows(user_obj, action, obj)
        return policy.allows(user_obj, "core.edit_master_data")

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(
            self.has_perm(user_obj, f"{app_label}.view_{model._meta.model_name}")
            for model in apps.get_app_config(app_label).get_models()
        )
