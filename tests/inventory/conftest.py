"""A tenant with ranges, and rows as Teams' listing would make them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from numberline.audit.record import Cause
from numberline.inventory.config_apply import apply
from numberline.inventory.config_changes import ConfigChanges
from numberline.inventory.models import Number
from numberline.tenants.models import Tenant

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CAUSE = Cause("cli:anna", "trial")


@pytest.fixture
def tenant(database: str) -> Tenant:
    """A tenant without ranges."""
    return Tenant.objects.create(
        name="contoso",
        entra_id="11111111-1111-1111-1111-111111111111",
        client_id="22222222-2222-2222-2222-222222222222",
        credential=b"sealed",
        graph_url="https://graph.microsoft.com",
        login_url="https://login.microsoftonline.com",
        created_at=NOW,
    )


@pytest.fixture
def other_tenant(tenant: Tenant) -> Tenant:
    """A second tenant on the same database."""
    return Tenant.objects.create(
        name="fabrikam",
        entra_id="33333333-3333-3333-3333-333333333333",
        client_id="22222222-2222-2222-2222-222222222222",
        credential=b"sealed",
        graph_url="https://graph.microsoft.com",
        login_url="https://login.microsoftonline.com",
        created_at=NOW,
    )


Apply = Callable[..., ConfigChanges]


@pytest.fixture
def applied(tenant: Tenant) -> Apply:
    """Apply the text of the ranges (or of the whole file, if it names a tenant) as the tenant's configuration."""

    def run(text: str, at: datetime = NOW) -> ConfigChanges:
        whole = text if "tenant:" in text else f"tenant: contoso\n{text}"
        return apply(whole, cause=CAUSE, at=at)

    return run


def listed(tenant: Tenant, text: str, type_: str = "calling_plan", **fields: Any) -> Number:
    """A number as a listing of Teams makes its row."""
    e164, _, extension = text.partition(";ext=")
    fields = {
        "country": "GB",
        "area_code": "1632",
        "state": "available",
        "teams_free": True,
        "teams_type": type_,
        "teams_at": NOW,
        "since": NOW,
        "free_since": NOW,
        **fields,
    }
    return Number.objects.of(tenant.pk).create(
        text=text, value=int(e164[1:]), extension=extension, type=type_, **fields
    )


def states(tenant: Tenant) -> dict[str, tuple[str, str | None]]:
    """Every number with its state and the name of its range."""
    rows = Number.objects.of(tenant.pk).order_by("value", "extension")
    return {text: (state, name) for text, state, name in rows.values_list("text", "state", "range__name")}


def force(tenant: Tenant, text: str, *states_on_the_way: str, **fields: Any) -> None:
    """Bring a number into a state along legal moves, as other verbs would."""
    rows = Number.objects.of(tenant.pk).filter(text=text)
    for state in states_on_the_way:
        assert rows.update(state=state) == 1
    if fields:
        assert rows.update(**fields) == 1


def written(run: Callable[[], Any]) -> list[str]:
    """The writing statements that `run` sends to the database."""
    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().split(" ", 1)[0].upper() in ("INSERT", "UPDATE", "DELETE", "COPY"):
            sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        run()
    return sent
