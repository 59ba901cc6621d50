"""A real browser for tests: Chromium as the system has it, and what a page may never do while a test looks at it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
    sync_playwright,
)

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = (
    "Not tested in a browser: no Chromium is on the PATH; install the system's package chromium, or run "
    "scripts/setup.sh browser."
)
WAIT = 10_000
"""Milliseconds after which something that a test waits for is not coming any more."""
ANSWERS = ("document", "xhr", "fetch")
"""What may be answered with 4xx: a form that is refused, a page that is not there. A script or a picture may not."""


def executable() -> str | None:
    """The program of the browser, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser. Without one the test is left out, in CI it fails.

    While it runs, Playwright keeps an event loop on this thread, for which Django refuses to ask the database.
    """
    program = executable()
    if program is None:
        pytest.fail(MISSING) if os.environ.get("CI") else pytest.skip(MISSING)
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        try:
            yield browser
        finally:
            if before is None:
                del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
            browser.close()


class Watch:
    """Hears what goes wrong in the pages of a browser: scripts, the content security policy, answers that don't come."""

    def __init__(self, context: BrowserContext) -> None:
        self.wrong: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.wrong.append(f"an error of a script: {error.error}"))
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium reports an answer of 4xx here too; `_answered` knows which of them are right.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.wrong.append(f"the console of {message.page and message.page.url} says: {message.text}")

    def _failed(self, request: Request) -> None:
        # A page that is left takes its open requests with it.
        if request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"{request.method} {request.url} failed: {request.failure}")

    def _answered(self, response: Response) -> None:
        fine = 500 if response.request.resource_type in ANSWERS else 400
        if response.status >= fine:
            self.wrong.append(f"{response.request.method} {response.url} was answered with {response.status}")


def shows(page: Page, address: str) -> bool:
    """Go to an address, and say whether a whole page is there: not a part of one, data or a file."""
    try:
        answer = page.goto(address)
    except Error as error:
        if "Download is starting" in error.message:
            return False
        raise
    return answer is not None and answer.text().startswith("<!doctype html>")


def context(browser: Browser, base: str, *, dark: bool, width: int, height: int) -> BrowserContext:
    """A fresh profile, light or dark, in which the addresses of pages are below `base`."""
    made = browser.new_context(
        base_url=base,
        color_scheme="dark" if dark else "light",
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/London",
    )
    made.set_default_timeout(WAIT)
    made.grant_permissions(["clipboard-read", "clipboard-write"], origin=base)
    return made
