"""The client for foreign addresses goes out, and never home."""

import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from core import http
from core.choices import OutboxStatus
from core.errors import AddressRefused, AnswerTooLarge, TooManyRedirects
from core.http import fetch, is_public
from core.services.outbox import enqueue_call
from core.services.outbox_sending import send


class Handler(BaseHTTPRequestHandler):
    """Answers by path; remembers what it got."""

    seen: list = []

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.seen.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        if self.path.startswith("/to/"):
            self.send_response(307 if "keep" in self.path else 302)
            self.send_header("Location", self.path.removeprefix("/to/").removeprefix("keep/"))
            self.end_headers()
        elif self.path == "/drip":
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b".")
                self.wfile.flush()
                time.sleep(0.1)
        elif self.path == "/big":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * (http.MAX_BYTES + 1))
        else:
            self.send_response(int(self.path[1:] or 200))
            self.end_headers()
            self.wfile.write(b"hello")

    do_POST = do_GET  # noqa: N815 - the name http.server asks for

    def log_message(self, *args):
        pass

    def handle(self):
        with suppress(BrokenPipeError, ConnectionResetError):
            super().handle()


@pytest.fixture
def server(monkeypatch):
    """A server on loopback that counts as public for this test, together with its port."""
    Handler.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    monkeypatch.setattr(http, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(http, "PORTS", frozenset({port}))
    yield f"http://127.0.0.1:{port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "193.0.6.139"])
def test_public_numbers(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1",  # noqa: S104
        "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1",
        "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "fec0::1",
    ],
)  # fmt: skip
def test_numbers_that_are_not_out_there(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://localhost./", "http://127.1/", "http://2130706433/",
        "http://0x7f000001/", "http://0177.0.0.1/", "http://[::1]/", "http://[::ffff:7f00:1]/", "http://0/",
        "http://169.254.169.254/latest/meta-data/", "https://10.0.0.5/",
        "http://8.8.8.8:22/", "http://8.8.8.8:8080/", "https://8.8.8.8:5432/",
        "http://user:secret@8.8.8.8/", "ftp://8.8.8.8/", "file:///etc/passwd", "gopher://8.8.8.8/", "http:///x",
    ],
)  # fmt: skip
def test_no_spelling_leads_home(url, monkeypatch):
    def no_socket(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(http.httpcore.SyncBackend, "connect_tcp", no_socket)
    with pytest.raises((AddressRefused, httpx.ConnectError)) as refused:
        fetch("GET", url)
    assert "secret" not in str(refused.value)


def test_the_number_that_was_checked_is_the_one_that_is_called(monkeypatch):
    """A name server that answers differently the second time gains nothing: there is no second time."""
    answers = iter([[(0, 0, 0, "", ("8.8.8.8", 80))], [(0, 0, 0, "", ("127.0.0.1", 80))]])
    called = []

    def connect(self, host, *args):
        called.append(host)
        raise http.httpcore.ConnectError("enough")

    monkeypatch.setattr(http.socket, "getaddrinfo", lambda *args, **kwargs: next(answers))
    monkeypatch.setattr(http.httpcore.SyncBackend, "connect_tcp", connect)
    with pytest.raises(httpx.ConnectError):
        fetch("GET", "http://rebind.example/")
    assert called == ["8.8.8.8"]


def test_one_private_number_condemns_the_name(monkeypatch):
    both = [(0, 0, 0, "", ("8.8.8.8", 80)), (0, 0, 0, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(http.socket, "getaddrinfo", lambda *args, **kwargs: both)
    with pytest.raises(AddressRefused):
        fetch("GET", "http://two.example/")


def test_a_name_nobody_knows(monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror("no such host")

    monkeypatch.setattr(http.socket, "getaddrinfo", unknown)
    with pytest.raises(httpx.ConnectError):
        fetch("GET", "http://nobody.example/")


class TestAnswers:
    def test_comes_back_whole(self, server):
        answer = fetch("POST", f"{server}/201", headers={"X-A": "1"}, content=b"body")
        assert (answer.status, answer.body) == (201, b"hello")
        assert Handler.seen[0][0] == "POST"
        assert Handler.seen[0][3] == b"body"

    def test_three_redirects_and_no_more(self, server):
        assert fetch("GET", f"{server}/to//to//to//200").url.endswith("/200")
        with pytest.raises(TooManyRedirects):
            fetch("GET", f"{server}/to//to//to//to//200")

    def test_each_redirect_is_checked(self, server):
        for target in ("http://10.0.0.1/", "file:///etc/passwd", "http://8.8.8.8:22/"):
            with pytest.raises(AddressRefused):
                fetch("GET", f"{server}/to/{target}")

    def test_a_post_stays_one_only_where_the_answer_says_so(self, server):
        fetch("POST", f"{server}/to/keep//200", content=b"body")
        fetch("POST", f"{server}/to//200", content=b"body")
        assert [entry[0] for entry in Handler.seen] == ["POST", "POST", "POST", "GET"]

    def test_headers_do_not_follow_to_another_host(self, server):
        port = server.rsplit(":", 1)[1]
        fetch("GET", f"{server}/to/http://localhost:{port}/200", headers={"X-Signature": "s"})
        assert "X-Signature" in Handler.seen[0][2]
        assert "X-Signature" not in Handler.seen[1][2]

    def test_too_much_is_cut_off(self, server):
        with pytest.raises(AnswerTooLarge):
            fetch("GET", f"{server}/big")

    def test_a_dripping_server_is_left_in_time(self, server, monkeypatch):
        monkeypatch.setattr(http, "SECONDS", 0.5)
        started = time.monotonic()
        with pytest.raises(httpx.TimeoutException):
            fetch("GET", f"{server}/drip")
        assert time.monotonic() - started < 3

    def test_environment_proxies_are_ignored(self, server, monkeypatch):
        monkeypatch.setenv("HTTP_PROXY", "http://10.0.0.1:3128")
        assert fetch("GET", f"{server}/200").status == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [("/204", "sent"), ("/500", "new"), ("/404", "new"), ("/410", "failed"), ("/to/http://10.0.0.1/", "failed")],
)
def test_what_a_receiver_answers_decides(server, settings, path, status):
    settings.OUTBOX_BACKEND = "smtp"
    message = enqueue_call(url=server + path, body={"order": 7}, dedupe_key="h1")
    assert send(message.pk) == OutboxStatus(status)
    headers = Handler.seen[0][2]
    assert headers["X-Message-Id"] == message.message_id
    assert headers["X-Signature"].startswith("sha256=")
