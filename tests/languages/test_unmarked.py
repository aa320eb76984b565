"""No text of the product is out of a translator's reach."""

import pytest

from config.messages import BASE_DIR, source_files
from tests.languages.unmarked import frozen, in_python, in_template

# Commands speak to whoever runs them in a terminal, in English.
TERMINAL = "/management/"


def product(suffixes):
    found = [path for path in source_files() if path.suffix in suffixes and TERMINAL not in str(path)]
    assert len(found) > 50
    return found


def test_templates_hand_every_text_to_translation():
    found = [
        f"{path.relative_to(BASE_DIR)}:{line}: {text}"
        for path in product({".html", ".txt"})
        for line, text in in_template(path.read_text())
    ]
    assert not found, "\n".join(found)


def test_code_hands_every_text_to_translation():
    found = [
        f"{path.relative_to(BASE_DIR)}:{line}: {text}"
        for path in product({".py"})
        for line, text in in_python(path.read_text())
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("<p>Save</p>", 1),
        ("{% load i18n %}\n{% translate 'Save' %} now", 2),
        ("<p>\n  {{ count }}\n  orders wait</p>", 3),
        ('{% blocktranslate %}one\ntwo{% endblocktranslate %}\n\n<b title="Orders that wait"></b>', 4),
        ('<button aria-label="Close">{{ x }}</button>', 1),
        ('<input placeholder="Name or number">', 1),
        ('<img alt="Our logo">', 1),
        ('<input type="submit" value="Send">', 1),
        ('<a {% if on %}title="Switched on"{% endif %}></a>', 1),
        ('{{ name|default:"No name" }}', 1),
        ('{% include "part.html" with title="All orders" %}', 1),
    ],
)
def test_an_unmarked_text_of_a_template_is_found(source, line):
    assert [at for at, _text in in_template(source)] == [line]


@pytest.mark.parametrize(
    "source",
    [
        "{% translate 'Save' %} · {{ sum }} €",
        '<a title="{% translate "Orders" %}" class="Big one" data-key="Orders">{{ order }}</a>',
        "{% blocktranslate count n=3 %}one order{% plural %}{{ n }} orders{% endblocktranslate %}",
        "{% comment %}Nobody reads this{% endcomment %}{# nor this #}<!-- nor this -->",
        '<kbd>Ctrl</kbd><script>const Text = "Words";</script> Hyper CRM, CSV',
        '{{ name|default:_("No name") }}{% include "part.html" with title=_("All orders") css="card pad" %}',
        '<input type="hidden" value="Some words">',
    ],
)
def test_what_is_marked_or_nobody_reads_is_left_alone(source):
    assert in_template(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "Field(label='Name')",
        "Field(help_text='what it is')",
        "Field(verbose_name='Client')",
        "Field(label=f'Orders of {name}')",
        "Field(label='%s orders' % count)",
        "raise InvalidValue(field=field, problem='it is too long')",
        "toast(request, 'Client saved.')",
        "messages.error(request, 'Nothing was saved.')",
        "raise ValidationError('Too long by {}'.format(many))",
        "columns = [Column('name', 'Client name')]",
        "class Refused(Error):\n    message = 'You cannot do this.'",
        "class Meta:\n    verbose_name_plural: str = 'Clients'",
        "class State(models.TextChoices):\n    OPEN = 'open', 'Open'",
    ],
)
def test_an_unmarked_text_of_the_code_is_found(source):
    assert len(in_python(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "Field(label=_('Name'), kind='Some kind')",
        "toast(request, _('Saved.'))",
        "logger.error('Nothing came of it')",
        "class State(models.TextChoices):\n    OPEN = 'open', _('Open')",
        "Column('name', _('Name'), sort='name')",
        "Field(label='')",
    ],
)
def test_marked_text_of_the_code_is_left_alone(source):
    assert in_python(source) == []


def test_no_text_is_fixed_in_one_language_while_modules_are_read():
    found = [f"{path.relative_to(BASE_DIR)}:{line}" for path in product({".py"}) for line in frozen(path.read_text())]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("class Form:\n    file = Field(help_text=_('Up to {limit} MB').format(limit=2))", [2]),
        ("TEXT = _('%s orders') % 3", [1]),
        ("TEXT = format_lazy(_('{count} orders'), count=3)", []),
        ("def text():\n    return _('{count} orders').format(count=3)", []),
        ("text = lambda: _('%s orders') % 3", []),
    ],
)
def test_a_text_that_is_filled_in_too_early_is_found(source, lines):
    assert frozen(source) == lines
