"""Lines of a feed, written in one go: what people said is text, what the product wrote is HTML."""

from datetime import UTC, datetime

from django.utils.html import format_html

from core.ui import feed
from core.ui.timeline import Entry

AT = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)


def test_a_line_says_who_did_what_when():
    line = feed.lines([Entry(AT, "phone", "called", who="Ann Lee", url="/crm/interactions/1/")])
    assert "<b>Ann Lee</b>" in line
    assert '<a href="/crm/interactions/1/">called</a>' in line
    assert '<time datetime="2026-09-14T12:00:00+00:00">' in line
    assert "bx" not in line


def test_words_are_text_and_html_of_ours_stays():
    line = feed.lines(
        [
            Entry(AT, "note", "<i>wrote</i>", who="<b>Eve</b>", body="<script>", soft=True, url='"><i>'),
            Entry(AT, "note", "wrote", body=format_html("<p>{}</p>", "a < b")),
        ]
    )
    assert "<i>" not in line
    assert "<b>Eve" not in line
    assert '<div class="bx soft">&lt;script&gt;</div>' in line
    assert '<div class="bx"><p>a &lt; b</p></div>' in line


def test_nothing_is_written_of_nothing():
    assert feed.lines([]) == ""
