"""The plan in the portal: what automation wants, what is held, and what a human decides about exactly this plan."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.roles import RANGE_MANAGER, SERVICE_DESK
from numberline.audit.models import Entry
from numberline.audit.record import Cause
from numberline.jobs.models import Task
from numberline.planning.decide import decide
from numberline.planning.models import StoredPlan
from numberline.planning.review import approve
from numberline.planning.store import store
from numberline.runs.models import Run
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with
from tests.runs.office import Office, opened
from tests.support.tasks import carry_out_waiting

WHY = {"reason": "reviewed with HR", "ticket": "CHG-7"}


@pytest.fixture
def owner(database: str) -> Tenant:
    """Ann is to have a number; Ben has no range."""
    tenant = make.tenant(mode="observe")
    make.number(tenant, make.N1, make.range_(tenant))
    make.person(tenant)
    make.person(tenant, "ben", city="Bath")
    return tenant


@pytest.fixture
def manager(owner: Tenant) -> Client:
    return signed_in(somebody_with(RANGE_MANAGER, owner))


def planned(owner: Tenant) -> StoredPlan:
    return store(owner, decide(owner, make.NOW, everybody=True).plan, make.NOW, "cli:ben")


def at(owner: Tenant, route: str, **more: str) -> str:
    return reverse(route, kwargs={"tenant": owner.name, **more})


def test_before_the_first_plan_the_page_says_what_one_is(manager: Client, owner: Tenant) -> None:
    text = manager.get(at(owner, "plan")).content.decode()
    assert "No plan was made yet" in text
    assert "Make a plan now" in text


def test_a_plan_names_everybody_with_number_reason_and_what_holds_it(manager: Client, owner: Tenant) -> None:
    plan = planned(owner)
    text = manager.get(at(owner, "plan")).content.decode()
    assert f"Plan <code>{plan.name}</code>" in text
    assert "Held by the mode" in text
    assert "ann@contoso.example" in text
    assert "+44 20 7946 0001" in text
    assert "next available" in text
    assert "1 × no matching rule" in text
    assert f"Apply plan {plan.name}: 1 change<" in re.sub(r"\s+<", "<", text)


def test_the_changes_of_a_part_stand_in_one_table_grouped_by_range(manager: Client, owner: Tenant) -> None:
    make.number(owner, "+441134960001", make.range_(owner, "Leeds", rule='City = "Leeds"'))
    make.person(owner, "zoe", city="Leeds")
    planned(owner)
    page = manager.get(at(owner, "plan")).content.decode()
    assert page.count("plan-table") == 1
    assert re.findall(r'scope="rowgroup" colspan="4">(\w+) <span class="quiet">(\d+)', page) == [
        ("Leeds", "1"),
        ("London", "1"),
    ]


def test_a_plan_is_asked_for_and_made_by_the_background_loop(manager: Client, owner: Tenant) -> None:
    answer = manager.post(at(owner, "plan_make"))
    task = Task.objects.of(owner.pk).get()
    assert answer["Location"] == reverse("task", args=[owner.name, task.pk])
    assert (task.kind, task.actor) == ("plan", "portal:range_manager@example.org")


@pytest.mark.parametrize("what", ["plan_apply", "plan_refuse"])
@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "a\0b"])
def test_deciding_needs_a_reason(manager: Client, owner: Tenant, what: str, reason: str) -> None:
    plan = planned(owner)
    answer = manager.post(at(owner, what, name=plan.name), {"reason": reason})
    assert answer.status_code == 422
    assert 'id="id_reason_errors"' in answer.content.decode()
    assert not Task.objects.of(owner.pk).exists()
    assert not Entry.objects.of(owner.pk).exists()


def test_a_refused_plan_says_so_and_is_not_to_be_decided_about_again(manager: Client, owner: Tenant) -> None:
    plan = planned(owner)
    assert manager.post(at(owner, "plan_refuse", name=plan.name), WHY)["Location"] == at(owner, "plan")
    entry = Entry.objects.of(owner.pk).get()
    assert (entry.verb, entry.actor, entry.reason, entry.ticket) == (
        "plan_refused",
        "portal:range_manager@example.org",
        "reviewed with HR",
        "CHG-7",
    )
    text = manager.get(at(owner, "plan")).content.decode()
    assert "It was refused" in text
    assert "Decide about exactly this plan" not in text
    again = manager.post(at(owner, "plan_apply", name=plan.name), WHY)
    assert again.status_code == 409
    assert "it was refused at" in again.content.decode()
    assert not Task.objects.of(owner.pk).exists()


def test_the_service_desk_reads_a_plan_and_may_not_decide_about_it(owner: Tenant) -> None:
    plan = planned(owner)
    desk = signed_in(somebody_with(SERVICE_DESK, owner))
    assert "Decide about exactly this plan" not in desk.get(at(owner, "plan")).content.decode()
    assert desk.post(at(owner, "plan_apply", name=plan.name), WHY).status_code == 403


def test_a_plan_of_another_tenant_is_not_there(manager: Client, owner: Tenant) -> None:
    other = make.tenant("fabrikam")
    theirs = planned(other)
    assert manager.get(at(owner, "plan_named", name=theirs.name)).status_code == 404
    assert manager.post(at(owner, "plan_apply", name=theirs.name), WHY).status_code == 404


def test_a_big_plan_stays_a_small_page_that_counts_the_rest(manager: Client, owner: Tenant) -> None:
    home = make.range_(owner, "Leeds", rule='City = "Leeds"')
    for index in range(450):
        make.number(owner, f"+44113496{index:04}", home)
        make.person(owner, f"person{index}", city="Leeds")
    planned(owner)
    text = manager.get(at(owner, "plan")).content.decode()
    assert "And 201 more" in text
    assert len(text) < 150_000


def test_whoever_decides_about_a_big_plan_can_read_all_of_it(manager: Client, owner: Tenant) -> None:
    plan = planned(owner)
    whole = at(owner, "plan_export", name=plan.name)
    assert f'href="{whole}"' in manager.get(at(owner, "plan")).content.decode()
    answer: Any = manager.get(whole)
    (row,) = csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig")))
    assert (row["upn"], row["action"], row["number"], row["limit"]) == (
        *("ann@contoso.example", "assign", make.N1),
        "mode",
    )
    theirs = planned(make.tenant("fabrikam"))
    assert manager.get(at(owner, "plan_export", name=theirs.name)).status_code == 404


def test_refusing_a_plan_promises_nothing_of_what_goes_ahead_anyway(manager: Client, owner: Tenant) -> None:
    owner.mode = "full"
    owner.save()
    planned(owner)
    text = " ".join(manager.get(at(owner, "plan")).content.decode().split())
    assert "what goes ahead is decided anew by the next run, and done if it is wanted then" in text


@pytest.fixture
def office(database: str) -> Iterator[Office]:
    with opened() as made:
        yield made


def test_a_held_plan_is_approved_and_exactly_it_is_carried_out_with_the_ticket_in_the_record(
    office: Office,
) -> None:
    tenant = office.tenant
    tenant.mode = "observe"
    tenant.save()
    people = [office.joiner() for _ in range(3)]
    manager = signed_in(somebody_with(RANGE_MANAGER, tenant))
    manager.post(at(tenant, "plan_make"))
    assert [task.state for task in carry_out_waiting(tenant)] == ["done"]
    plan = StoredPlan.objects.of(tenant.pk).get()
    manager.post(at(tenant, "plan_apply", name=plan.name), WHY)
    assert [task.state for task in carry_out_waiting(tenant)] == ["done"]
    assert set(office.held()) == set(people)
    applied = Entry.objects.of(tenant.pk).get(verb="plan_applied")
    assert (applied.actor, applied.reason) == ("portal:range_manager@example.org", "reviewed with HR")
    given = Entry.objects.of(tenant.pk).filter(verb="assign")
    assert {entry.ticket for entry in given} == {"CHG-7"}
    assert "It was applied" in manager.get(at(tenant, "plan")).content.decode()


def test_a_plan_is_refused_when_the_world_moved_and_the_task_names_the_person(office: Office) -> None:
    tenant = office.tenant
    tenant.mode = "observe"
    tenant.save()
    person = office.joiner()
    manager = signed_in(somebody_with(RANGE_MANAGER, tenant))
    manager.post(at(tenant, "plan_make"))
    carry_out_waiting(tenant)
    plan = StoredPlan.objects.of(tenant.pk).get()
    office.control.change(person, city="Leeds")
    answer = manager.post(at(tenant, "plan_apply", name=plan.name), WHY)
    assert [task.state for task in carry_out_waiting(tenant)] == ["refused"]
    text = manager.get(answer["Location"]).content.decode()
    assert office.person(person).upn in text
    assert office.held() == {}


def test_a_plan_that_was_decided_about_says_by_whom_why_and_what_came_of_it(
    manager: Client, owner: Tenant
) -> None:
    plan = planned(owner)
    manager.post(at(owner, "plan_refuse", name=plan.name), WHY)
    text = " ".join(manager.get(at(owner, "plan")).content.decode().split())
    told = text.partition('id="decided"')[2].partition("</p>")[0]
    assert "It was refused by" in told
    assert "range_manager@example.org" in told
    assert ": reviewed with HR (CHG-7)." in told
    assert "What it had when it was made" in text
    assert "a new plan shows what is wanted now" in text


def test_a_plan_that_is_being_applied_leads_to_its_task_and_is_not_offered_again(
    manager: Client, owner: Tenant
) -> None:
    plan = planned(owner)
    manager.post(at(owner, "plan_apply", name=plan.name), WHY)
    task = Task.objects.of(owner.pk).get()
    text = manager.get(at(owner, "plan")).content.decode()
    assert "It is being applied" in text
    assert reverse("task", args=[owner.name, task.pk]) in text
    assert "Decide about exactly this plan" not in text
    again = manager.post(at(owner, "plan_apply", name=plan.name), WHY)
    assert (again.status_code, Task.objects.of(owner.pk).count()) == (409, 1)


def test_what_came_of_an_applied_plan_is_its_run(manager: Client, owner: Tenant) -> None:
    plan = planned(owner)
    run = Run.objects.of(owner.pk).create(kind="apply", mode="observe", actor="cli:ben", started_at=make.NOW)
    approve(plan, make.NOW, Cause("cli:ben", run_id=run.pk, reason="agreed"))
    text = manager.get(at(owner, "plan_named", name=plan.name)).content.decode()
    assert (
        f'href="{reverse("run", args=[owner.name, run.pk])}">run {run.pk}</a>, which is still at work' in text
    )
    assert ": agreed" in text
