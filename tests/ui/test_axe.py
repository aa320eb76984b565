"""The checks of browser tests find what they are there for, also on the second page that looks nearly the same."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.ui import axe

LINE = '<p class="line"><span class="told" style="color: {colour}">{text}</span></p>'
PAGE = """<!doctype html><html lang="en" data-theme="light"><head><title>Page</title></head>
<body style="background: {behind}"><main><h1>Page</h1>{lines}</main></body></html>"""


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(axe, "passed", set())


def found(page: Page, *colours: str, behind: str = "#fff", more: str = "", text: str = "Some words") -> list[str]:
    lines = "".join(LINE.format(colour=colour, text=text) for colour in colours)
    page.set_content(PAGE.format(lines=lines + more, behind=behind))
    return [node["html"] for rule in axe.findings(page).response["violations"] for node in rule["nodes"]]


def test_a_pale_text_is_found_after_a_dark_one_of_the_same_place_has_passed(page: Page):
    assert found(page, "#000", "#000") == []
    known = set(axe.passed)
    assert known
    assert found(page, "#000") == []
    assert axe.passed == known
    assert [html for html in found(page, "#000", "#eee") if "#eee" in html] == found(page, "#000", "#eee") != []


def test_the_same_colour_on_another_ground_is_measured_again(page: Page):
    assert found(page, "#000") == []
    assert len(found(page, "#000", behind="#111")) == 2, "the heading, too"


def test_what_is_pale_is_found_each_time(page: Page):
    assert len(found(page, "#eee")) == 1
    assert len(found(page, "#eee")) == 1


def test_one_letter_that_cannot_be_judged_lets_no_words_through(page: Page):
    assert found(page, "#eee", text="x") == []
    assert len(found(page, "#eee", text="words")) == 1


def test_a_switched_off_part_lets_no_usable_one_through(page: Page):
    button = '<button style="color: #eee; background: #fff" {off}>Press here</button>'
    assert found(page, more=button.format(off="disabled")) == []
    assert len(found(page, more=button.format(off=""))) == 1


def test_other_rules_look_at_the_whole_page_each_time(page: Page):
    nameless = '<input type="text">'
    assert found(page, "#000") == []
    assert found(page, "#000", more=nameless) == [nameless]
    assert found(page, "#000", more=nameless) == [nameless]


def test_words_in_a_drawing_are_no_obstacle(page: Page):
    assert found(page, more='<svg role="img" aria-label="A chart"><text y="9">Words</text></svg>') == []


def test_a_text_on_a_picture_lets_no_other_through(page: Page):
    button = '<button style="color: #eee; background: {behind}">Press here</button>'
    picture = "#fff url(data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=)"
    assert found(page, more=button.format(behind=picture)) == []
    assert len(found(page, more=button.format(behind="#fff"))) == 1


def test_a_text_that_ran_out_of_its_box_is_measured_within_it(page: Page):
    box = '<div style="background: #fff; height: {}px"><p style="margin: 0; color: #eee">Some words</p></div>'
    assert found(page, more=box.format(14)) == []
    assert found(page, more=box.format(14)) == []
    assert len(found(page, more=box.format(60))) == 1


def test_a_text_is_measured_on_what_lies_behind_it_even_where_that_is_not_around_it(page: Page):
    dark = (
        '<div style="position: absolute; inset: 200px auto auto 0; width: 400px; height: 60px; background: #111"></div>'
    )
    assert len(found(page, more=dark + '<p style="position: absolute; inset: 210px auto auto 0">Some words</p>')) == 1


def test_boxes_to_tick_have_no_text(page: Page):
    box = '<label style="color: {}"><input type="checkbox" value="on"> Some words</label>'
    assert found(page, more=box.format("#000")) == []
    assert len(found(page, more=box.format("#eee"))) == 1
