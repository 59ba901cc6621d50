"""What the server's log says of requests that were refused and of errors: which page and whose request, by ids alone."""

import logging
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.roles import VIEWER
from numberline.portal import people
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with


@pytest.fixture
def owner(database: str) -> Tenant:
    return make.tenant()


@pytest.fixture
def from_info_on() -> Iterator[None]:
    """NUMBERLINE_LOG=info."""
    log = logging.getLogger("numberline")
    before = log.level
    log.setLevel(logging.INFO)
    yield
    log.setLevel(before)


def refusals(owner: Tenant) -> tuple[str, list[int]]:
    """Requests that are refused; who asks, and the statuses."""
    user = somebody_with(VIEWER, owner)
    client = signed_in(user)
    wary = Client(enforce_csrf_checks=True)
    wary.force_login(user)
    answers = [
        client.get(reverse("person", args=[owner.name, make.oid("ann")])),
        client.get("/no/such/page/ann/?q=+442079460001"),
        client.get(reverse("number_block", args=[owner.name, "+442079460001"])),
        client.post(reverse("people", args=[owner.name]), {"q": "ann"}),
        wary.post(reverse("overview", args=[owner.name]), {}),
    ]
    return str(user.pk), [answer.status_code for answer in answers]


def test_a_refusal_is_one_line_that_names_nobody(
    owner: Tenant, from_info_on: None, capsys: pytest.CaptureFixture[str]
) -> None:
    user, statuses = refusals(owner)
    assert statuses == [404, 404, 403, 405, 403]
    lines = [line.partition(" INFO ")[2] for line in capsys.readouterr().err.splitlines()]
    who = f"user={user}"
    assert lines == [
        f"django.request: 404 GET person {who} tenant={owner.pk}",
        f"django.request: 404 GET no page {who}",
        f"django.request: 403 GET number_block {who}",
        f"django.request: 405 POST people {who}",
        f"django.security.csrf: 403 POST overview {who} (CSRF cookie not set.)",
    ]


def test_nothing_of_it_is_logged_unless_asked_for(owner: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    refusals(owner)
    assert capsys.readouterr().err == ""


def test_an_error_has_its_traceback_in_the_log_and_not_in_the_page(
    owner: Tenant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(people, "render", broken)
    user = somebody_with(VIEWER, owner)
    client = signed_in(user)
    client.raise_request_exception = False
    answer = client.get(reverse("people", args=[owner.name]), {"q": "+442079460001"})
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "a fault of ours" not in page
    assert "Traceback" not in page
    told = capsys.readouterr().err
    assert f"ERROR django.request: 500 GET people user={user.pk} tenant={owner.pk}" in told
    assert "RuntimeError: a fault of ours" in told
    assert "Traceback" in told
    assert "+442079460001" not in told
