"""What a chart says in figures, words and lines, before any script."""

from decimal import Decimal
from xml.etree import ElementTree

from django.template.loader import render_to_string
from django.test import RequestFactory

from core.ui.charts import Chart, Mark, Series, as_asked


def chart(**fields) -> Chart:
    wish = {
        "key": "k", "title": "Orders, EUR", "labels": ["Jan", "Feb <b>"], "finding": "February is “higher”.",
        "series": [Series("Fact", [Decimal("10.50"), None], faint=frozenset({0})), Series("Plan", [12, 14], "step", 2)],
        "links": ["/a/", ""], "decimals": 2,
    }  # fmt: skip
    return Chart(**{**wish, **fields})


def test_the_figures_for_the_script_are_plain_numbers():
    spec = chart().spec
    assert spec["series"][0]["values"] == [10.5, None]
    assert spec["series"][0]["texts"] == ["10.50", ""]
    assert spec["series"][0]["faint"] == [0]


def test_the_table_twin_has_the_same_figures_and_ways():
    rows = chart().rows
    assert [row["cells"] for row in rows] == [["10.50", "12.00"], ["", "14.00"]]
    assert [row["url"] for row in rows] == ["/a/", ""]


def test_the_drawing_is_sound_xml_and_escapes_what_it_says():
    for one in (
        chart(),
        chart(kind="funnel", series=[Series("Reached", [5, 2])], notes=["", "40 %"]),
        chart(
            series=[Series("Stock", [-3, 8], "area"), Series("Last year", [0, 1], "past", 6)], marks=[Mark("Low", 2)]
        ),
        chart(labels=[], series=[Series("Nothing", [])]),
        chart(series=[Series("Zero", [0, 0])]),
    ):
        drawn = ElementTree.fromstring(one.svg)  # noqa: S314 - our own
        assert drawn.get("aria-label") == "February is “higher”."
        assert "style" not in one.svg


def test_what_is_counted_has_no_line_at_a_half_and_less_than_nothing_a_true_minus():
    def levels(values):
        drawn = ElementTree.fromstring(chart(series=[Series("Leads", values)], decimals=0).svg)  # noqa: S314 - our own
        return {one.text for one in drawn.iter() if one.tag.endswith("text")}

    assert {"0", "1", "2", "3"} <= levels([1, 3])
    assert "0.5" not in levels([1, 3])
    assert "0.5" in levels([0.4, 1.5])
    assert "−20k" in levels([-21_000, 40_000])


def test_what_would_be_without_goes_in_steps_too_and_is_dashed():
    drawn = ElementTree.fromstring(chart(series=[Series("Without it", [1, 3], "before", 6)]).svg)  # noqa: S314 - our own
    (line,) = (one for one in drawn.iter() if one.tag.endswith("polyline"))
    assert line.get("class") == "l6 dashed"
    assert len(line.get("points", "").split()) == 4, "two ends for each value"


def test_the_part_shows_finding_table_and_points():
    html = render_to_string("ui/_chart.html", {"chart": chart()})
    assert "February is “higher”." in html
    assert '<li><a href="/a/" data-point="0">Jan: 10.50, 12.00</a></li>' in html
    assert "Feb &lt;b&gt;" in html
    assert "<b>" not in html


def test_the_table_button_works_by_the_address():
    drawn = as_asked(chart(), RequestFactory().get("/", {"month": "3"}))
    assert not drawn.as_table
    assert drawn.twin_url == "?month=3&table=k#twin-k"
    turned = as_asked(chart(), RequestFactory().get("/", {"month": "3", "table": "k"}))
    assert turned.as_table
    assert turned.twin_url == "?month=3#twin-k"
