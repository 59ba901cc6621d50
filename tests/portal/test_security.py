"""What keeps strangers out besides the door: Django's own checks, CSRF, hosts, redirects, cookies, frames."""

import os
import re
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.permissions import Open
from numberline.access.roles import OWNER
from numberline.access.routes import ROUTES
from tests import factories as make
from tests.portal.codes import is_signed_in, sign_in
from tests.portal.people import PASSWORD, somebody, somebody_with
from tests.portal.samples import arguments, prepare
from tests.support import session

ANNA = "anna@example.org"

PRODUCTION = """
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
call_command("check", deploy=True, fail_level="INFO", verbosity=1)
print(settings.SILENCED_SYSTEM_CHECKS)
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE)
print(settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE, settings.CSRF_COOKIE_HTTPONLY, settings.CSRF_COOKIE_SAMESITE)
print(settings.ALLOWED_HOSTS, settings.DEBUG, settings.SECOND_FACTOR_REQUIRED)
from django.test import Client
answer = Client().get("/account/sign-in/", headers={"host": "numbers.example.com"})
print(answer.status_code, answer["Location"])
answer = Client().get("/account/sign-in/", secure=True, headers={"host": "elsewhere.example.com"})
print(answer.status_code)
"""


def test_the_production_settings_pass_djangos_checks_for_deployment() -> None:
    """In a process of its own, because settings are read once."""
    environment = {name: value for name, value in os.environ.items() if not session.is_setting(name)}
    environment |= session.settings() | {"NUMBERLINE_URL": "https://numbers.example.com"}
    del environment["NUMBERLINE_MFA"]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PRODUCTION],
        env=environment | {"NUMBERLINE_LOG": "error", "DJANGO_SETTINGS_MODULE": "numberline.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "System check identified no issues (2 silenced).",
        "['security.W005', 'security.W021']",
        "__Host-session True True Lax",
        "__Host-csrf True True Strict",
        "['numbers.example.com'] False True",
        "301 https://numbers.example.com/account/sign-in/",
        "400",
    ]


def test_nothing_is_written_without_the_token_that_our_own_pages_carry(database: str) -> None:
    tenant = make.tenant("contoso")
    prepare(tenant)
    user = somebody_with(OWNER, tenant)
    writable = {name: route for name, route in ROUTES.items() if route.writes is not None}
    assert len(writable) > 15
    del writable[
        "notified"
    ]  # Microsoft has no session to abuse: what it sends carries a secret (tests/notifications)
    for name, route in writable.items():
        client = Client(enforce_csrf_checks=True)
        if route.writes is not Open.ANYONE:
            client.force_login(user)
        answer = client.post(reverse(name, kwargs=arguments(name, tenant)), {"reason": "a test"})
        assert answer.status_code == 403, name
        client.cookies["csrf"] = "a" * 32
        token = {"csrfmiddlewaretoken": "b" * 32}
        assert client.post(reverse(name, kwargs=arguments(name, tenant)), token).status_code == 403, name


def test_the_token_of_the_sign_in_page_lets_one_in(database: str) -> None:
    somebody(ANNA)
    client = Client(enforce_csrf_checks=True)
    page = client.get(reverse("account_login")).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    sign_in(client, ANNA, PASSWORD, csrfmiddlewaretoken=token[1])
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "\\\\evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "http://testserver@evil.example/",
        "http://127.0.0.1:9/",
        "/\t/evil.example",
    ],
)
def test_after_signing_in_or_out_nobody_is_sent_elsewhere(database: str, elsewhere: str) -> None:
    somebody(ANNA)
    client = Client()
    assert sign_in(client, ANNA, PASSWORD, next=elsewhere)["Location"] == reverse("home")
    assert client.post(reverse("account_logout"), {"next": elsewhere})["Location"] == reverse("account_login")
    assert "evil" not in client.get(reverse("account_login"), {"next": elsewhere}).headers.get("Location", "")


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "a b", "[::1", "127.0.0.1:8480@evil.example"]
)
def test_no_other_host_is_answered(database: str, host: str) -> None:
    assert Client().get(reverse("account_login"), headers={"host": host}).status_code == 400


def test_signing_in_cannot_be_framed_cached_or_remembered(database: str) -> None:
    somebody(ANNA)
    client = Client()
    page = client.get(reverse("account_login"))
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert "no-store" in page["Cache-Control"]
    sign_in(client, ANNA, PASSWORD)
    cookie = client.cookies["session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == ""
    kept = client.get(reverse("home"))["Cache-Control"]
    assert kept == "private, no-store", "else Back shows people and numbers after signing out"
    for route in ("account", "account_sessions", "mfa_activate_totp"):
        assert "no-store" in client.get(reverse(route)).headers.get("Cache-Control", ""), route


def test_signing_out_needs_a_form_and_not_only_a_link(database: str) -> None:
    somebody(ANNA)
    client = Client()
    sign_in(client, ANNA, PASSWORD)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


def test_the_addresses_of_a_stranger_are_not_believed(database: str) -> None:
    """X-Forwarded-For is the server's to judge (numberline.portal.server), or attempts could not be counted."""
    for number in range(60):
        sign_in(Client(headers={"x-forwarded-for": f"192.0.2.{number}"}), f"a{number}@example.org", "wrong")
    answer = sign_in(Client(headers={"x-forwarded-for": "192.0.2.99"}), "another@example.org", "wrong")
    assert "Too many attempts" in answer.content.decode()


def test_nobody_signs_up_and_no_page_of_the_library_is_open_that_the_portal_does_not_need(
    database: str,
) -> None:
    for path in (
        "signup",
        "sign-up",
        "login",
        "password/reset",
        "email",
        "password/set",
        "2fa",
        "confirm-email/x",
    ):
        assert Client().get(f"/account/{path}/").status_code == 404, path
        assert Client().get(f"/accounts/{path}/").status_code == 404, path


@pytest.mark.parametrize("field", ["login", "password"])
@pytest.mark.parametrize("text", ["\0", "' or 1=1 --", "<script>x</script>", "x" * 100_000, "\udcff", "🗝"])
def test_hostile_input_at_the_door_is_a_refusal_and_nothing_else(
    database: str, field: str, text: str
) -> None:
    form = {"login": ANNA, "password": PASSWORD} | {field: text.encode("utf-8", "replace").decode()}
    answer = Client().post(reverse("account_login"), form)
    assert answer.status_code == 200
    assert "<script>x" not in answer.content.decode()


def test_what_is_nested_beyond_reason_is_no_passkey_and_no_failure(database: str) -> None:
    client = Client(raise_request_exception=False)
    for deep in ("[" * 10_000, '{"a":' * 10_000, "[" * 10_000 + "]" * 10_000):
        assert client.post(reverse("mfa_login_webauthn"), {"credential": deep}).status_code < 500
    somebody(ANNA)
    sign_in(client, ANNA, PASSWORD)
    for route in ("mfa_add_webauthn", "mfa_reauthenticate_webauthn"):
        assert client.post(reverse(route), {"credential": "[" * 10_000}).status_code < 500
