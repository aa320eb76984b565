"""The rows of receivables are written in one go; they read as a template writes them, and escape what people wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from finance.selectors.acting import LastAction
from finance.selectors.aged import AgedParty
from finance.views.aged_rows import drawn

AS_A_TEMPLATE = """{% load i18n ui %}{% for row in rows %}{% with party=row.party %}<tr data-row>
{% if may_remind %}<td class="fit">{% if row.is_due %}<input class="ck" type="checkbox" name="ids"
 value="{{ party.client_id }}" aria-label="{% blocktranslate with name=party.name %}
Select {{ name }}{% endblocktranslate %}">
{% endif %}</td>{% endif %}<td><a class="r" href="{{ there }}{{ party.key }}">{{ party.name }}</a></td>
{% for amount in party.amounts %}<td class="n hide-sm 
{% if not amount %}dim{% elif forloop.counter0 == 2 %}warn{% elif forloop.counter0 > 2 %}bad b{% endif %}">
{% if amount %}{{ amount|home_money }}{% else %}0{% endif %}</td>{% endfor %}
<td class="n b">{{ party.total|home_money }}</td><td class="n dim hide-sm">{{ party.documents }}</td>
{% if shows_actions %}<td class="hide-md last-action"><span class="row-flex">
{% if row.last %}<a class="clip" href="{% url "crm:client_card" party.client_id %}"
{% if row.last.said %} title="{{ row.last.said|truncatechars:200 }}"{% endif %}
>{{ row.last.what }}, {{ row.last.at|day }}</a>{% endif %}
{% if row.is_due %}<a class="iconbtn s" href="{% url "finance:remind" %}?ids={{ party.client_id }}"
 aria-label="{% blocktranslate with name=party.name %}
Remind {{ name }}{% endblocktranslate %}">{% icon "mail-forward" %}</a>{% endif %}
</span></td>{% endif %}<td class="hide-md">{{ party.owner }}</td></tr>{% endwith %}{% endfor %}"""
D = Decimal


def _rows() -> list[dict[str, object]]:
    loud = [D(0), D("1.50"), D("22222.22"), D("-3.00"), D("4")]
    said = LastAction("Call & talk", datetime(2026, 3, 2, 23, 30, tzinfo=UTC), "<i>'pay'</i> " + "x" * 300)
    return [
        {"party": AgedParty(7, 7, "O'Neil & <b>", "Ann <x>", loud, 4, D("22224.72")), "last": said, "is_due": True},
        {"party": AgedParty(8, 9, "Quiet", documents=0), "last": LastAction("Note", said.at), "is_due": False},
        {"party": AgedParty(9, 9, "New")},
    ]


@pytest.mark.parametrize("language", ["en", "de", "ru"])
@pytest.mark.parametrize("marks", [{}, {"may_remind": True, "shows_actions": True}])
def test_rows_read_as_a_template_writes_them(language, marks, monkeypatch):
    monkeypatch.setattr("core.ui.amounts.home_currency", lambda: "EUR")
    there = "/money/receivables/documents/?on=2026-03-03&by=client&key="
    plain = Template(AS_A_TEMPLATE.replace("\n", ""))
    with translation.override(language):
        expected = plain.render(Context({"rows": _rows(), "there": there, **marks}))
        assert drawn(_rows(), there, **marks) == expected
