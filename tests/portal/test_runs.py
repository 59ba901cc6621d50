"""The pages of runs: the list with those at work, and one with what it did."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from numberline import clock
from numberline.access.roles import VIEWER
from numberline.audit.record import Cause, Fact, record
from numberline.runs.lock import tenant_lock
from numberline.runs.models import Run
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with


@pytest.fixture
def tenant(database: str) -> Tenant:
    return make.tenant("Contoso Ltd & Co")


@pytest.fixture
def client(tenant: Tenant) -> Client:
    return signed_in(somebody_with(VIEWER, tenant))


def ended(tenant: Tenant, **fields: Any) -> Run:
    """A run that took 90 s."""
    now = clock.now()
    given = {
        "kind": "sync",
        "mode": "full",
        "actor": "automation",
        "started_at": now - 90 * make.MINUTE / 60,
        "ended_at": now,
        "outcome": "done",
    }
    return Run.objects.of(tenant.pk).create(**{**given, **fields})


def at_work(tenant: Tenant, **fields: Any) -> Run:
    return ended(tenant, ended_at=None, outcome="", step="reading people", done=1200, total=5000, **fields)


def listed(client: Client, tenant: Tenant, **query: str) -> str:
    answer = client.get(reverse("runs", args=[tenant.name]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(client: Client, run: Run) -> str:
    answer = client.get(reverse("run", args=[run.tenant.name, run.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_runs_are_listed_with_what_they_did_and_the_one_at_work_looks_again(
    tenant: Tenant, client: Client
) -> None:
    counts = {"applied": {"assign": 1200, "change": 0, "release": 3}, "failed": 2}
    ended(tenant, counts=counts)
    ended(
        tenant, kind="hand", outcome="refused", error="<b>It is reserved.</b>", actor="portal:anna@a.example"
    )
    at_work(tenant)
    with tenant_lock(tenant):
        page = listed(client, tenant)
    assert "1,200 assigned, 3 released, 2 failed" in page
    assert "1 min 30 s" in page
    assert "&lt;b&gt;It is reserved." in page
    assert "change by hand" in page
    assert "reading people: 1,200 of 5,000" in page
    assert page.count('hx-trigger="every 2s"') == 1


def test_runs_are_filtered_by_outcome_and_kind_and_nonsense_is_ignored(
    tenant: Tenant, client: Client
) -> None:
    ended(tenant, outcome="failed", error="No permission.")
    ended(tenant, kind="full")
    at_work(tenant)
    count = 'id="run-'
    with tenant_lock(tenant):
        assert listed(client, tenant, outcome="failed").count(count) == 1
        assert listed(client, tenant, outcome="at_work").count(count) == 1
    assert listed(client, tenant, kind="full").count(count) == 1
    assert "No run is like that." in listed(client, tenant, kind="full", outcome="failed")
    assert listed(client, tenant, kind="<script>", outcome="'", page="nonsense").count(count) == 3


def test_a_runs_page_tells_its_counts_its_errors_and_its_entries(tenant: Tenant, client: Client) -> None:
    run = ended(
        tenant,
        outcome="failed",
        error="The client secret has expired.",
        counts={
            "read": {"people": 12400, "numbers": 3},
            "applied": {"assign": 2, "change": 0, "release": 0},
            "waiting": 1,
            "held": 0,
            "failed": 1,
            "failures": [{"person": "ann", "number": make.N1, "why": "<i>no</i>"}],
        },
    )
    other = ended(tenant)
    for each, number in ((run, make.N1), (other, make.N2)):
        record(
            tenant.pk,
            each.started_at + make.MINUTE / 60,
            Cause("automation", run_id=each.pk),
            Fact("assign", number=number),
        )
    page = shown(client, run)
    assert "<b>12,400</b> people read" in page
    assert "The client secret has expired." in page
    assert "&lt;i&gt;no&lt;/i&gt;" in page
    assert "+44 20 7946 0001" in page
    assert "+44 20 7946 0002" not in page
    assert 'hx-trigger="every 1s"' not in page


def test_the_page_of_a_run_at_work_looks_again(tenant: Tenant, client: Client) -> None:
    run = at_work(tenant)
    with tenant_lock(tenant):
        page = shown(client, run)
    assert 'hx-trigger="every 1s"' in page
    assert '<progress max="5000" value="1200"' in page


@pytest.mark.parametrize("route", ["run", "runs", "overview"])
def test_a_run_that_was_killed_is_told_as_killed_at_once(tenant: Tenant, client: Client, route: str) -> None:
    run = at_work(tenant)
    about = [run.pk] if route == "run" else []
    page = client.get(reverse(route, args=[tenant.name, *about])).content.decode()
    assert ">killed<" in page
    assert "its process ended in the midst of it" in page
    assert ">at work<" not in page.partition('class="filters"')[0]
    run.refresh_from_db(from_queryset=Run.objects.of(tenant.pk))
    assert run.outcome == "killed"


def test_what_was_asked_for_by_hand_is_told(tenant: Tenant, client: Client) -> None:
    counts = {"changes": [{"detail": "ann has a number.", "reason": "asked"}], "failed": 0}
    assert "ann has a number." in shown(client, ended(tenant, kind="hand", counts=counts))


def test_a_run_of_another_tenant_is_not_there(tenant: Tenant, client: Client) -> None:
    other = ended(make.tenant("fabrikam"))
    for key in (str(other.pk), "0", "9" * 40):
        assert client.get(f"/t/{tenant.name}/activity/runs/{key}/").status_code == 404
    assert 'id="run-' not in listed(client, tenant)
