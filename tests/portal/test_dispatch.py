"""What strangers send to the public address takes nothing from the people who use the portal."""

import http.client
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from numberline.environment import NOTIFICATION_PATH
from numberline.portal import dispatch
from numberline.portal.address import Address, listen
from numberline.portal.dispatch import Dispatcher
from numberline.portal.server import THREADS, Server


@dataclass
class Asked:
    """The path that a request asks for."""

    path: str


@dataclass
class Work:
    """A connection's task that says when it begins, and ends when it may."""

    path: str
    requests: list[Asked] = field(init=False)
    begun: threading.Event = field(default_factory=threading.Event)
    may_end: threading.Event = field(default_factory=threading.Event)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.requests = [Asked(self.path)]

    def service(self) -> None:
        self.begun.set()
        assert self.may_end.wait(30)

    def cancel(self) -> None:
        self.cancelled.set()


@pytest.fixture
def dispatcher() -> Iterator[Dispatcher]:
    made = Dispatcher(2)
    yield made
    made.shutdown()


def test_a_post_waits_while_a_page_is_made(dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "LONGEST_WAIT", 30)
    page, post = Work("/t/contoso/people/"), Work(NOTIFICATION_PATH)
    dispatcher.add_task(page)
    assert page.begun.wait(30)
    dispatcher.add_task(post)
    assert not post.begun.wait(0.05)
    page.may_end.set()
    assert post.begun.wait(30)
    post.may_end.set()


def test_however_busy_the_portal_is_a_post_is_answered(dispatcher: Dispatcher) -> None:
    pages, post = [Work("/t/contoso/people/") for _ in range(5)], Work(NOTIFICATION_PATH)
    for page in pages:
        dispatcher.add_task(page)
    dispatcher.add_task(post)
    assert post.begun.wait(30)
    for each in (*pages, post):
        each.may_end.set()


def test_posts_that_take_long_hold_no_thread_of_the_pages(dispatcher: Dispatcher) -> None:
    posts, page = [Work(NOTIFICATION_PATH) for _ in range(5)], Work("/t/contoso/people/")
    for post in posts:
        dispatcher.add_task(post)
    assert posts[0].begun.wait(30)
    dispatcher.add_task(page)
    assert page.begun.wait(30)
    assert not posts[1].begun.is_set()
    for each in (*posts, page):
        each.may_end.set()


def test_posts_that_wait_when_the_server_ends_are_cancelled() -> None:
    dispatcher = Dispatcher(1)
    first, second = Work(NOTIFICATION_PATH), Work(NOTIFICATION_PATH)
    dispatcher.add_task(first)
    assert first.begun.wait(30)
    dispatcher.add_task(second)
    threading.Timer(0.05, first.may_end.set).start()
    dispatcher.shutdown()
    assert second.cancelled.is_set()
    assert not second.begun.is_set()


@contextmanager
def serving(application: Callable[..., Iterable[bytes]]) -> Iterator[int]:
    """A server of an application; gives its port."""
    (bound,) = listen(Address("127.0.0.1", 0))
    server = Server(application, [bound])
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield bound.getsockname()[1]
    finally:
        server.stop()
        thread.join()


def test_more_strangers_than_there_are_threads_keep_nobody_from_a_page() -> None:
    enough = threading.Event()

    def application(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == NOTIFICATION_PATH:
            assert enough.wait(30)
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"a page"]

    post = f"POST {NOTIFICATION_PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{{}}".encode()
    with serving(application) as port:
        strangers = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(3 * THREADS)]
        for stranger in strangers:
            stranger.sendall(post)
        somebody = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        somebody.request("GET", "/t/contoso/people/")
        assert somebody.getresponse().read() == b"a page"
        somebody.close()
        enough.set()
        for stranger in strangers:
            assert stranger.recv(100).startswith(b"HTTP/1.1 200 OK")
            stranger.close()


def test_a_request_that_cannot_be_read_is_refused_all_the_same() -> None:
    def application(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        raise AssertionError("it was read")

    with serving(application) as port, socket.create_connection(("127.0.0.1", port), timeout=30) as stranger:
        stranger.sendall(b"no words of HTTP\r\n\r\n")
        assert stranger.recv(100).startswith(b"HTTP/1.0 400 Bad Request")
