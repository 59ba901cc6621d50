"""What a run did, as scripts read it, and the exit code that it means."""

from typing import Any

import pytest

from numberline.assignments.flight import Ask, Ending, Flight
from numberline.assignments.models import Change
from numberline.core.states import State
from numberline.directory.models import Person
from numberline.graph.answers import wait
from numberline.runs.applying import Applied
from numberline.runs.models import Run
from numberline.runs.reading import Read
from numberline.runs.result import RunResult, result_of
from numberline.tenants.models import Tenant
from tests import factories as make


@pytest.fixture
def owner(database: str) -> Tenant:
    return make.tenant()


def decided(owner: Tenant, name: str, action: str, needs_look: bool = True) -> None:
    make.person(owner, name)
    rows = Person.objects.of(owner.pk).filter(object_id=make.oid(name))
    rows.update(action=action, needs_look=needs_look)


def flight(name: str, ending: Ending, text: str = "") -> Flight:
    upn = f"{name}@contoso.example"
    made = Flight(Change(person=make.oid(name)), make.N1, "direct_routing", upn, Ask.SEND, 0.0, 0.0)
    made.ending, made.text = ending, text
    return made


def result(owner: Tenant, *flights: Flight) -> RunResult:
    run = Run.objects.of(owner.pk).create(
        kind="sync", mode=owner.mode, actor="a", started_at=make.NOW - make.MINUTE
    )
    return result_of(owner, run, Read(numbers=7), Applied(list(flights)), make.NOW)


def test_what_was_given_what_waits_and_what_is_held_is_counted(owner: Tenant) -> None:
    decided(owner, "ann", "keep", needs_look=False)
    decided(owner, "bob", "wait")
    decided(owner, "cat", "assign")
    decided(owner, "dan", "release")
    told = result(owner, flight("ann", Ending.ASSIGNED))
    assert (told.assigned, told.waiting, told.held, told.over_limit) == (1, 1, 2, 2)
    assert (told.numbers, told.seconds, told.failures) == (7, 60.0, [])


@pytest.mark.parametrize(
    ("over_limit", "failures", "code"),
    [(0, [], 0), (1, [], 4), (0, [("a", "b", "c")], 3), (1, [("a", "b", "c")], 3)],
)
def test_the_exit_code_names_failures_before_what_is_held(
    over_limit: int, failures: list[tuple[str, str, str]], code: int
) -> None:
    given: dict[str, Any] = dict.fromkeys(
        ("run", "people", "numbers", "assigned", "released", "waiting", "held"), 0
    )
    made = RunResult("contoso", mode="full", seconds=0.0, over_limit=over_limit, failures=failures, **given)
    assert made.exit_code == code


@pytest.mark.parametrize("mode", ["off", "observe"])
def test_what_the_mode_alone_holds_is_no_reason_for_another_exit_code(owner: Tenant, mode: str) -> None:
    owner.mode = mode
    decided(owner, "cat", "assign")
    told = result(owner)
    assert (told.held, told.over_limit, told.exit_code) == (1, 0, 0)


def test_somebody_who_could_not_be_served_is_named_and_not_called_held(owner: Tenant) -> None:
    decided(owner, "ann", "assign")
    decided(owner, "bob", "wait")
    throttled = str(wait("throttled", 1.0))
    told = result(owner, flight("ann", Ending.CANCELLED, throttled), flight("bob", Ending.REFUSED, "refused"))
    assert told.failures == [
        ("ann@contoso.example", make.N1, throttled),
        ("bob@contoso.example", make.N1, "refused"),
    ]
    assert (told.held, told.over_limit, told.exit_code) == (0, 0, 3)


def test_somebody_who_got_a_number_in_the_end_has_not_failed(owner: Tenant) -> None:
    decided(owner, "ann", "keep", needs_look=False)
    told = result(owner, flight("ann", Ending.CANCELLED), flight("ann", Ending.ASSIGNED))
    assert (told.failures, told.assigned, told.exit_code) == ([], 1, 0)


def test_what_is_in_doubt_waits(owner: Tenant) -> None:
    decided(owner, "ann", "assign")
    row = make.number(owner, make.N1, state=State.ASSIGNING)
    Change.objects.of(owner.pk).create(
        person=make.oid("ann"), number=row, from_state="available", actor="a", created_at=make.NOW
    )
    told = result(owner, flight("ann", Ending.IN_DOUBT))
    assert (told.waiting, told.held, told.exit_code) == (1, 0, 0)
