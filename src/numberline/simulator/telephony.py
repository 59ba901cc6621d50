"""Assigning and unassigning numbers: orders, their operations, and when Teams shows the effect."""

from collections.abc import Callable
from dataclasses import dataclass

from . import refusals
from .numbers import DIRECT_ROUTING, Number
from .operations import Operation
from .refusals import Order
from .state import Tenant


@dataclass(frozen=True, slots=True)
class Fate:
    """What the faults have in store for one order; times in seconds."""

    runs: float = 0.0
    late: float = 0.0
    hidden: float = 0.0
    missing: float = 0.0
    fails: str | None = None
    skipped: bool = False


def fate(tenant: Tenant, kind: str) -> Fate:
    """Ask the faults once for everything that may befall this order."""
    faults = tenant.faults

    def drawn(name: str) -> float:
        rule = faults.strikes(name, kind)
        return faults.duration(name, rule) if rule else 0.0

    fails = faults.strikes("fail_operation", kind)
    return Fate(
        runs=faults.seconds("operation_seconds", faults.timing.operation_seconds),
        late=drawn("late"),
        hidden=max(faults.timing.visible_after, drawn("hide")),
        missing=max(faults.timing.operation_missing, drawn("missing_operation")),
        fails=fails.text if fails else None,
        skipped=faults.strikes("skip_operation", kind) is not None,
    )


def order_assignment(tenant: Tenant, order: Order, fate: Fate, now: float, begins: float) -> Operation:
    """Accept an order at `now` that Microsoft takes up at `begins`."""
    operation = Operation("Assignment", tenant.random, order.number, order.person, now)
    number = tenant.numbers.get(order.number)
    if number is not None:
        _pending(tenant, number, 1, hidden=fate.hidden > 0)
    _enter(tenant, operation, fate, begins, lambda at: _assign(tenant, operation, order, fate, at))
    return operation


def order_unassignment(
    tenant: Tenant, number: str, type: str | None, fate: Fate, now: float, begins: float
) -> Operation:
    """Accept the order to take a number from whoever has it."""
    known = tenant.numbers.get(number)
    operation = Operation("Unassignment", tenant.random, number, known.holder if known else None, now)
    _enter(tenant, operation, fate, begins, lambda at: _unassign(tenant, operation, type, fate, at))
    return operation


def give(tenant: Tenant, number: Number, order: Order) -> None:
    """Let the order be carried out, whatever it displaces."""
    for other in tenant.numbers.held_by(order.person):
        if other is not number and order.category == "primary" == other.category:
            take(tenant, other)
            tenant.numbers.publish(other)
    number.give(order.person, order.category)
    number.location = order.location or number.location
    tenant.numbers.settle(number)


def take(tenant: Tenant, number: Number) -> None:
    """Let nobody hold the number; it is not shown yet."""
    number.free()
    tenant.numbers.settle(number)


def licence_lost(tenant: Tenant, person: str, features: tuple[str, ...]) -> None:
    """Microsoft unassigns what the licence no longer carries (Microsoft: phone-numbers-licensing-changes)."""
    for number in tenant.numbers.held_by(person):
        if number.source == "onPremises" or number.use != "user":
            continue
        kept = "PhoneSystem" in features and (number.type != "callingPlan" or "CallingPlan" in features)
        if kept or (
            number.type == "directRouting" and tenant.answers["direct_routing_after_licence"] == "stuck"
        ):
            continue
        take(tenant, number)
        if number.type == "directRouting":
            tenant.numbers.forget(number)
        else:
            tenant.numbers.publish(number)


def _enter(
    tenant: Tenant, operation: Operation, fate: Fate, begins: float, finish: Callable[[float], None]
) -> None:
    operation.started_at = begins
    operation.readable_at = begins + fate.missing
    tenant.operations.add(operation)
    tenant.agenda.at(begins + fate.runs, finish)
    tenant.agenda.run(tenant.clock())


def _assign(tenant: Tenant, operation: Operation, order: Order, fate: Fate, at: float) -> None:
    refused = fate.fails or refusals.refusal(tenant, order)
    number = tenant.numbers.get(order.number)
    repeated = number is not None and number.holder == order.person
    skipped = fate.skipped or (repeated and not refused and tenant.answers["repeated_assign"] == "skipped")
    if refused or skipped:
        operation.status, operation.detail = ("failed", refused) if refused else ("skipped", None)
        operation.settled_at = at
        if number is not None:
            _pending(tenant, number, -1, hidden=fate.hidden > 0)
            if refused and tenant.answers["failed_state"] == "assignmentFailed" and number.holder is None:
                number.state = "assignmentFailed"
                tenant.numbers.publish(number)
        return
    operation.status = "succeeded"
    if fate.late:
        tenant.agenda.at(at + fate.late, lambda then: _carry_out(tenant, operation, order, fate, then))
    else:
        _carry_out(tenant, operation, order, fate, at)


def _carry_out(tenant: Tenant, operation: Operation, order: Order, fate: Fate, at: float) -> None:
    number = tenant.numbers.get(order.number)
    if fate.late and refusals.refusal(tenant, order):
        operation.settled_at = at
        return
    if number is None:
        number = Number(order.number, order.type, DIRECT_ROUTING)
        tenant.numbers.add(number)
    give(tenant, number, order)
    _show(tenant, operation, number, fate, at)


def _unassign(tenant: Tenant, operation: Operation, type: str | None, fate: Fate, at: float) -> None:
    number = tenant.numbers.get(operation.number)
    refused = fate.fails
    if number is None or (type is not None and number.type != type):
        refused = refused or f"Telephone Number '{operation.number}' is not found from tenant '{tenant.id}'"
    elif number.source == "onPremises":
        refused = (
            refused or f"Telephone Number '{number.text}' is managed in the on-premises Active Directory."
        )
    elif number.holder is None and tenant.answers["unassign_unassigned"] == "fails":
        refused = refused or f"Telephone Number '{number.text}' is not assigned."
    idle = number is not None and number.holder is None and tenant.answers["unassign_unassigned"] == "skipped"
    if refused or fate.skipped or idle or number is None:
        operation.status, operation.detail = ("failed", refused) if refused else ("skipped", None)
        operation.settled_at = at
        return
    operation.status = "succeeded"
    if fate.late:
        tenant.agenda.at(at + fate.late, lambda then: _give_up(tenant, operation, number, fate, then))
    else:
        _give_up(tenant, operation, number, fate, at)


def _give_up(tenant: Tenant, operation: Operation, number: Number, fate: Fate, at: float) -> None:
    take(tenant, number)
    _show(tenant, operation, number, fate, at)


def _show(tenant: Tenant, operation: Operation, number: Number, fate: Fate, at: float) -> None:
    def visible(then: float) -> None:
        operation.settled_at = then
        if tenant.numbers.get(number.text) is number:
            number.pending, number.state = 0, "activated"
            tenant.numbers.publish(number)

    if fate.hidden:
        tenant.agenda.at(at + fate.hidden, visible)
    else:
        visible(at)


def _pending(tenant: Tenant, number: Number, step: int, *, hidden: bool) -> None:
    number.pending = max(0, number.pending + step)
    if hidden or tenant.answers["pending_state"] == "hidden" or number.holder is not None:
        return
    number.state = "assignmentPending" if number.pending else "activated"
    tenant.numbers.publish(number)
