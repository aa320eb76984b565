"""The one client for calls to addresses that somebody else chose.

It speaks http and https on ports 80 and 443 to public addresses only. The address is checked when the socket
opens, on the resolved number that is then connected to, so no spelling and no change of the name server in
between gets around it. At most 3 redirects, each checked alike, 10 seconds in all, 1 MB.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any

import httpcore
import httpx

from core.errors import AddressRefused, AnswerTooLarge, TooManyRedirects

PORTS = frozenset({80, 443})
SECONDS = 10.0
MAX_BYTES = 1_000_000
MAX_REDIRECTS = 3


@dataclass(frozen=True)
class Answer:
    """What came back, whatever its status; `url` is the address after redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


def fetch(method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes = b"") -> Answer:
    """Make one call. Never inside a transaction, never in a web process.

    After a redirect to another host the given headers are left out, they may hold secrets; 301, 302 and 303 go
    on as GET. Raises AddressRefused, TooManyRedirects, AnswerTooLarge, or httpx.HTTPError when nobody answers
    in time.
    """
    backend = _PublicNetwork(time.monotonic() + SECONDS)
    address = _parse(url)
    sent = {**(headers or {}), "Accept-Encoding": "identity"}
    with httpx.Client(transport=_transport(backend), trust_env=False, timeout=SECONDS) as client:
        for _hop in range(MAX_REDIRECTS + 1):
            _check(address)
            with client.stream(method, address, headers=sent, content=content or None) as response:
                if not response.has_redirect_location:
                    return Answer(response.status_code, dict(response.headers), _read(response), str(address))
            target = _parse(response.headers["location"], base=address)
            if target.host != address.host:
                sent = {"Accept-Encoding": "identity"}
            if response.status_code in (301, 302, 303):
                method, content = "GET", b""
            address = target
    raise TooManyRedirects(address=url, limit=MAX_REDIRECTS)


def is_public(address: str) -> bool:
    """Is this numeric address out in the public net, spelled as what it is?

    No to private, loopback, link-local, shared, reserved and multicast ones, and to IPv6 addresses that carry an
    IPv4 address inside (mapped, compatible, 6to4, Teredo, NAT64), because these can lead home again.
    """
    number = ip_address(address.partition("%")[0])
    if isinstance(number, IPv6Address):
        carries_ipv4 = number.ipv4_mapped or number.sixtofour or number.teredo or int(number) >> 32 == 0
        if carries_ipv4 or number.is_site_local or number.exploded.startswith("0064:ff9b:"):
            return False
    return number.is_global and not (number.is_multicast or number.is_reserved or number.is_unspecified)


def _parse(url: str, *, base: httpx.URL | None = None) -> httpx.URL:
    try:
        return base.join(url) if base else httpx.URL(url)
    except httpx.InvalidURL as error:
        raise AddressRefused(address=url) from error


def _check(url: httpx.URL) -> None:
    port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or port not in PORTS:
        raise AddressRefused(address=str(url.copy_with(userinfo=b"")))


def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MAX_BYTES:
            raise AnswerTooLarge(address=response.url.host, limit=MAX_BYTES)
    return bytes(body)


def _transport(backend: _PublicNetwork) -> httpx.HTTPTransport:
    transport = httpx.HTTPTransport(trust_env=False)
    # httpx has no public place to hand in the network; the tests would notice if this one moved.
    transport._pool = httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=backend)
    return transport


class _PublicNetwork(httpcore.SyncBackend):
    """Opens sockets to public addresses only, and lets nothing outlast the deadline."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = _resolve(host, port)
        stream = super().connect_tcp(address, port, _left(self.deadline), local_address, socket_options)
        return _TimedStream(stream, self.deadline)

    def connect_unix_socket(self, path: str, *_args: Any, **_kwargs: Any) -> httpcore.NetworkStream:
        raise AddressRefused(address=path)


def _resolve(host: str, port: int) -> str:
    """The first number behind a name. One number that is not public condemns the whole name."""
    try:
        found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host}: {error}") from error
    if port not in PORTS or not found or not all(is_public(str(address)) for address in found):
        raise AddressRefused(address=host)
    return str(found[0])


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the call took too long")
    return left


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every read and write ends at the deadline, so a dripping server gains nothing."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
