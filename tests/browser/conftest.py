"""What a test in the browser asks for: `portal`, its address, and `open_page`, which gives a page of it."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page

from numberline.accounts.models import User
from tests.portal.people import signed_in
from tests.support import browser as browsers
from tests.support import portal as portals

WIDE, NARROW = 1280, 390


class OpenPage(Protocol):
    """Opens a page in a fresh profile, in which that person is signed in; `None`: nobody."""

    def __call__(
        self, user: User | None = None, *, dark: bool = False, width: int = WIDE, height: int = 800
    ) -> Page: ...


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser of this module's tests."""
    with browsers.chromium() as started:
        yield started


@pytest.fixture
def portal(database: str) -> Iterator[str]:
    """The address of a portal on this test's database, as `http://localhost:40123`."""
    with portals.live() as address:
        yield address


@pytest.fixture
def open_page(browser: Browser, portal: str) -> Iterator[OpenPage]:
    """Opens pages: `open_page(anna, dark=True).goto("/t/contoso/")`.

    At the end the test fails if a page logged an error, offended against the content security policy, threw, or
    asked for something that did not come.
    """
    with ExitStack() as closing:
        watches: list[browsers.Watch] = []

        def opened(
            user: User | None = None, *, dark: bool = False, width: int = WIDE, height: int = 800
        ) -> Page:
            context = browsers.context(browser, portal, dark=dark, width=width, height=height)
            closing.callback(context.close)
            watches.append(browsers.Watch(context))
            if user is not None:
                context.add_cookies(
                    [
                        {"name": name, "value": cookie.value, "url": portal}
                        for name, cookie in signed_in(user).cookies.items()
                    ]
                )
            return context.new_page()

        yield opened
        assert [each for watch in watches for each in watch.wrong] == []
