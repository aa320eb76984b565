import pytest
from django.template import Context, Template


def render(text: str, **context: object) -> str:
    return Template("{% load ui %}" + text).render(Context(context))


def test_an_icon_stands_inside_the_page_and_is_silent():
    svg = render('{% icon "check" %}')
    assert svg.startswith("<svg")
    assert 'aria-hidden="true"' in svg
    assert "<path" in svg


def test_a_label_is_read_out_and_escaped():
    svg = render("{% icon 'check' label %}", label='<b>"done"')
    assert 'role="img" aria-label="&lt;b&gt;&quot;done&quot;"' in svg


@pytest.mark.parametrize("name", ["../../package", "Check", ""])
def test_a_name_is_no_path(name):
    with pytest.raises(ValueError, match="no icon name"):
        render("{% icon name %}", name=name)
