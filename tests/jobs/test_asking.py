"""Tasks that ask everybody about rules: how far they are, and that they end in good order."""

from typing import Any

import pytest

from numberline.assignments.stopsign import StopSign
from numberline.jobs.models import State, Task
from numberline.jobs.tasks import ask, carry_out, next_task
from numberline.tenants.models import Tenant
from tests import factories as make


@pytest.fixture
def tenant(database: str, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    """A thousand people would do; two are enough when they are counted one by one."""
    owner = make.tenant()
    make.range_(owner, "London")
    for name in ("ann", "bob"):
        make.person(owner, name)
    return owner


def begun(tenant: Tenant, kind: str, arguments: dict[str, Any] | None = None) -> Task:
    ask(tenant, kind, arguments, actor="cli:anna")
    task = next_task(tenant.pk, "a-worker")
    assert task is not None
    return task


@pytest.fixture
def counted_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress is told for each person."""
    for module in ("rule_answer", "rules_check"):
        monkeypatch.setattr(f"numberline.planning.{module}.TELL_EVERY", 1)


@pytest.mark.parametrize(
    ("kind", "arguments"), [("rules_check", {}), ("rule_answer", {"rule": 'City = "London"'})]
)
@pytest.mark.usefixtures("counted_often")
class TestAskingEverybody:
    """Both kinds."""

    def test_it_notes_how_far_it_is(self, tenant: Tenant, kind: str, arguments: dict[str, Any]) -> None:
        task = begun(tenant, kind, arguments)
        carry_out(task)
        row = Task.objects.of(tenant.pk).get()
        assert (row.state, row.step, row.done, row.total) == (State.DONE, "reading people", 1, 2)

    def test_a_loop_that_is_to_end_leaves_it_for_the_next(
        self, tenant: Tenant, kind: str, arguments: dict[str, Any]
    ) -> None:
        stop = StopSign()
        stop.ask()
        carry_out(begun(tenant, kind, arguments), stop)
        row = Task.objects.of(tenant.pk).get()
        assert (row.state, row.step, row.worker) == (State.WAITING, "", "")


def test_a_rule_that_is_none_is_refused_with_its_place(tenant: Tenant) -> None:
    carry_out(begun(tenant, "rule_answer", {"rule": "City ="}))
    row = Task.objects.of(tenant.pk).get()
    assert row.state == State.REFUSED
    assert "column" in row.sentence or "line" in row.sentence
