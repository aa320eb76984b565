"""Every model is seen in the admin, keeps its history, and counts with Decimal."""

import pytest
from django.contrib import admin
from django.db import models

from core.models import Entity
from tests.architecture.project import is_ledger, own_models

MODELS = own_models()
MONEY_WORDS = ("amount", "price", "cost", "value", "qty", "percent", "rate", "total", "net", "gross", "tax")
# Numbers that only sound like money or quantities.
NOT_MONEY = {"taxed", "rating"}


def by_label(model):
    return model._meta.label


@pytest.mark.parametrize("model", MODELS, ids=by_label)
def test_is_registered_in_the_admin(model):
    assert admin.site.is_registered(model)


@pytest.mark.parametrize("model", [model for model in MODELS if is_ledger(model)], ids=by_label)
def test_a_ledger_cannot_be_edited_in_the_admin(model, rf):
    page = admin.site._registry.get(model)
    if page is None:
        pytest.skip("not registered, which another test says")
    request = rf.get("/")
    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request)
    assert not page.has_delete_permission(request)


@pytest.mark.parametrize("model", [model for model in MODELS if issubclass(model, Entity)], ids=by_label)
def test_an_entity_keeps_its_history(model):
    assert getattr(model, "pgh_event_models", None) or is_ledger(model)


@pytest.mark.parametrize("model", MODELS, ids=by_label)
def test_no_float_anywhere_and_decimals_for_what_is_counted(model):
    for field in model._meta.local_concrete_fields:
        assert not isinstance(field, models.FloatField), field
        words = set(field.name.split("_"))
        is_number = isinstance(field, (models.IntegerField, models.DecimalField))
        if words & set(MONEY_WORDS) and is_number and not words & NOT_MONEY:
            assert isinstance(field, models.DecimalField), f"{field} should be a Decimal"


@pytest.mark.parametrize("model", MODELS, ids=by_label)
def test_it_can_be_written_down_in_words(model):
    assert model.__str__ is not models.Model.__str__
