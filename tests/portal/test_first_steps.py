"""Connecting a tenant in the portal, and the steps from there to the switch: done is what there is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.roles import ADMINISTRATOR, OWNER, VIEWER
from numberline.audit.models import Entry
from numberline.jobs.models import Task
from numberline.planning.decide import decide
from numberline.planning.store import store
from numberline.simulator.process import SimulatorProcess
from numberline.tenants.mode import set_mode
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.pages import text
from tests.portal.people import signed_in, somebody, somebody_with
from tests.support import programs, quick
from tests.support.tasks import carry_out_waiting

IDS = {
    "entra_id": "11111111-2222-3333-4444-555555555555",
    "client_id": "66666666-7777-8888-9999-000000000000",
}


@pytest.fixture
def owner(database: str) -> Client:
    return signed_in(somebody("anna@example.org", owner=True))


@pytest.fixture
def simulator() -> Iterator[SimulatorProcess]:
    with quick.here(), programs.simulator(people=0) as running:
        yield running


def form(simulator: SimulatorProcess, **fields: Any) -> dict[str, Any]:
    return {
        "name": "contoso",
        "entra_id": simulator.tenant_id,
        "client_id": simulator.client_id,
        "secret": simulator.client_secret,
        "graph_url": simulator.url,
        "login_url": simulator.url,
        "ca_pem": Path(simulator.ca_file).read_text(),
        "reason": "Connect the tenant",
        **fields,
    }


def left(client: Client, tenant: Tenant) -> list[str]:
    """The titles of the steps that are not done."""
    page = client.get(reverse("tenant_steps", args=[tenant.name]))
    return [step.title for step in page.context["steps"] if not step.done]


def test_who_has_no_tenant_is_led_to_the_first_steps_if_they_own_the_installation(owner: Client) -> None:
    assert reverse("first_steps") in text(owner.get(reverse("home")))
    other = signed_in(somebody("ben@example.org"))
    assert "Ask an administrator" in text(other.get(reverse("home")))
    assert other.get(reverse("first_steps")).status_code == 403


def test_the_consent_link_is_made_of_the_two_ids_and_of_nothing_else(owner: Client) -> None:
    shown = text(owner.get(reverse("first_steps"), IDS))
    assert (
        "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/adminconsent"
        "?client_id=66666666-7777-8888-9999-000000000000"
    ) in shown
    for hostile in ("javascript:alert(1)", '"><script>alert(1)</script>', "../..", "\x1b[31m", "9" * 2_000):
        page = owner.get(reverse("first_steps"), {**IDS, "entra_id": hostile})
        assert 'id="consent"' not in text(page)
        assert b"<script>alert" not in page.content


def test_a_tenant_is_connected_and_checked_and_its_secret_is_never_shown(
    owner: Client, simulator: SimulatorProcess
) -> None:
    wrong = owner.post(reverse("first_steps"), form(simulator, secret="not-the-secret"))
    assert (wrong.status_code, "Nothing was stored." in text(wrong)) == (409, True)
    assert not Tenant.objects.exists()
    assert "not-the-secret" not in text(wrong)
    answer = owner.post(reverse("first_steps"), form(simulator))
    tenant = Tenant.objects.get()
    assert answer["Location"] == reverse("tenant_steps", args=["contoso"])
    assert (tenant.mode, tenant.organisation, tenant.domain) == ("observe", "Contoso", "contoso.example")
    (entry,) = Entry.objects.of(tenant.pk)
    assert (entry.verb, entry.actor) == ("connect", "portal:anna@example.org")
    assert "hx-trigger" in text(owner.get(answer["Location"])), "the check is under way"
    assert [task.state for task in carry_out_waiting(tenant)] == ["done"]
    shown = text(owner.get(answer["Location"]))
    assert "Everything that is needed works." in shown
    assert simulator.client_secret not in shown
    again = owner.post(reverse("first_steps"), form(simulator, name="another"))
    assert (again.status_code, "is connected already, as contoso" in text(again)) == (422, True)


def test_the_steps_are_done_by_what_there_is_and_leave_the_overview_when_automation_is_on(
    database: str,
) -> None:
    tenant = make.tenant(mode="observe")
    admin = signed_in(somebody_with(ADMINISTRATOR, tenant))
    overview = reverse("overview", args=[tenant.name])
    assert len(left(admin, tenant)) == 5
    Task.objects.of(tenant.pk).create(
        kind="check", state="failed", actor="cli:anna", asked_at=make.NOW, ended_at=make.NOW
    )
    assert "Check that everything works" in left(admin, tenant)
    Task.objects.of(tenant.pk).update(state="done")
    home = make.range_(tenant, rule='City = "London"')
    assert left(admin, tenant) == ["Bring its numbers", "See the plan", "Switch on"]
    make.number(tenant, make.N1, home)
    store(tenant, decide(tenant, make.NOW, everybody=True).plan, make.NOW, "cli:anna")
    assert left(admin, tenant) == ["Switch on"]
    assert 'id="first-steps"' in text(admin.get(overview))
    assert 'id="first-steps"' not in text(signed_in(somebody_with(VIEWER, tenant)).get(overview))
    set_mode(tenant, "assign", make.NOW, make.CAUSE)
    assert left(admin, tenant) == []
    assert 'id="first-steps"' not in text(admin.get(overview))


def test_a_tenant_that_rests_after_automation_served_it_is_no_beginner(database: str) -> None:
    tenant = make.tenant(mode="off")
    make.holding(make.number(tenant, make.N1, make.range_(tenant)))
    page = signed_in(somebody_with(OWNER, tenant)).get(reverse("overview", args=[tenant.name]))
    assert 'id="first-steps"' not in text(page)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE x; --",
        "a\x00b\x1b[31m",
        "9" * 50_000,
        "../../etc",
        "https://a@b/",
    ],
)
def test_hostile_input_connects_nothing(owner: Client, hostile: str) -> None:
    for field in (
        "name",
        "entra_id",
        "client_id",
        "secret",
        "graph_url",
        "login_url",
        "ca_pem",
        "ends",
        "reason",
    ):
        good = {"name": "contoso", **IDS, "secret": "s", "graph_url": "https://127.0.0.1:9", "reason": "why"}
        if field in ("name", "reason"):
            good["client_id"] = "no id"
        answer = owner.post(
            reverse("first_steps"), {**good, "login_url": "https://127.0.0.1:9", field: hostile}
        )
        assert answer.status_code in (409, 422), field
        assert b"<script>alert" not in answer.content
        assert len(answer.content) < 150_000
    assert not Tenant.objects.exists()


def test_an_error_stands_at_its_field_and_what_was_typed_is_kept_but_the_secret(database: str) -> None:
    tenant = make.tenant("contoso")
    client = signed_in(somebody_with(OWNER, tenant))
    given = {
        "name": "contoso",
        "entra_id": make.oid("t"),
        "client_id": make.oid("a"),
        "secret": "S3cret",
        "reason": "x",
    }
    for field, change in (
        ("name", {}),
        ("client_id", {"name": "n", "client_id": "none"}),
        ("secret", {"secret": ""}),
        ("reason", {"reason": ""}),
        ("ends", {"ends": "soon"}),
    ):
        answer = client.post(reverse("first_steps"), {**given, **change})
        page = answer.content.decode()
        assert answer.status_code == 422, field
        assert page.count(f'aria-describedby="{field}-wrong"') == page.count(f'id="{field}-wrong"') == 1, (
            field
        )
        assert page.count('-wrong"') == 2, field
        assert "are to be given again" in page
        assert "S3cret" not in page
        assert f'value="{given["entra_id"]}"' in page
