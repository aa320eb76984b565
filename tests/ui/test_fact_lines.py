"""Facts are written in one go; they read as a template writes them, and escape what people wrote."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString

from core.ui import factlines
from core.ui.facts import Fact
from tests.factories.core import make_organization, make_user
from tests.factories.inventory import make_item

AS_A_TEMPLATE = (
    "{% load i18n ui %}{% for fact in facts %}<dt>{{ fact.label }}</dt>"
    '<dd class="fact{% if fact.edit_url %} edit{% endif %}" id="fact-{{ fact.name }}"'
    '{% if fact.edit_url %} data-edit="{{ fact.edit_url }}"{% endif %}>'
    '{% if fact.value %}{{ fact.value }}{% else %}<span class="dim">–</span>{% endif %}'
    '{% if fact.edit_url %}<a class="iconbtn s pen" href="{{ fact.edit_url }}" aria-label="'
    "{% blocktranslate with name=fact.label %}Change {{ name }}{% endblocktranslate %}"
    '">{% icon "pencil" %}</a>{% endif %}</dd>{% endfor %}'
)
FACTS = [
    Fact("name", "Name & <b>", "<script>", "/crm/clients/1/field/name/"),
    Fact("web", "Web", SafeString('<a href="https://a.example">a</a>'), ""),
    Fact("owner", translation.gettext_lazy("Owner"), "", "/crm/clients/1/field/owner/?a=1&b=2"),
]


@pytest.mark.parametrize("language", ["en", "de", "ru"])
def test_facts_read_as_a_template_writes_them(language):
    with translation.override(language):
        assert factlines.lines(FACTS) == Template(AS_A_TEMPLATE).render(Context({"facts": FACTS}))


def test_a_fact_alone_says_whether_it_was_just_saved():
    one = Template("{% load feed %}{% fact_line fact saved %}")
    assert one.render(Context({"fact": FACTS[0]})) == factlines.line(FACTS[0])
    assert 'class="fact edit saved"' in one.render(Context({"fact": FACTS[0], "saved": True}))


@pytest.mark.django_db
def test_what_one_costs_is_told_as_money_as_exact_as_it_is(client):
    make_organization()
    client.force_login(make_user("director"))
    for cost, said in (("12.1", "€12.10"), ("0.034565", "€0.034565"), ("0", "€0.00")):
        item = make_item(standard_cost=Decimal(cost))
        assert said in client.get(reverse("inventory:item_card", args=[item.pk])).text
