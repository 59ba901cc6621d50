"""Where the portal listens, whom it believes, and its sign of life."""

import json
import socket
import threading
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client, override_settings

from numberline.environment import SettingError, StartError
from numberline.portal.address import Address, listen, listen_address, proxy
from numberline.portal.server import Server

OWN_TLS = "https://numbers.example.com"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8480", Address("127.0.0.1", 8480)),
        ("localhost:0", Address("localhost", 0)),
        ("[::1]:9000", Address("::1", 9000)),
    ],
)
def test_an_address_is_a_host_and_a_port_and_is_written_as_it_was_read(text: str, address: Address) -> None:
    assert listen_address(text) == address
    assert str(address) == text


@pytest.mark.parametrize("text", ["8480", ":8480", "::1:8480", "127.0.0.1:", "127.0.0.1:http", "a:70000", ""])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="The portal can't listen on"):
        listen_address(text)


def test_the_setting_counts_where_no_address_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(listen_address()) == "127.0.0.1:8480"
    monkeypatch.setenv("NUMBERLINE_LISTEN", "127.0.0.1:9000")
    assert str(listen_address()) == "127.0.0.1:9000"
    assert str(listen_address("127.0.0.1:9001")) == "127.0.0.1:9001"


def test_other_machines_reach_the_portal_only_where_people_come_by_https(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(StartError, match="other machines would reach the portal without TLS"):
        listen(Address("0.0.0.0", 0))
    monkeypatch.setenv("NUMBERLINE_URL", OWN_TLS)
    (bound,) = listen(Address("0.0.0.0", 0))
    bound.close()


def test_an_address_that_is_taken_or_somebody_elses_is_told_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"Port {port} on 127.0.0.1 is taken"):
            listen(Address("127.0.0.1", port))
    with pytest.raises(StartError, match=r"this machine knows no host no-such-host\.invalid"):
        listen(Address("no-such-host.invalid", 0))


def test_a_proxy_on_this_machine_is_believed_where_people_come_by_https(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert proxy(Address("127.0.0.1", 8480)) is None
    monkeypatch.setenv("NUMBERLINE_URL", OWN_TLS)
    assert proxy(Address("127.0.0.1", 8480)) == "127.0.0.1"
    assert proxy(Address("::1", 8480)) == "::1"
    monkeypatch.setenv("NUMBERLINE_PROXY", "10.0.0.7")
    assert proxy(Address("0.0.0.0", 8480)) == "10.0.0.7"
    monkeypatch.setenv("NUMBERLINE_PROXY", "the-proxy")
    with pytest.raises(SettingError, match="give the IP address of the reverse proxy"):
        proxy(Address("0.0.0.0", 8480))


Environ = dict[str, Any]


def say_who_asks(environ: Environ, start: Callable[..., object]) -> Iterable[bytes]:
    """An application that says what it is told of the reader."""
    start("200 OK", [("Content-Type", "application/json")])
    told = {name: environ.get(name) for name in ("REMOTE_ADDR", "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO")}
    return [json.dumps(told).encode()]


@contextmanager
def serving(**options: Any) -> Iterator[str]:
    """A server of `say_who_asks`; gives its address."""
    (bound,) = listen(Address("127.0.0.1", 0))
    server = Server(say_who_asks, [bound], **options)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.stop()
        thread.join()


@pytest.mark.parametrize(
    ("believed", "told"),
    [(None, ["127.0.0.1", "http", None]), ("127.0.0.1", ["203.0.113.9", "https", "https"])],
)
def test_only_the_proxy_is_believed_about_who_asks_and_how(believed: str | None, told: list[str]) -> None:
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    with (
        serving(proxy=believed) as url,
        urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer,
    ):
        assert list(json.load(answer).values()) == told
        assert answer.headers["Server"] is None


def test_the_sign_of_life_is_given_under_any_name_without_tls_and_without_a_database() -> None:
    with override_settings(SECURE_SSL_REDIRECT=True):
        answer = Client().get("/healthz", HTTP_HOST="10.0.0.5:8480")
        page = Client().get("/", HTTP_HOST="10.0.0.5:8480")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert page.status_code == 400, "pages are given under the portal's own name"
