"""Rows read from the database become the same objects as Django itself would make of them."""

import pytest
from django.apps import apps
from django.db import models
from django.db.models import FileField
from django.db.models.signals import post_init, pre_init

from core.models import User
from core.models.base import QuickRows
from crm.models import Person
from tests.factories.core import make_user
from tests.factories.crm import make_person

QUICK = [model for model in apps.get_models() if issubclass(model, QuickRows)]


@pytest.mark.parametrize("model", QUICK, ids=lambda model: model._meta.label)
def test_no_field_does_more_than_keep_its_value(model):
    assert not [field.name for field in model._meta.concrete_fields if isinstance(field, FileField)]
    assert "__init__" not in vars(model)


def test_nobody_listens_when_objects_are_made():
    assert not pre_init.has_listeners(Person)
    assert not post_init.has_listeners(Person)


@pytest.mark.django_db
def test_a_row_is_the_object_that_django_makes_of_it():
    person = make_person()
    quick = Person.objects.get(pk=person.pk)
    names = [field.attname for field in Person._meta.concrete_fields]
    plain = models.Model.from_db.__func__(Person, "default", names, [getattr(quick, name) for name in names])
    assert quick.__dict__.keys() == plain.__dict__.keys()
    assert {name: getattr(quick, name) for name in names} == {name: getattr(plain, name) for name in names}
    assert (quick._state.adding, quick._state.db) == (False, "default")
    assert quick == plain


@pytest.mark.django_db
def test_what_was_left_out_is_read_when_asked_for(django_assert_num_queries):
    make_user(first_name="Nora")
    user = User.objects.only("email").get(first_name="Nora")
    assert user.get_deferred_fields() >= {"first_name", "password"}
    with django_assert_num_queries(1):
        assert user.first_name == "Nora"


@pytest.mark.django_db
def test_a_row_is_saved_again_as_a_change():
    person = Person.objects.get(pk=make_person(last_name="Old").pk)
    person.last_name = "New"
    person.save(update_fields=["last_name"])
    assert Person.objects.get(pk=person.pk).last_name == "New"
