"""The headers that protect a page: on every answer there is, pages, parts, downloads, files, refusals and errors."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from numberline.access.roles import ADMINISTRATOR, OWNER
from numberline.access.routes import ROUTES
from numberline.portal import overview
from tests import factories as make
from tests.portal.people import signed_in, somebody_with
from tests.portal.samples import arguments, prepare

PROTECTS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def lacking(answer: HttpResponse) -> list[str]:
    """Which of them an answer does not carry as it must."""
    found = [name for name, value in PROTECTS.items() if answer.headers.get(name) != value]
    policy = answer.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "frame-ancestors 'none'" not in policy or "unsafe" in policy:
        found.append("Content-Security-Policy")
    return found


def test_every_route_answers_with_them_however_it_answers(database: str) -> None:
    tenant = make.tenant()
    prepare(tenant)
    client, stranger = signed_in(somebody_with(OWNER, tenant)), Client()
    wrong = []
    for name in ROUTES:
        address = reverse(name, kwargs=arguments(name, tenant))
        for who, method in ((client, "GET"), (stranger, "GET"), (stranger, "DELETE")):
            answer = who.generic(method, address)
            wrong += [f"{method} {address}: {each}" for each in lacking(answer)]
            kept = answer.headers.get("Cache-Control", "")
            if who is client and name != "healthz" and "no-store" not in kept:
                wrong.append(f"{method} {address}: may be kept ({kept})")
    assert wrong == []


def test_downloads_are_kept_by_nobody_and_never_opened_as_pages(database: str) -> None:
    tenant = make.tenant()
    prepare(tenant)
    client = signed_in(somebody_with(ADMINISTRATOR, tenant))
    for name in ("people_export", "numbers_export", "activity_export", "plan_export"):
        answer = client.get(reverse(name, kwargs=arguments(name, tenant)))
        assert answer["Content-Disposition"].startswith("attachment; ")
        assert answer["Cache-Control"] == "private, no-store"
        assert "html" not in answer["Content-Type"]
        assert lacking(answer) == []


def test_errors_and_files_carry_them_too(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("a secret of the server")

    tenant = make.tenant()
    client = signed_in(somebody_with(ADMINISTRATOR, tenant))
    client.raise_request_exception = False
    checked = Client(enforce_csrf_checks=True)
    monkeypatch.setattr(overview, "standing", breaks)
    answers = {
        500: client.get(reverse("overview", args=[tenant.name])),
        404: client.get("/t/elsewhere/"),
        403: client.get(reverse("accounts")),
        400: client.get("/", headers={"host": "evil.example"}),
        405: client.post(reverse("people", args=[tenant.name])),
        302: Client().get("/"),
        200: client.get("/static/portal/portal.js"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        body = answer.getvalue() if answer.streaming else answer.content
        assert b"a secret of the server" not in body
        assert lacking(answer) == [], status
    refused = checked.post(reverse("account_login"), {"login": "x"})
    assert (refused.status_code, lacking(refused)) == (403, [])
