"""Facts are written in one go; they read as a template writes them, and escape what people wrote."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import SafeString

from core.ui import factlines
from core.ui.facts import Fact

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
