"""Tasks that wait: they can be taken back, and are not begun any more when they waited too long."""

from datetime import timedelta

import pytest
from django.urls import reverse

from numberline import clock
from numberline.access.roles import SERVICE_DESK
from numberline.accounts.actor import in_portal
from numberline.jobs.models import State, Task
from numberline.jobs.tasks import WAITS, ask
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with
from tests.support.tasks import carry_out_waiting


@pytest.fixture
def tenant(database: str) -> Tenant:
    return make.tenant()


def test_what_could_not_begin_for_half_a_day_is_not_begun_any_more(tenant: Tenant) -> None:
    make.number(tenant, make.N1)
    task = ask(tenant, "release", {"number": make.N1}, actor="cli:anna", reason="left")
    late = clock.now() - WAITS - timedelta(minutes=1)
    Task.objects.of(tenant.pk).filter(pk=task.pk).update(asked_at=late)
    (task,) = carry_out_waiting(tenant)
    assert task.state == State.REFUSED
    assert task.sentence.startswith("It could not begin for 12 hours")


def test_what_waits_can_be_taken_back_and_what_has_begun_can_not(tenant: Tenant) -> None:
    desk = somebody_with(SERVICE_DESK, tenant)
    client = signed_in(desk)
    task = ask(tenant, "release", {"number": make.N1}, actor=in_portal(desk), reason="left")
    there = reverse("task_withdraw", args=[tenant.name, task.pk])
    page = client.get(reverse("task", args=[tenant.name, task.pk])).content.decode()
    assert there in page
    assert "took it back before it began" in client.post(there, follow=True).content.decode()
    assert carry_out_waiting(tenant) == []
    assert "has begun or ended already" in client.post(there, follow=True).content.decode()
    task.refresh_from_db(from_queryset=Task.objects.of(tenant.pk))
    assert task.state == State.WITHDRAWN


def test_what_needs_more_than_a_role_has_is_taken_back_by_nobody_of_that_role(tenant: Tenant) -> None:
    client = signed_in(somebody_with(SERVICE_DESK, tenant))
    task = ask(tenant, "apply", {"plan": "p1"}, actor="portal:boss@example.org", reason="right")
    answer = client.post(reverse("task_withdraw", args=[tenant.name, task.pk]), follow=True)
    assert "can take it back" in answer.content.decode()
    assert Task.objects.of(tenant.pk).get().state == State.WAITING


def test_whoever_asks_on_about_a_rule_waits_for_the_last_answer_alone(tenant: Tenant) -> None:
    for text in ('City = "A"', 'City = "B"', 'City = "C"'):
        ask(tenant, "rule_answer", {"rule": text}, actor="portal:ann@example.org")
    ask(tenant, "rule_answer", {"rule": 'City = "D"'}, actor="portal:bob@example.org")
    waiting = Task.objects.of(tenant.pk).filter(state=State.WAITING).order_by("pk")
    assert [task.arguments["rule"] for task in waiting] == ['City = "C"', 'City = "D"']
