"""The overview: what waits for a human, what automation may do, and what goes on, live."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from numberline import clock
from numberline.access.roles import SERVICE_DESK, VIEWER
from numberline.directory.models import Person
from numberline.graph.circuit import Circuit
from numberline.jobs.heartbeat import Heartbeat
from numberline.jobs.models import Due, State, Task
from numberline.jobs.tasks import conclude, next_task
from numberline.jobs.verbs import Ended
from numberline.runs.models import Run
from numberline.tenants.models import Tenant
from numberline.tenants.shared import store
from numberline.worklist.items import open_item
from tests import factories as make
from tests.portal.people import signed_in, somebody_with


@pytest.fixture
def tenant(database: str) -> Tenant:
    return make.tenant("Contoso Ltd & Co")


@pytest.fixture
def client(tenant: Tenant) -> Client:
    return signed_in(somebody_with(SERVICE_DESK, tenant))


def page(client: Client, tenant: Tenant) -> str:
    answer = client.get(reverse("overview", args=[tenant.name]))
    assert answer.status_code == 200
    return answer.content.decode()


def live(client: Client, tenant: Tenant, query: str = "") -> tuple[int, str]:
    """What the page that is open is answered when it looks again."""
    address = reverse("overview", args=[tenant.name]) + (query or "?stamp=of+a+while+ago")
    answer = client.get(address, headers={"HX-Request": "true", "X-Poll": "1"})
    return answer.status_code, answer.content.decode()


def polled(html: str) -> str:
    """The query with which the live part asks for itself again."""
    address = html.partition(' hx-get="')[2].partition('"')[0]
    return "?" + address.partition("?")[2].replace("&amp;", "&")


def decided(tenant: Tenant, name: str, action: str, code: str, **fields: object) -> None:
    make.person(tenant, name, displayName=name.title())
    rows = Person.objects.of(tenant.pk).filter(object_id=make.oid(name))
    rows.update(action=action, code=code, reason=f"Because of {code}.", **fields)


def text(html: str) -> str:
    return " ".join(html.split())


def test_people_who_wait_are_counted_by_the_reason(tenant: Tenant, client: Client) -> None:
    for name in ("ann", "bob"):
        decided(tenant, name, "wait", "not_ready")
    decided(tenant, "eve", "wait", "no_matching_rule")
    decided(tenant, "max", "keep", "holds")
    shown = text(page(client, tenant))
    assert "<b>2</b> <span>not ready</span>" in shown
    assert "<b>1</b> <span>no matching rule</span>" in shown
    assert "<span>holds</span>" not in shown
    way = shown.rpartition("<b>1</b> <span>no matching rule")[0]
    listed = client.get(way.rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")).content.decode()
    assert ("Eve" in listed, "Ann" in listed, "Max" in listed) == (True, False, False)


def test_what_is_held_is_told_with_the_limit_or_the_mode_that_holds_it(
    tenant: Tenant, client: Client
) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(mode="observe")
    decided(tenant, "ann", "assign", "next_available", needs_look=True)
    decided(tenant, "bob", "release", "unlicensed", needs_look=True)
    open_item(tenant.pk, "held", clock.now(), subject="release", cause="14 releases wait for approval.")
    shown = text(page(client, tenant))
    assert "Automation reads and plans, and changes nothing." in shown
    assert '<b class="tabular">1</b> to assign, by the mode' in shown
    assert '<b class="tabular">1</b> to release, by the mode' in shown
    assert "14 releases wait for approval." in shown
    Tenant.objects.filter(pk=tenant.pk).update(mode="full")
    assert "by the mode" not in page(client, tenant)


def test_free_numbers_are_counted_by_country_and_range(tenant: Tenant, client: Client) -> None:
    home = make.range_(tenant, "London")
    for index, state in enumerate(("available", "available", "assigned", "retired")):
        make.number(tenant, f"+44207946000{index}", home, state=state)
    make.number(tenant, "+33170900000")
    shown = text(page(client, tenant))
    assert "United Kingdom (GB)</th>" in shown
    assert "France (FR)</th>" in shown
    london = shown.partition(">London")[2]
    assert '<td class="amount">2</td><td class="amount">3</td>' in london
    assert "in no range" in shown
    assert 'aria-label="United Kingdom (GB): 2 available, 1 assigned, 1 retired"' in shown


def test_the_worklist_is_counted_by_code(tenant: Tenant, client: Client) -> None:
    for name in ("ann", "bob"):
        open_item(tenant.pk, "moved", clock.now(), person=make.oid(name))
    shown = text(page(client, tenant))
    assert "<b>2</b> <span>Moved away from the number&#x27;s range</span>" in shown
    assert f'href="{reverse("worklist", args=[tenant.name]).replace("&", "&amp;")}?code=moved"' in shown


def test_sync_now_is_asked_for_once_and_shown_until_a_while_after_it_ended(
    tenant: Tenant, client: Client
) -> None:
    address = reverse("overview", args=[tenant.name])
    answer = client.post(address)
    assert (answer.status_code, answer["Location"]) == (302, address)
    client.post(address)
    task = Task.objects.of(tenant.pk).get()
    assert (task.kind, task.arguments, task.actor) == ("sync", {}, "portal:service_desk@example.org")
    assert "waiting" in page(client, tenant)
    assert next_task(tenant.pk, "a worker") == task
    conclude(Task.objects.of(tenant.pk).get(), Ended(State.DONE, "Read 3 people and 2 numbers."))
    assert "Read 3 people and 2 numbers." in page(client, tenant)
    Task.objects.of(tenant.pk).update(ended_at=clock.now() - timedelta(minutes=3))
    assert "Read 3 people and 2 numbers." not in page(client, tenant)
    client.post(address, {"full": "1"})
    assert Task.objects.of(tenant.pk).filter(arguments={"full": True}).count() == 1


def test_who_may_not_sync_is_not_offered_it(tenant: Tenant) -> None:
    viewer = signed_in(somebody_with(VIEWER, tenant))
    assert "Sync now</button>" not in page(viewer, tenant)
    assert viewer.post(reverse("overview", args=[tenant.name])).status_code == 403


def test_whether_the_loop_lives_and_when_it_comes_next_is_in_plain_sight(
    tenant: Tenant, client: Client
) -> None:
    assert "No background loop has looked yet" in page(client, tenant)
    heart = Heartbeat()
    heart.start()
    assert "The first pass begins in a moment." in page(client, tenant)
    Due.objects.of(tenant.pk).create(at=clock.now() + timedelta(seconds=50), failures=2)
    shown = text(page(client, tenant))
    assert "The next pass is due <time" in shown
    assert "2 failed before it" in shown
    Tenant.objects.filter(pk=tenant.pk).update(mode="off")
    assert "No pass is due: automation is off." in page(client, tenant)
    heart.finish()
    assert "No background loop has looked since" in page(client, tenant)


def test_the_live_part_says_nothing_until_something_changes(tenant: Tenant, client: Client) -> None:
    client.post(reverse("overview", args=[tenant.name]))
    status, first = live(client, tenant)
    assert (status, 'hx-trigger="every 1s"' in first) == (200, True)
    assert live(client, tenant, polled(first)) == (204, "")
    run = Run.objects.of(tenant.pk).create(
        kind="sync", mode="full", actor="automation", started_at=clock.now(), step="reading people", done=1200
    )
    task = next_task(tenant.pk, "a worker")
    assert task is not None
    Task.objects.of(tenant.pk).update(run=run)
    status, second = live(client, tenant, polled(first))
    assert (status, "reading people: 1,200" in second) == (200, True)
    conclude(task, Ended(State.DONE, "Read 3 people & 2 numbers."))
    Run.objects.of(tenant.pk).update(ended_at=clock.now(), outcome="done")
    status, third = live(client, tenant, polled(second))
    said = third.partition('id="said"')[2]
    assert (status, "Read 3 people &amp; 2 numbers." in said) == (200, True)
    assert 'hx-trigger="every 4s"' in third
    assert live(client, tenant, polled(third)) == (204, "")


def test_whoever_joins_appears_with_what_became_of_them(tenant: Tenant, client: Client) -> None:
    _, before = live(client, tenant)
    decided(tenant, "ann", "wait", "not_ready")
    decided(tenant, "guest", "skip", "guest")
    status, shown = live(client, tenant, polled(before))
    assert status == 200
    assert ("Ann" in shown, "Because of not_ready." in shown, "Guest" in shown) == (True, True, False)
    make.holding(make.number(tenant, make.N1), "ann")
    status, shown = live(client, tenant, polled(shown))
    assert (status, "+44 20 7946 0001" in shown) == (200, True)


def test_the_first_day_says_what_to_do(tenant: Tenant, client: Client) -> None:
    assert "Nothing has been read yet" in page(client, tenant)
    Run.objects.of(tenant.pk).create(
        kind="sync", mode="full", actor="automation", started_at=clock.now(), ended_at=clock.now()
    )
    assert "Nothing has been read yet" not in page(client, tenant)


def test_nothing_of_another_tenant_is_counted(tenant: Tenant, client: Client) -> None:
    other = make.tenant("fabrikam")
    decided(other, "ann", "wait", "not_ready")
    make.number(other, make.N1, make.range_(other, "Elsewhere"))
    open_item(other.pk, "moved", clock.now(), person="x")
    Run.objects.of(other.pk).create(kind="sync", mode="full", actor="a", started_at=clock.now())
    shown = page(client, tenant)
    for word in ("not ready", "Elsewhere", "moved", "fabrikam", "at work"):
        assert word not in shown


def test_the_page_asks_few_questions_and_stays_small(tenant: Tenant, client: Client) -> None:
    for index in range(90):
        home = make.range_(tenant, f"Range {index} with a name of some length")
        make.number(tenant, f"+4420794600{index:02}", home)
        open_item(tenant.pk, "moved", clock.now(), person=str(index))
        Run.objects.of(tenant.pk).create(kind="sync", mode="full", actor="automation", started_at=clock.now())
    for index in range(30):
        decided(tenant, f"person{index}", "wait", "not_ready")
    page(client, tenant)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        shown = page(client, tenant)
    assert len(asked) <= 20
    assert len(shown.encode()) < 150_000
    assert "The 30 with the most free numbers are left out here." in shown


def test_what_stands_is_asked_for_again_and_sent_only_when_it_changed(tenant: Tenant, client: Client) -> None:
    make.number(tenant, make.N1, make.range_(tenant))
    whole = page(client, tenant)
    part = whole.partition('id="standing"')[2]
    assert 'hx-trigger="every 10s, look"' in part.partition(">")[0]
    assert "aria-live" not in part.partition("</div>")[0]
    query = polled(part)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert live(client, tenant, query) == (204, "")
    assert len(asked) <= 16
    decided(tenant, "ann", "wait", "not_ready")
    status, html = live(client, tenant, query)
    assert (status, "<b>1</b> <span>not ready</span>" in text(html)) == (200, True)
    assert html.lstrip().startswith('<div id="standing"')
    assert "<h1>" not in html
    assert live(client, tenant, polled(html))[0] == 204
    Tenant.objects.filter(pk=tenant.pk).update(mode="off")
    status, html = live(client, tenant, polled(html))
    assert "Automation does nothing here by itself." in html
    assert [html.count(f'id="{name}"') for name in ("waits-not-ready", "standing")] == [1, 1]


def test_an_open_page_whose_reader_was_signed_out_is_refused_and_not_led_away(
    tenant: Tenant, client: Client
) -> None:
    client.logout()
    status, html = live(client, tenant, "?standing=x")
    assert (status, html) == (401, "You are signed out.")


def test_the_page_says_that_microsoft_is_down_and_when_it_is_tried_next(
    client: Client, tenant: Tenant
) -> None:
    assert "Microsoft does not answer" not in page(client, tenant)
    with clock.travel() as time:
        for call in range(6):
            time.advance(timedelta(seconds=1))
            Circuit(store(), "graph.example", "any").bad(str(call), connected=False)
        told = page(client, tenant)
        again = f"{clock.now() + timedelta(seconds=15):%H:%M:%S} UTC"
    assert "Microsoft does not answer at graph.example since " in told
    assert again in told
