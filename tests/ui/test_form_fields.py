"""Forms of registers read amounts, days and colleagues as people give them, whichever model they are of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import get_resolver, reverse
from django.utils import timezone

from core.models import User
from core.ui.colleagues import ColleagueField
from core.ui.fields import AmountField, DayField
from core.ui.forms import RecordForm
from crm.forms import LeadForm
from sales.models import Deal
from tests.factories.core import make_user
from tests.factories.sales import make_deal

pytestmark = pytest.mark.django_db


def _forms(form: type) -> Iterator[type]:
    for one in form.__subclasses__():
        yield one
        yield from _forms(one)


def test_every_register_form_has_fields_for_what_people_type():
    assert get_resolver().url_patterns  # all pages, and so all their forms, are loaded
    seen: set[type] = set()
    for form in _forms(RecordForm):
        for name, field in form.base_fields.items():
            if name in form.declared_fields:
                continue
            place = f"{form.__name__}.{name}"
            assert not isinstance(field, forms.DecimalField) or isinstance(field, AmountField), place
            assert not isinstance(field, forms.DateField) or isinstance(field, DayField), place
            is_user = isinstance(field, forms.ModelChoiceField) and field.queryset.model is User
            assert not is_user or isinstance(field, ColleagueField), place
            seen.add(type(field))
    assert {AmountField, DayField, ColleagueField} <= seen


def test_a_deal_takes_a_sum_and_a_day_in_words(client):
    seller = make_user("seller")
    deal = make_deal(owner=seller)
    client.force_login(seller)
    for field, typed in (("amount", "1200*3"), ("expected_close", "tomorrow")):
        deal.refresh_from_db()
        answer = client.post(
            f"{reverse('sales:deal_card', args=[deal.pk])}field/{field}/", {field: typed, "version": deal.version}
        )
        assert answer.status_code == 302, answer.content.decode()
    deal = Deal.objects.get(pk=deal.pk)
    assert deal.amount == Decimal(3600) and deal.expected_close == timezone.localdate() + timedelta(days=1)


class TestColleagues:
    def make(self, user: User, data: dict[str, str] | None = None) -> forms.Form:
        return LeadForm(data, user=user)

    def offered(self, form: forms.Form) -> set[str]:
        return {str(value) for value, _label in form.fields["owner"].choices}

    def test_who_works_here_is_offered_and_taken(self):
        user, other = make_user("head_of_sales"), make_user("seller")
        assert {str(user.pk), str(other.pk)} <= self.offered(self.make(user))
        form = self.make(user, {"name": "Ada", "owner": str(other.pk)})
        form.full_clean()
        assert form.cleaned_data["owner"] == other

    @pytest.mark.parametrize("value", ["0", "99999999", "9" * 40, "abc", "-1", "1.5", "²"])
    def test_anybody_else_is_refused(self, value):
        form = self.make(make_user("head_of_sales"), {"name": "Ada", "owner": value})
        assert "owner" in form.errors

    def test_who_left_is_not_offered_unless_the_record_names_him(self):
        user, gone = make_user("head_of_sales"), make_user("seller", is_active=False)
        form = self.make(user, {"name": "Ada", "owner": str(gone.pk)})
        assert str(gone.pk) not in self.offered(form) and "owner" in form.errors
        form = self.make(user, {"name": "Ada", "owner": str(gone.pk)})
        form.fields["owner"].chosen_id = gone.pk
        assert str(gone.pk) in self.offered(form) and "owner" not in form.errors


@pytest.mark.parametrize(
    ("limits", "typed", "said"),
    [
        ({"min_value": 0}, "-1", "This must be zero or more."),
        ({"min_value": Decimal("0.01")}, "0", "At least 0.01."),
        ({"min_value": 0, "max_value": 100}, "101", "At most 100."),
    ],
)
def test_a_limit_is_said_in_plain_words(limits, typed, said):
    field = AmountField(max_digits=9, decimal_places=2, **limits)
    with pytest.raises(ValidationError) as refused:
        field.clean(typed)
    assert refused.value.messages == [said]
