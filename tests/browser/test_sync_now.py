"""Sync now in a browser: asked for, watched while it goes on, left and come back to; and nothing that is read moves."""

from typing import Any

from playwright.sync_api import Page, expect

from numberline import clock
from numberline.access.roles import SERVICE_DESK
from numberline.jobs.heartbeat import Heartbeat
from numberline.jobs.models import State, Task
from numberline.jobs.tasks import ask, conclude, next_task
from numberline.jobs.verbs import Ended
from numberline.runs.lock import tenant_lock
from numberline.runs.models import Run
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.browser.conftest import OpenPage
from tests.portal.people import somebody_with


def begin(tenant: Tenant) -> tuple[Task, Run]:
    """The loop takes the task and begins to read."""
    task = next_task(tenant.pk, "a worker")
    assert task is not None
    run = Run.objects.of(tenant.pk).create(
        kind="sync", mode="full", actor=task.actor, started_at=clock.now(), step="reading people", done=100
    )
    Task.objects.of(tenant.pk).filter(pk=task.pk).update(run=run)
    return task, run


def noted(page: Page) -> Any:
    """What the page's own marks say: they are gone if the page was loaded anew or what stands there was replaced."""
    return page.evaluate("[document.body.dataset.mark, document.querySelector('#free').dataset.mark]")


def test_a_sync_is_asked_for_and_watched_in_place(open_page: OpenPage) -> None:
    tenant = make.tenant()
    page = open_page(somebody_with(SERVICE_DESK, tenant))
    page.goto("/t/contoso/")
    page.evaluate("document.body.dataset.mark = document.querySelector('#free').dataset.mark = 'the same'")
    live = page.locator("#live")
    page.get_by_role("button", name="Sync now").click()
    expect(live.locator(".task")).to_contain_text("waiting")
    expect(live).to_contain_text("No background loop has looked yet")
    heart = Heartbeat()
    heart.start()
    with tenant_lock(tenant):
        task, run = begin(tenant)
        expect(live.locator(".task")).to_contain_text("reading people: 100")
        expect(live).not_to_contain_text("No background loop")
        Run.objects.of(tenant.pk).filter(pk=run.pk).update(done=2500)
        expect(live.locator(".task")).to_contain_text("reading people: 2,500")
        expect(page.locator("#said")).to_be_empty()
        make.person(tenant, "ann", displayName="Ann Smith")
        conclude(task, Ended(State.DONE, "Read 1 person and 0 numbers."))
        Run.objects.of(tenant.pk).filter(pk=run.pk).update(ended_at=clock.now(), outcome="done")
    expect(live.locator(".task")).to_contain_text("Read 1 person and 0 numbers.")
    expect(page.locator("#said")).to_have_text("Read 1 person and 0 numbers.")
    assert noted(page) == ["the same", "the same"]
    heart.finish()


def test_a_tasks_page_tells_its_end_once_to_whoever_listens(open_page: OpenPage) -> None:
    tenant = make.tenant()
    task = ask(tenant, "release", {"number": make.N1}, actor="portal:a@b.example", back="/t/contoso/")
    page = open_page(somebody_with(SERVICE_DESK, tenant))
    page.goto(f"/t/contoso/tasks/{task.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Release +44 20 7946 0001")
    expect(page.locator(".task .badge")).to_have_text("waiting")
    begin(tenant)
    expect(page.locator(".task .badge")).to_have_text("at work")
    expect(page.locator("#said")).to_be_empty()
    (taken,) = Task.objects.of(tenant.pk)
    conclude(taken, Ended(State.REFUSED, "Nobody holds it."))
    expect(page.locator(".task .outcome")).to_have_text("Nobody holds it.")
    expect(page.locator("#said")).to_have_text("Release +44 20 7946 0001: Nobody holds it.")
    page.get_by_role("link", name="Back to the overview").click()
    expect(page).to_have_url("/t/contoso/")
