"""The page of a number."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from numberline.access.roles import SERVICE_DESK, VIEWER
from numberline.audit.record import Cause, Fact, record
from numberline.inventory.models import Number
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.pages import text
from tests.portal.people import signed_in, somebody_with

FREE = {"state": "available", "holder": None}


@pytest.fixture
def tenant(database: str) -> Tenant:
    tenant = make.tenant()
    make.number(tenant, make.N1, make.range_(tenant, provider="BT"))
    make.person(tenant)
    return tenant


@pytest.fixture
def client(tenant: Tenant) -> Client:
    return signed_in(somebody_with(VIEWER, tenant))


def page(client: Client, tenant: Tenant, **asked: str) -> str:
    answer = client.get(reverse("number", args=[tenant.name, make.N1]), asked)
    assert answer.status_code == 200
    return text(answer)


def test_the_holder_is_shown_and_leads_to_their_page(client: Client, tenant: Tenant) -> None:
    make.holding(make.number_row(tenant, make.N1))
    shown = page(client, tenant)
    address = reverse("person", args=[tenant.name, make.oid("ann")])
    assert f'<a href="{address}" title="ann@contoso.example">Ann</a> <span class="quiet">ann@con' in shown


def test_a_number_that_was_set_in_teams_says_so(client: Client, tenant: Tenant) -> None:
    make.holding(make.number_row(tenant, make.N1), source="found")
    assert "set in Teams" in page(client, tenant)


def test_who_held_it_on_a_date_is_answered_from_the_record(client: Client, tenant: Tenant) -> None:
    ann = {"state": "assigned", "holder": make.oid("ann")}
    record(tenant.pk, make.NOW, make.CAUSE, Fact("assign", make.oid("ann"), make.N1, FREE, ann))
    later = make.NOW + timedelta(days=2)
    record(tenant.pk, later, make.CAUSE, Fact("free", make.oid("ann"), make.N1, ann, FREE))
    on = {day: page(client, tenant, at=f"2026-11-{day}").partition('id="then"')[2][:250] for day in (24, 25)}
    assert "ann@contoso.example" in on[24]
    assert "nobody" in on[25]
    assert "Nothing is recorded of it up to 2026-11-20" in page(client, tenant, at="2026-11-20")


@pytest.mark.parametrize(
    "wrong", ["yesterday", "2026-02-31", "<script>", "9999-12-31T23:59:59-23:00", "x" * 9000]
)
def test_a_date_that_is_none_is_answered_with_how_to_write_one(
    client: Client, tenant: Tenant, wrong: str
) -> None:
    shown = page(client, tenant, at=wrong)
    assert "is not a date: write 2026-03-31" in shown
    assert "<script>" not in shown


def test_the_history_has_the_newest_first_with_whom_it_went_to(client: Client, tenant: Tenant) -> None:
    ann = {"state": "assigned", "holder": make.oid("ann")}
    record(tenant.pk, make.NOW, Cause("automation", "joined"), Fact("assign", "", make.N1, FREE, ann))
    record(tenant.pk, make.NOW, Cause("cli:anna", "review"), Fact("lock", "", make.N1))
    shown = page(client, tenant)
    assert shown.index("anna (command line)</span>: review") < shown.index("automation</span>: joined")
    assert '<span title="lock">locked against automation</span>' in shown
    assert shown.count("ann@contoso.example") == 1


def test_of_a_long_history_the_last_entries_are_shown_and_the_trail_has_all(
    client: Client, tenant: Tenant
) -> None:
    for index in range(60):
        record(tenant.pk, make.NOW, Cause("cli:anna", f"entry {index}."), Fact("lock", "", make.N1))
    shown = page(client, tenant)
    assert "entry 59." in shown
    assert "entry 9." not in shown
    whole = reverse("activity", args=[tenant.name], query={"number": make.N1})
    assert f'href="{whole}"' in shown
    assert "entry 59." in text(client.get(whole))


def test_what_may_be_done_depends_on_the_state(tenant: Tenant) -> None:
    client = signed_in(somebody_with(SERVICE_DESK, tenant))
    names = ("number_block", "number_unblock", "number_reserve", "number_unreserve")

    def offered() -> list[str]:
        shown = page(client, tenant)
        return [name for name in names if reverse(name, args=[tenant.name, make.N1]) in shown]

    assert offered() == ["number_block", "number_reserve"]
    Number.objects.of(tenant.pk).update(state="blocked", block_code="by_hand")
    assert offered() == ["number_unblock"]


def test_the_page_takes_few_queries(client: Client, tenant: Tenant) -> None:
    row = make.number_row(tenant, make.N1)
    make.holding(row)
    for name in ("ben", "cleo", "dan"):
        make.person(tenant, name)
        held = {"state": "assigned", "holder": make.oid(name)}
        record(tenant.pk, make.NOW, make.CAUSE, Fact("assign", make.oid(name), make.N1, FREE, held))
    with CaptureQueriesContext(connection) as queries:
        page(client, tenant, at="2026-12-01")
    assert len(queries) <= 20


@pytest.mark.parametrize("wrong", ["none", "%00", "%ff", "' OR 1=1 --", "+1" * 2000])
def test_a_text_that_is_no_number_here_is_not_found(client: Client, tenant: Tenant, wrong: str) -> None:
    assert client.get(f"/t/{tenant.name}/numbers/{wrong}/").status_code == 404


def test_a_number_of_another_tenant_is_not_found(client: Client, tenant: Tenant) -> None:
    make.number(make.tenant("fabrikam"), make.N2)
    assert client.get(reverse("number", args=[tenant.name, make.N2])).status_code == 404


def test_what_teams_listed_before_a_release_or_assignment_says_so(database: str) -> None:
    tenant = make.tenant()
    make.person(tenant)
    row = make.number(tenant, make.N1, make.range_(tenant), teams_at=make.NOW, teams_status="userAssigned")
    row.teams_target = make.oid("ann")
    row.save()
    client = signed_in(somebody_with(VIEWER, tenant))
    address = reverse("number", args=[tenant.name, make.N1])
    held = make.holding(row, since=make.NOW - make.DAY)
    assert "before the" not in text(client.get(address)), "listed after it was assigned"
    held.until = make.NOW + make.MINUTE
    held.save()
    assert ", before the release: it is read again with the next listing." in text(client.get(address))
    held.until, held.since = None, make.NOW + make.MINUTE
    held.save()
    assert ", before the assignment: it is read" in text(client.get(address))
    row.teams_at = make.NOW + make.HOUR
    row.save()
    assert "before the assignment" not in text(client.get(address))
