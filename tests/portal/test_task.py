"""The page of a task: what was asked for, how far it is, and what became of it."""

from datetime import timedelta
from html import escape

import pytest
from django.test import Client
from django.urls import reverse

from numberline import clock
from numberline.access.roles import SERVICE_DESK
from numberline.jobs.heartbeat import Heartbeat
from numberline.jobs.models import State, Task
from numberline.jobs.tasks import ask, conclude, next_task
from numberline.jobs.verbs import Ended
from numberline.runs.models import Run
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with

WHO = "portal:anna@contoso.example"
POLLS = 'hx-trigger="every 1s"'


@pytest.fixture
def tenant(database: str) -> Tenant:
    return make.tenant("Contoso Ltd & Co")


@pytest.fixture
def client(tenant: Tenant) -> Client:
    return signed_in(somebody_with(SERVICE_DESK, tenant))


def page(client: Client, task: Task) -> str:
    answer = client.get(reverse("task", args=[task.tenant.name, task.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_task_that_waits_says_so_and_looks_again_by_itself(tenant: Tenant, client: Client) -> None:
    heart = Heartbeat()
    heart.start()
    task = ask(tenant, "release", {"number": "+442079460001"}, actor=WHO, reason="given up", ticket="CHG-7")
    shown = page(client, task)
    assert "Release +44 20 7946 0001" in shown
    assert "it begins as soon as no other run is busy here" in shown
    assert "given up (CHG-7)" in shown
    assert POLLS in shown
    asked_for_again = shown.partition(f'id="task-{task.pk}"')[2].partition("</section>")[0]
    assert "Take it back before it begins" in asked_for_again
    assert "This page can be left" in asked_for_again
    assert "No background loop" not in shown
    heart.finish()
    assert "No background loop has looked since" in page(client, task)


def test_a_task_that_is_at_work_says_how_far_it_has_come(tenant: Tenant, client: Client) -> None:
    ask(tenant, "sync", actor=WHO)
    task = next_task(tenant.pk, "a worker")
    assert task is not None
    assert "beginning" in page(client, task)
    run = Run.objects.of(tenant.pk).create(
        kind="sync", mode="full", actor=WHO, started_at=clock.now(), step="assigning", done=3, total=12
    )
    Task.objects.of(tenant.pk).update(run=run)
    shown = page(client, task)
    assert "assigning: 3 of 12" in shown
    assert '<progress max="12" value="3"' in shown
    assert POLLS in shown


def test_a_task_that_ended_says_how_and_where_to_go_on_and_looks_no_more(
    tenant: Tenant, client: Client
) -> None:
    back = reverse("overview", args=[tenant.name])
    ask(tenant, "assign", {"person": "ann", "number": "<script>"}, actor=WHO, back=back)
    task = next_task(tenant.pk, "a worker")
    assert task is not None
    conclude(task, Ended(State.REFUSED, "It is <b>no</b> number.", {"problems": ["row 2: <i>"]}))
    shown = page(client, task)
    assert POLLS not in shown
    assert "It is &lt;b&gt;no&lt;/b&gt; number." in shown
    assert "row 2: &lt;i&gt;" in shown
    assert f'href="{escape(back)}"' in shown
    assert shown.count("<script>") == 0
    said = shown.partition('id="said"')[2].partition("</p>")[0]
    assert "It is &lt;b&gt;no&lt;/b&gt; number." in said


def test_a_task_of_another_tenant_is_not_there(tenant: Tenant, client: Client) -> None:
    other = make.tenant("fabrikam")
    task = ask(other, "sync", actor=WHO)
    for key in (str(task.pk), "0", "9" * 30):
        assert client.get(f"/t/{tenant.name}/tasks/{key}/").status_code == 404


def test_how_long_ago_the_loop_was_seen_is_told(tenant: Tenant, client: Client) -> None:
    task = ask(tenant, "sync", actor=WHO)
    assert "No background loop has looked yet" in page(client, task)
    with clock.travel(clock.now() - timedelta(hours=2)):
        heart = Heartbeat()
        heart.start()
        heart.finish()
    assert "2 h ago" in page(client, task)


def test_a_task_lights_the_place_it_was_asked_for_in_and_names_the_way_back(
    tenant: Tenant, client: Client
) -> None:
    make.person(tenant, "ann")
    asked = {
        ("person", make.oid("ann")): ("People", "Back to Ann"),
        ("person", "nobody"): ("People", "Back to the person"),
        ("number", "+442079460001"): ("Numbers", "Back to +44 20 7946 0001"),
        ("plan_named", "p-1"): ("Plan", "Back to plan p-1"),
        ("import_numbers",): ("Numbers", "Back to the import"),
        ("tenant_check",): ("Settings", "Back to the check"),
        ("overview",): ("Overview", "Back to the overview"),
    }
    task = Task.objects.of(tenant.pk).create(
        kind="sync", actor=WHO, asked_at=clock.now(), ended_at=clock.now(), state=State.DONE, sentence="Done."
    )
    for (route, *about), (place, way) in asked.items():
        Task.objects.of(tenant.pk).update(back=reverse(route, args=[tenant.name, *about]))
        shown = page(client, task)
        assert f'aria-current="page">{place}<' in shown, route
        assert f">{way}" in shown, route
    Task.objects.of(tenant.pk).update(back="/nowhere/at/all")
    shown = page(client, task)
    assert 'aria-current="page">Overview<' in shown
    assert ">Back<" in shown
