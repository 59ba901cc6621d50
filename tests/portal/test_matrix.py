"""Every writing route x every role x (own tenant, another): a request that is carried out for whoever may send it, and for
whoever may not is refused as the table says and changes nothing at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.messages import ERROR, get_messages
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve

from numberline.access.permissions import Open, Permission
from numberline.access.roles import OWNER, ROLES, Role
from numberline.access.routes import ROUTES
from numberline.simulator.process import SimulatorProcess
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.accepted import (
    SENT,
    Request,
    Sent,
    address_of,
    connecting,
    furnish,
    request,
    with_credential,
)
from tests.portal.accepted_own import ELSE, OWN, Own, Sender
from tests.portal.codes import sign_in
from tests.portal.hostile import WRITES
from tests.portal.people import PASSWORD, signed_in, somebody, somebody_with
from tests.portal.samples import prepare
from tests.support import programs, quick

WRITING = {name: route.writes for name, route in ROUTES.items() if isinstance(route.writes, Permission)}
OF_NO_TENANT = {
    name: route.writes
    for name, route in ROUTES.items()
    if isinstance(route.writes, Open) and name != "notified"  # Microsoft's: tests/notifications
}

NOT_THERE = (404, "", False)


@pytest.fixture
def simulator() -> Iterator[SimulatorProcess]:
    """A Microsoft that answers whoever tries a credential."""
    with quick.here(), programs.simulator(people=0) as running:
        yield running


def test_every_writing_route_has_a_request_that_is_carried_out() -> None:
    assert sorted({*SENT, "settings_credential"}) == sorted(WRITING)
    assert sorted({*OWN, "first_steps"}) == sorted(OF_NO_TENANT)


@pytest.mark.parametrize(
    "roles",
    [
        pytest.param((None, *ROLES), id="every role", marks=pytest.mark.sqlite),
        pytest.param((OWNER,), id="owner", marks=pytest.mark.postgresql),
    ],
)
def test_what_a_role_may_send_is_carried_out_and_what_it_may_not_changes_nothing(
    database: str, simulator: SimulatorProcess, roles: tuple[Role | None, ...]
) -> None:
    own = make.tenant("contoso")
    other = make.tenant("fabrikam", entra_id="99999999-9999-4999-8999-999999999999")
    for tenant in (own, other):
        prepare(tenant)
        furnish(tenant)
    somebody(ELSE)
    senders: dict[Role | None, Sender] = {}
    for role in roles:
        senders[role] = Sender(Client(), somebody_with(role, own))
        sign_in(senders[role].client, str(senders[role].who), PASSWORD)
    wrong = [*of_tenants(simulator, own, other, senders), *of_no_tenant(simulator, list(senders.values()))]
    assert not wrong, "\n".join(wrong)


def of_tenants(
    simulator: SimulatorProcess, own: Tenant, other: Tenant, senders: dict[Role | None, Sender]
) -> Iterator[str]:
    """What is wrong with the routes of tenants."""
    reader = signed_in(somebody("reader@example.org", owner=True))
    for name, need in WRITING.items():
        sent = with_credential(simulator) if name == "settings_credential" else SENT[name]
        own.refresh_from_db()
        with undone(reader):
            whole = request(name, sent, own, reader)
            for role, sender in senders.items():
                with undone(sender.client):
                    told = answered(sender.client, whole)
                due = expected(need, role, sent)
                if told != due:
                    yield f"{name} by {sender}: {told}, not {due}"
            other.refresh_from_db()
            elsewhere = replace(whole, address=address_of(name, sent, other))
            for role, sender in senders.items():
                # An owner has no role in either tenant: what holds of the one holds of the other.
                if role is not OWNER and (told := answered(sender.client, elsewhere)) != NOT_THERE:
                    yield f"{name} of another tenant by {sender}: {told}, not {NOT_THERE}"


def of_no_tenant(simulator: SimulatorProcess, signed_in: list[Sender]) -> Iterator[str]:
    """What is wrong with the routes of the door, of one's own account and of the installation."""
    connection_of_another = {**connecting(simulator), "reason": "a test"}
    first = Own(lambda _sender: connection_of_another, "tenant_steps")
    for name, own in {**OWN, "first_steps": first}.items():
        for sender in (Sender(Client(), None), *signed_in):
            with undone(sender.client):
                told = answered(sender.client, own.whole(name, sender))
            due = expected_of_none(OF_NO_TENANT[name], own, sender)
            if told != due:
                yield f"{name} by {sender}: {told}, not {due}"


def expected_of_none(need: Open, own: Own, sender: Sender) -> tuple[Any, ...]:
    """The same as `expected`, where there is no tenant."""
    if need is not Open.ANYONE and sender.user is None:
        return (302, "account_login", False)
    if need is Open.OWNER and not sender.who.owner:
        return (403, "", False)
    if own.inside and sender.user is not None:
        return (302, "home", False)
    return (302 if own.leads else 200, own.leads, own.writes)


def expected(need: Permission, role: Role | None, sent: Sent) -> tuple[Any, ...]:
    """The status, the route that it leads to, and whether anything was written."""
    if role is None:
        return NOT_THERE
    if need not in role.permissions:
        return (403, "", False)
    return (302, sent.leads, sent.writes) if sent.leads else (200, "", sent.writes)


def answered(client: Client, whole: Request) -> tuple[Any, ...]:
    """The same of an answer; an error that the next page would tell counts as one."""
    wrote = []

    def watch(execute: Any, statement: str, *more: Any) -> Any:
        if WRITES.match(statement):
            wrote.append(statement)
        return execute(statement, *more)

    with connection.execute_wrapper(watch):
        answer = client.post(whole.address, whole.body, **whole.kind)
    errors = [str(each) for each in get_messages(answer.wsgi_request) if each.level == ERROR]
    leads = resolve(answer["Location"].partition("?")[0]).view_name if answer.status_code == 302 else ""
    told: tuple[Any, ...] = (answer.status_code, leads, bool(wrote))
    return (*told, *errors) if errors else told


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """Whatever is done is taken back."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies
