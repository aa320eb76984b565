"""A matrix: each switch closes all its doors for everybody, the system goes on, and everything comes back."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch
from django.views.generic import View

from core import policy
from core.actors import SYSTEM
from core.models import SwitchedOff
from core.setup import forget, fresh
from core.ui import navigation, registers, switches
from core.ui.access import Guarded, Open
from inventory.models import Item
from tests.factories.core import make_user
from tests.factories.crm import make_client
from tests.factories.customfields import make_field
from tests.factories.inventory import make_item

pytestmark = pytest.mark.django_db
MODULES = [code for code, switch in switches.declared().items() if switch.app]
EVERYTHING = sorted(switches.declared())


def actions_of(switch):
    return [
        code
        for code in policy.known_actions()
        if code in switch.actions or (switch.app and code.startswith(f"{switch.app}."))
    ]


def closed_by(code):
    """The switch and all that needs it."""
    return [switches.declared()[code], *switches.needed_by(code)]


@pytest.mark.parametrize("code", EVERYTHING)
def test_the_policy_refuses_every_action_to_everybody_but_the_system(code, off, on):
    boss = make_user(is_superuser=True)
    actions = [action for switch in closed_by(code) for action in actions_of(switch)]
    assert actions
    off(code)
    for action in actions:
        assert not policy.allows(boss, action)
        assert policy.allows(SYSTEM, action)
        assert action not in policy.actions_in_use()
        assert action in policy.known_actions()  # grants of roles stay as they are
    assert policy.allows(boss, "crm.view_client")
    on(code)
    still_off = {action for other in switches.needed_by(code) for action in other.actions}
    back = set(actions_of(switches.declared()[code])) - still_off
    assert back
    assert all(policy.allows(boss, action) for action in back)


@pytest.mark.parametrize("code", MODULES)
def test_no_row_of_a_closed_module_is_reached(code, off):
    boss = make_user(is_superuser=True)
    views = [action for action in actions_of(switches.declared()[code]) if ".view_" in action]
    off(code)
    for action in views:
        assert policy.reach_q(boss, action, Item) == policy.Q(pk__in=[])


class Page(Guarded, View):
    action = None

    def get(self, request):
        return HttpResponse("here")


class OpenPage(Open, View):
    why_open = "a link from a mail"

    def get(self, request):
        return HttpResponse("here")


def asked(page, user, app="", **kwargs):
    request = RequestFactory().get("/x/")
    request.user = user
    request.resolver_match = ResolverMatch(Page, (), {}, app_names=[app] if app else [], namespaces=[])
    return page.as_view(**kwargs)(request)


@pytest.mark.parametrize("code", MODULES)
def test_pages_are_not_there(code, off, on):
    app, boss = switches.declared()[code].app, make_user(is_superuser=True)
    assert asked(Page, boss, app).status_code == 200
    off(code)
    for page in (Page, OpenPage):
        with pytest.raises(Http404):
            asked(page, boss, app)
        assert asked(page, boss, "crm").status_code == 200
    assert asked(Page, AnonymousUser(), app).status_code == 302  # a stranger learns nothing
    on(code)
    assert asked(Page, boss, app).status_code == 200


def test_a_page_of_a_function_and_one_of_a_closed_action_are_not_there(off):
    class OfFunction(Page):
        switch = "own_fields"

    class OfAction(Page):
        action = "inventory.view_item"

    boss = make_user(is_superuser=True)
    assert asked(OfFunction, boss).status_code == asked(OfAction, boss).status_code == 200
    off("own_fields")
    off("inventory")
    for page in (OfFunction, OfAction):
        with pytest.raises(Http404):
            asked(page, boss, "core")


def test_entries_registers_and_admin_pages_leave(off, on, monkeypatch):
    entries = [
        navigation.Entry("Items", "packages", "inventory:item_list"),
        navigation.Entry("By switch", "packages", "home", switch="inventory"),
        navigation.Entry("By action", "packages", "home", action="inventory.view_item"),
        navigation.Entry("Always", "home", "home"),
    ]
    monkeypatch.setattr(navigation, "_entries", entries)

    class OfItems(registers.Register):
        model, name, plural, view_action = Item, "item", "items", "inventory.view_item"

    monkeypatch.setattr(registers, "_registers", {"inventory.item": OfItems()})
    request = RequestFactory().get("/admin/")
    request.user = make_user(is_superuser=True, is_staff=True)
    page = admin.site._registry[Item]
    assert page.has_module_permission(request)
    off("inventory")
    assert [entry.label for entry in navigation.declared()] == ["Always"]
    assert registers.in_use() == []
    assert len(registers.everything()) == 1
    rights = [page.has_view_permission(request), page.has_change_permission(request), page.has_add_permission(request)]
    assert not any([page.has_module_permission(request), page.has_delete_permission(request), *rights])
    on("inventory")
    assert len(navigation.declared()) == 4
    assert len(registers.in_use()) == 1
    assert page.has_view_permission(request)


def test_data_stays_and_comes_back(off, on):
    boss, item = make_user(is_superuser=True), make_item()
    off("inventory")
    assert list(Item.objects.visible_to(boss)) == []
    assert list(Item.objects.visible_to(SYSTEM)) == [item]
    on("inventory")
    assert list(Item.objects.visible_to(boss)) == [item]


def test_own_fields_leave_every_part_of_the_kit(off, on):
    from core.customfields import kit

    make_field(key="zone")
    boss, client = make_user(is_superuser=True), make_client()
    parts = [kit.columns, kit.filters, kit.form_fields, kit.import_fields, kit.placeholders]
    off("own_fields")
    assert not any(part(type(client), boss) for part in parts)
    assert kit.facts(client, boss) == []
    assert kit.api_values(client, boss) == {}
    on("own_fields")
    assert all(part(type(client), boss) for part in parts)


def test_what_needs_something_that_is_off_is_off_itself():
    SwitchedOff.objects.create(code="inventory")  # as after a release that lets one thing need another
    forget()
    assert not switches.is_on("sales")
    assert not switches.app_is_on("finance")
    assert switches.is_on("own_fields")
    assert switches.is_on("")


def test_asking_costs_one_statement_a_request(django_assert_num_queries):
    fresh()  # this process has seen the setup before
    forget()
    with django_assert_num_queries(1):
        for code in EVERYTHING:
            switches.is_on(code)
            policy.allows(make_superuser(), "crm.view_client")


def make_superuser():
    from core.models import User

    return User(is_superuser=True, is_active=True)
