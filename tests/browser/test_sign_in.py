"""Signing in as people do: with an authenticator app, and with a passkey that the browser keeps."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from numberline import clock
from numberline.accounts import links, manage
from numberline.accounts.models import User
from numberline.audit.record import Cause
from tests.browser.conftest import OpenPage
from tests.portal.codes import code_of
from tests.portal.people import PASSWORD, somebody

ANNA = "anna@example.org"
NEW = "a long password that is new"


@pytest.fixture
def anna(database: str, monkeypatch: pytest.MonkeyPatch) -> User:
    """Anna, where a second factor is required."""
    monkeypatch.setattr(settings, "SECOND_FACTOR_REQUIRED", True)
    return somebody(ANNA, owner=True)


def keeps_passkeys(page: Page) -> None:
    """Let the page's browser keep passkeys, as a laptop with a fingerprint reader does."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def type_password(page: Page, portal: str, password: str = PASSWORD) -> None:
    page.goto(f"{portal}/account/sign-in/")
    page.get_by_label("Mail address").fill(ANNA)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.locator(".user-menu > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_one_time_link_leads_to_a_password_an_authenticator_app_and_from_then_on_its_codes(
    anna: User, open_page: OpenPage, portal: str
) -> None:
    made = links.make(manage.add("new@example.org", clock.now(), Cause("cli:anna")), clock.now(), "cli:anna")
    page = open_page()
    page.goto(portal + made.address.removeprefix(settings.PORTAL_URL))
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password, once more").fill(NEW)
    page.get_by_role("button", name="Set the password and sign in").click()
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    page.get_by_role("link", name="Set up an app").click()
    secret = page.get_by_label("Without a camera").input_value()
    page.get_by_label("Code that the app shows").fill(code_of(secret, -1))
    page.get_by_role("button", name="Set up this app").click()
    expect(page.locator(".codes li")).to_have_count(10)
    sign_out(page)
    page.get_by_label("Mail address").fill("new@example.org")
    page.get_by_label("Password").fill(NEW)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Tenants")).to_be_visible()


def test_a_passkey_is_set_up_opens_the_portal_alone_and_stands_in_for_the_second_factor(
    anna: User, open_page: OpenPage, portal: str
) -> None:
    page = open_page()
    keeps_passkeys(page)
    type_password(page, portal)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator(".codes li")).to_have_count(10)
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Tenants")).to_be_visible()
    sign_out(page)
    type_password(page, portal)
    page.get_by_role("button", name="Use a passkey or security key").click()
    expect(page.get_by_role("heading", name="Tenants")).to_be_visible()
    page.goto(f"{portal}/account/")
    expect(page.get_by_text("passkey", exact=True)).to_be_visible()


def test_a_browser_without_a_passkey_says_so_in_words(anna: User, open_page: OpenPage, portal: str) -> None:
    page = open_page()
    page.goto(f"{portal}/account/sign-in/")
    page.evaluate(
        "() => { navigator.credentials.get = async () => { throw new DOMException('', 'NotAllowedError') } }"
    )
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was confirmed")
