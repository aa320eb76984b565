"""A drawing gets our fonts and its own pictures by their keys; no file of the machine and no address is touched."""

import socket

import pytest
import weasyprint

from core.actors import SYSTEM
from core.documents import rendering
from core.documents.pictures import Pictures
from core.documents.rendering import NotOurs, OwnFiles
from core.services.logos import set_logo
from tests.documents.reading import made, text_of
from tests.factories.documents import drawn_logo, quote_of

BAIT = "/etc/passwd"
ATTACKS = [
    f'<img src="file://{BAIT}">',
    f'<img src="{BAIT}">',
    '<img src="http://127.0.0.1:1/x.png">',
    f'<link rel="stylesheet" href="file://{BAIT}">',
    f'<link rel="attachment" href="file://{BAIT}">',
    f'<a rel="attachment" href="file://{BAIT}">x</a>',
    f'<style>@import "file://{BAIT}"; @import url(http://127.0.0.1:1/a.css);</style>',
    f"<style>body {{ background: url(file://{BAIT}) }}</style>",
    f"<style>@font-face {{ font-family: x; src: url(file://{BAIT}) }} p {{ font-family: x }}</style><p>x</p>",
    f'<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{BAIT}" width="9" height="9"/></svg>',
    f'<svg xmlns="http://www.w3.org/2000/svg"><use href="file://{BAIT}#a"/></svg>',
    f'<object data="file://{BAIT}"></object><embed src="file://{BAIT}">',
    f'<iframe src="file://{BAIT}"></iframe>',
    f'<p style="background: url(file://{BAIT})">x</p><ul style="list-style-image: url(file://{BAIT})"><li>x</ul>',
    '<img src="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22><image href=%22file:///etc/passwd%22/></svg>">',
    f'<img src="own:font/../../{BAIT}"><img src="own:logo/../x"><img src="own:code/1">',
]


@pytest.fixture
def watched(monkeypatch):
    """What a drawing opens while it runs: sockets, and files with the bait's name."""
    opened = []

    def no_network(*arguments, **_options):
        opened.append(arguments)
        raise OSError("no network here")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    return opened


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_fetcher_refuses_everything_else(attack, watched, monkeypatch):
    """Also where markup gets in unescaped, which no template of ours lets happen."""
    served = []
    answer = OwnFiles.fetch

    def noting(self, url, headers=None):
        found = answer(self, url, headers)
        served.append(url)
        return found

    monkeypatch.setattr(OwnFiles, "fetch", noting)
    css, fonts = rendering.style()
    served.clear()
    html = weasyprint.HTML(string=f"<p>x</p>{attack}", url_fetcher=OwnFiles(Pictures()))
    content = html.write_pdf(stylesheets=[css], font_config=fonts)
    assert served == []
    assert watched == []
    assert b"root:x" not in content
    assert b"/EmbeddedFile" not in content


@pytest.mark.parametrize("url", [
    "file:///etc/passwd", "http://example.com/", "https://example.com/", "ftp://example.com/", "data:text/plain,x",
    "own:", "own:font/", "own:font/../latin", "own:font/arial", "own:code/1", "own:logo/", "OWN:font/latin",
    "own:logo/00000000-0000-0000-0000-000000000000", "own:font/latin#x", "javascript:1", "/etc/passwd", "",
])  # fmt: skip
def test_only_whole_keys_are_served(url):
    with pytest.raises(NotOurs):
        OwnFiles(Pictures()).fetch(url)


def test_fonts_and_pictures_are_served_by_key(maker):
    pictures = Pictures()
    bars = pictures.barcode("PO-2026-00001")
    square = pictures.qr("https://example.com/a")
    fetcher = OwnFiles(pictures)
    assert fetcher.fetch("own:font/latin").read().startswith(b"wOF2")
    assert b"<path" in fetcher.fetch(bars).read()
    assert b"<svg" in fetcher.fetch(square).read()
    logo = set_logo(organization_id=maker.organization.pk, name="l.png", content=drawn_logo(), by=SYSTEM)
    assert fetcher.fetch(f"own:logo/{logo.uuid.hex}").content_type == "image/png"


def test_redirects_have_no_way_in():
    with pytest.raises(NotOurs):
        OwnFiles(Pictures()).open("file:///etc/passwd")


def test_names_and_terms_full_of_markup_are_names_and_terms(maker, watched):
    maker.client.legal_name = ATTACKS[0]
    maker.client.billing_address = ATTACKS[3]
    maker.client.save()
    terms = "\n".join(ATTACKS)
    text = text_of(made("sales.quote", quote_of(maker, terms=terms))).replace(" ", "")
    for attack in ATTACKS:
        assert attack[:30].replace(" ", "") in text
    assert watched == []


def test_other_attachments_are_no_logos(maker):
    from core.services.attachments import store_file

    file = store_file(record=maker.organization, name="a.png", content=drawn_logo(), by=SYSTEM)
    with pytest.raises(NotOurs):
        OwnFiles(Pictures()).fetch(f"own:logo/{file.uuid.hex}")
