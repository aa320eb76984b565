"""The settings pages: who may, what they say, and that everything works by plain forms."""

import pytest
from django.urls import reverse

from core.actors import SYSTEM
from core.customfields.services import set_values
from core.models import CustomField, SwitchedOff
from core.setup import forget
from tests.factories.core import make_role, make_user
from tests.factories.crm import make_client
from tests.factories.customfields import make_field

pytestmark = pytest.mark.django_db
LIST = "/settings/own-fields/"
BUDGET = 12  # session, user, stamp, rights, fields, counts, roles, and those of the frame


@pytest.fixture
def admin(client):
    client.force_login(make_user("administrator"))
    return client


def rows(*labels, **more):
    found = {"options-TOTAL_FORMS": str(len(labels)), "options-INITIAL_FORMS": "0", **more}
    for number, label in enumerate(labels):
        found |= {f"options-{number}-label": label, f"options-{number}-code": "", f"options-{number}-place": ""}
    return found


@pytest.mark.parametrize("role", ["director", "head_of_sales", "seller"])
def test_only_administrators_come_in(client, role):
    own = make_field()
    client.force_login(make_user(role))
    for url in (LIST, f"{LIST}new/", f"{LIST}{own.pk}/"):
        assert client.get(url).status_code == 403
    for verb in ("move", "retire", "restore", "try-again"):
        assert client.post(f"{LIST}{own.pk}/{verb}/").status_code == 403
    own.refresh_from_db()
    assert own.is_active


def test_the_list_costs_the_same_for_many_fields(admin, django_assert_max_num_queries):
    for _ in range(3):
        make_field()
    admin.get(LIST)
    with django_assert_max_num_queries(BUDGET):
        admin.get(LIST)
    for _ in range(30):
        make_field("money")
    admin.get(LIST)
    with django_assert_max_num_queries(BUDGET):
        page = admin.get(LIST)
    assert page.content.count(b"/retire/") == 33


def test_first_what_it_holds_then_the_rest(admin):
    kinds = admin.get(f"{LIST}new/?of=crm.person").content.decode()
    assert "of=crm.person&amp;kind=choice" in kinds
    form = admin.get(f"{LIST}new/?of=crm.person&kind=choice").content.decode()
    assert 'name="options-0-label"' in form
    assert 'name="digits"' not in form
    assert admin.get(f"{LIST}new/?kind=poem").status_code == 404
    assert admin.get(f"{LIST}new/?of=core.user").status_code == 404


def test_a_choice_field_is_made_without_scripts(admin):
    make_role("seller")
    given = {
        "of": "crm.person", "kind": "choice", "label": "Delivery zone", "group": "Logistics", "is_required": "on",
        "see_roles": ["seller", "accountant"], **rows("North", "South", "", "West"),
    }  # fmt: skip
    answer = admin.post(f"{LIST}new/", given)
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == f"{LIST}?of=crm.person"
    own = CustomField.objects.get()
    assert (own.model, own.key, own.group, own.is_required) == ("crm.person", "delivery_zone", "Logistics", True)
    assert [option["code"] for option in own.options] == ["north", "south", "west"]
    assert own.see_roles == ["accountant", "seller"]
    assert "Delivery zone" in admin.get(answer["Location"]).content.decode()


def test_more_rows_keeps_what_was_typed_and_saves_nothing(admin):
    given = {"of": "crm.client", "kind": "choice", "label": "Zone", "more": "1", **rows("North", "South")}
    page = admin.post(f"{LIST}new/", given)
    text = page.content.decode()
    assert page.status_code == 200
    assert 'value="North"' in text
    assert 'value="Zone"' in text
    assert 'name="options-4-label"' in text
    assert 'class="err"' not in text
    assert not CustomField.objects.exists()


def test_what_is_wrong_stands_beside_the_field_and_nothing_is_lost(admin):
    empty = admin.post(f"{LIST}new/", {"of": "crm.client", "kind": "text", "label": "", "help": "Keep me"})
    assert empty.status_code == 422
    assert 'value="Keep me"' in empty.content.decode()
    make_field(key="zone")
    taken = admin.post(f"{LIST}new/", {"of": "crm.client", "kind": "text", "label": "Zone", "key": "zone"})
    assert taken.status_code == 409
    assert taken.context["form"].errors["key"]
    bad = admin.post(f"{LIST}new/", {"of": "crm.client", "kind": "text", "label": "Zone", "key": "1 Zone"})
    assert bad.context["form"].errors["key"]
    none = admin.post(f"{LIST}new/", {"of": "crm.client", "kind": "choice", "label": "Area", **rows("", "")})
    assert none.context["form"].non_field_errors() == ["Give at least one choice that is in use."]
    assert "at least one choice" in none.content.decode()
    assert CustomField.objects.count() == 1


def test_choices_are_ordered_renamed_and_retired(admin):
    own = make_field("choice")
    given = {
        "kind": "choice", "label": "Colour", "version": own.version,
        "options-TOTAL_FORMS": "3", "options-INITIAL_FORMS": "3",
        "options-0-code": "red", "options-0-label": "Crimson", "options-0-place": "3",
        "options-1-code": "green", "options-1-label": "Green", "options-1-place": "1", "options-1-retired": "on",
        "options-2-code": "blue", "options-2-label": "Blue", "options-2-place": "2",
    }  # fmt: skip
    assert admin.post(f"{LIST}{own.pk}/", given).status_code == 302
    own.refresh_from_db()
    assert own.options == [
        {"code": "green", "label": "Green", "retired": True},
        {"code": "blue", "label": "Blue", "retired": False},
        {"code": "red", "label": "Crimson", "retired": False},
    ]
    stale = admin.post(f"{LIST}{own.pk}/", given)
    assert stale.status_code == 409
    assert "Somebody changed this field" in stale.content.decode()


def test_another_kind_is_refused_while_there_are_values(admin):
    own, record = make_field("text", label="Size"), make_client()
    assert 'name="digits"' in admin.get(f"{LIST}{own.pk}/?kind=number").content.decode()
    set_values(record=record, values={own.key: "big"}, by=SYSTEM)
    given = {"kind": "number", "label": "Size", "digits": "2", "version": own.version}
    refused = admin.post(f"{LIST}{own.pk}/", given)
    assert refused.status_code == 409
    assert "Size holds values already" in refused.content.decode()
    set_values(record=record, values={own.key: ""}, by=SYSTEM)
    assert admin.post(f"{LIST}{own.pk}/", given).status_code == 302
    own.refresh_from_db()
    assert (own.kind, own.digits) == ("number", 2)


def test_fields_change_places_and_go_out_of_use_and_back(admin):
    first, second, third = make_field(), make_field(), make_field()
    admin.post(f"{LIST}{third.pk}/move/", {"to": "up"})
    admin.post(f"{LIST}{first.pk}/move/", {"to": "up"})  # is first already
    order = list(CustomField.objects.order_by("position").values_list("pk", flat=True))
    assert order == [first.pk, third.pk, second.pk]
    admin.post(f"{LIST}{third.pk}/retire/")
    assert "Out of use" in admin.get(LIST).content.decode()
    admin.post(f"{LIST}{third.pk}/restore/")
    assert "Out of use" not in admin.get(LIST).content.decode()


def test_switched_off_the_pages_are_gone(admin):
    SwitchedOff.objects.create(code="own_fields")
    forget()
    assert admin.get(LIST).status_code == 404
    assert reverse("core:own_field_list") == LIST
