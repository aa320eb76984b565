"""Addresses are learnt quickly and mean what Django says they mean."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from django.urls import path, resolve, resolvers, reverse
from django.utils import translation
from django.utils.regex_helper import normalize

from config import quickurls, urls
from tests.ops.instances import ROOT, clean_environment


def _asked(monkeypatch) -> set[str]:
    """Every pattern whose texts are asked for while the names of all addresses are learnt anew."""
    found: set[str] = set()

    def noted(pattern: str):
        found.add(pattern)
        return quickurls.forms_of(pattern)

    monkeypatch.setattr(resolvers, "normalize", noted)
    root = resolvers.URLResolver(resolvers.RegexPattern(r"^/"), urls)
    with translation.override("uz"):  # in which nothing was asked for yet
        assert root.reverse_dict
    return found


def test_all_addresses_are_told_as_django_tells_them(monkeypatch):
    found = _asked(monkeypatch)
    assert len(found) > 500
    assert [one for one in found if quickurls.forms_of(one) != list(normalize(one))] == []


@pytest.mark.parametrize(
    "pattern",
    ["", "^", r"a\-b\.c\Z", r"^(?P<pk>[0-9]+)/x(?P<key>[^/]+)\Z", r"^x/(?P<rest>.+)", r"^a(?:/(?P<b>\d+))?$",
     r"^([a-z]+)/$", r"a%b", r"^(?P<pk>[0-9]{2,3})\Z", r"^x$y", r"\d\Z", "a.b*", r"^(?P<a>(x|y))\Z", "(?P<a>[0-9]+)?"],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_django(pattern):
    assert _or_refusal(quickurls.forms_of, pattern) == _or_refusal(normalize, pattern)


def _or_refusal(ask, pattern: str) -> object:
    try:
        return list(ask(pattern))
    except NotImplementedError as refused:
        return type(refused)


def test_a_route_is_compiled_when_an_address_is_held_against_it():
    route = path("crm/<int:pk>/x", lambda _request, pk: None, name="x").pattern
    assert isinstance(route.regex, quickurls.Regex)
    assert route.regex is route.regex
    assert "compiled" not in vars(route.regex)
    assert route.match("crm/12/x") == ("", (), {"pk": 12})
    assert route.match("crm/y/x") is None
    assert isinstance(route.regex.compiled, re.Pattern)
    assert route.regex.groupindex["pk"] == 1


def test_the_same_names_lead_to_the_same_places():
    assert reverse("crm:client_card", args=[7]) == reverse("crm:client_card", kwargs={"pk": 7})
    assert reverse("home") == "/"


def test_an_address_that_was_asked_before_means_the_same():
    first, again = resolve("/crm/clients/12/"), resolve("/crm/clients/12/")
    assert (again.func, again.args, again.kwargs, again.view_name) == (first.func, (), {"pk": 12}, first.view_name)
    assert again.route == first.route
    assert again.app_names == first.app_names == ["crm"]
    assert resolve("/crm/clients/13/").kwargs == {"pk": 13}


def test_what_one_request_does_with_it_is_nothing_to_the_next():
    resolve("/crm/clients/12/").kwargs["pk"] = 0
    assert resolve("/crm/clients/12/").kwargs == {"pk": 12}


def test_what_is_nowhere_is_nowhere_the_second_time():
    for _time in range(2):
        with pytest.raises(resolvers.Resolver404) as refused:
            resolve("/nowhere/at/all/")
        assert refused.value.args[0]["tried"]


def test_other_addresses_are_others(settings):
    known = resolve("/crm/clients/12/").func
    settings.ROOT_URLCONF = "allauth.urls"
    with pytest.raises(resolvers.Resolver404):
        resolve("/crm/clients/12/")
    settings.ROOT_URLCONF = "config.urls"
    assert resolve("/crm/clients/12/").func is known


def test_the_administration_is_where_the_menu_says_and_loaded_late():
    code = (
        "import sys, django; django.setup(); from django.urls import get_resolver; get_resolver().reverse_dict;"
        " from core.ui.shell import Shell; before = 'config.administration' in sys.modules;"
        " from django.urls import reverse; print(before, reverse('admin:index') == Shell.administration,"
        " 'config.administration' in sys.modules)"
    )
    env = clean_environment(DJANGO_SETTINGS_MODULE="config.settings.dev")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["False", "True", "True"], done.stderr
