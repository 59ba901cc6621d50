"""Many numbers at once: every one is named with what becomes of it, and what is done is what was shown."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from numberline.access.roles import RANGE_MANAGER
from numberline.audit.models import Entry
from numberline.inventory.models import Number
from numberline.jobs.models import Task
from numberline.overrides.many import MOST
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.pages import text
from tests.portal.people import signed_in, somebody_with
from tests.runs.office import Office, opened
from tests.support.tasks import carry_out_waiting

SEEN = re.compile(r'name="seen" value="([^"]*)"')


@pytest.fixture
def office(database: str) -> Iterator[Office]:
    with opened() as made:
        yield made


@pytest.fixture
def tenant(database: str) -> Tenant:
    """Three numbers of London; Ann has the first."""
    tenant = make.tenant()
    home = make.range_(tenant)
    for number in (make.N1, make.N2, make.N3):
        make.number(tenant, number, home)
    make.person(tenant)
    make.holding(make.number_row(tenant, make.N1))
    return tenant


@pytest.fixture
def client(tenant: Tenant) -> Client:
    return signed_in(somebody_with(RANGE_MANAGER, tenant))


def post(client: Client, tenant: Tenant, **fields: Any) -> Any:
    return client.post(reverse("numbers_bulk", args=[tenant.name]), fields)


def shown(client: Client, tenant: Tenant, act: str, **chosen: Any) -> tuple[str, str]:
    """The page that shows what an act would do, and the marks that it carries."""
    page = post(client, tenant, act=act, **chosen)
    assert page.status_code == 200
    found = SEEN.search(text(page))
    assert found is not None
    return text(page), found[1]


def states(tenant: Tenant) -> list[str]:
    return list(Number.objects.of(tenant.pk).order_by("value").values_list("state", flat=True))


EVERY = {"number": [make.N1, make.N2, make.N3]}


def test_every_number_is_named_with_what_becomes_of_it_or_why_nothing_does(
    client: Client, tenant: Tenant
) -> None:
    page, _ = shown(client, tenant, "block", **EVERY)
    assert page.count("is blocked</td>") == 2
    assert "nothing: held by ann@contoso.example" in page
    assert ">Block 2 numbers now</button>" in page
    assert states(tenant) == ["assigned", "available", "available"]


def test_without_an_act_the_numbers_are_shown_and_the_acts_offered(client: Client, tenant: Tenant) -> None:
    page = text(post(client, tenant, **EVERY))
    assert "3 numbers" in page
    assert '<button name="act" value="release"' in page


@pytest.mark.parametrize(
    ("act", "after", "back"),
    [("reserve", "reserved", "unreserve"), ("block", "blocked", "unblock"), ("lock", "available", "unlock")],
)
def test_what_was_shown_is_done_and_can_be_ended(
    client: Client, tenant: Tenant, act: str, after: str, back: str
) -> None:
    for each, then in ((act, after), (back, "available")):
        _, seen = shown(client, tenant, each, **EVERY)
        answer = post(client, tenant, act=each, seen=seen, reason="new building", ticket="CHG-1")
        assert answer.status_code == 302
        assert states(tenant) == ["assigned", then, then]
    assert set(Entry.objects.of(tenant.pk).filter(verb=act).values_list("reason", "ticket")) == {
        ("new building", "CHG-1")
    }


def test_all_that_the_lists_filter_matches_are_taken(client: Client, tenant: Tenant) -> None:
    page, seen = shown(client, tenant, "reserve", all="1", filter="?state=available")
    assert "Reserve 2 numbers now" in page
    answer = post(
        client, tenant, act="reserve", seen=seen, reason="x", purpose="Lobby", filter="?state=available"
    )
    assert answer["Location"].endswith("/numbers/?state=available")
    assert make.number_row(tenant, make.N2).reserved_purpose == "Lobby"


def test_what_moved_since_it_was_shown_is_named_and_nothing_is_done(client: Client, tenant: Tenant) -> None:
    _, seen = shown(client, tenant, "block", **EVERY)
    Number.objects.of(tenant.pk).filter(text=make.N3).update(state="reserved")
    answer = post(client, tenant, act="block", seen=seen, reason="x")
    assert answer.status_code == 409
    assert f"so nothing was done: {make.N3}." in text(answer)
    assert states(tenant) == ["assigned", "available", "reserved"]


def test_without_a_reason_nothing_is_done(client: Client, tenant: Tenant) -> None:
    _, seen = shown(client, tenant, "block", **EVERY)
    assert post(client, tenant, act="block", seen=seen, reason="").status_code == 422
    assert "available" in states(tenant)


def test_more_than_can_be_looked_over_are_refused(client: Client, tenant: Tenant) -> None:
    for index in range(MOST):
        make.number(tenant, f"+4420794700{index:03}")
    answer = post(client, tenant, act="block", all="1", filter="")
    assert answer.status_code == 302
    assert f"That is more than {MOST} numbers" in text(client.get(answer["Location"]))


def test_a_preview_of_many_takes_few_queries(client: Client, tenant: Tenant) -> None:
    for index in range(60):
        make.person(tenant, f"p{index}")
        make.holding(make.number(tenant, f"+4420794700{index:03}"), f"p{index}")
    with CaptureQueriesContext(connection) as queries:
        page, _ = shown(client, tenant, "block", all="1", filter="")
    assert page.count("nothing: held by") == 61
    assert len(queries) <= 20


def test_releases_are_held_by_the_limit_that_holds_automation(client: Client, tenant: Tenant) -> None:
    tenant.limits = {**tenant.limits, "release": 1, "percent": 0}
    tenant.save()
    make.person(tenant, "ben")
    make.holding(make.number_row(tenant, make.N2), "ben")
    page, seen = shown(client, tenant, "release", **EVERY)
    assert "2 releases are more than the limit allows: 1 within 24 hours, of which 0 were made" in page
    assert "now</button>" not in page
    answer = post(client, tenant, act="release", seen=seen, reason="x")
    assert answer.status_code == 409
    assert not Task.objects.of(tenant.pk).exists()


def test_many_are_released_by_one_task(office: Office) -> None:
    tenant = office.tenant
    people = office.served(3)
    held = office.held()
    client = signed_in(somebody_with(RANGE_MANAGER, tenant))
    two = [held[people[0]], held[people[1]]]
    page, seen = shown(client, tenant, "release", number=two)
    assert "Release 2 numbers now" in page
    answer = post(client, tenant, act="release", seen=seen, reason="closing the site", ticket="CHG-2")
    (task,) = carry_out_waiting(tenant)
    assert answer["Location"] == reverse("task", args=[tenant.name, task.pk])
    assert (task.state, office.held()) == ("done", {people[2]: held[people[2]]})
    entries = Entry.objects.of(tenant.pk).filter(verb="release")
    assert set(entries.values_list("reason", "ticket")) == {("closing the site", "CHG-2")}


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "drop table", "number": make.N2},
        {"act": "block", "seen": "x" * 100_000, "reason": "x"},
        {"act": "block", "seen": f"{make.N2}:0123456789", "reason": "x"},
        {"act": "block", "number": ["\x00", "' OR 1=1 --", "<script>alert(1)</script>"]},
        {"all": "1", "filter": "?state=%00&q=%ff<script>alert(1)</script>", "act": "block"},
        {"all": "1", "filter": "x" * 100_000, "act": "reserve"},
        {},
    ],
)
def test_hostile_choices_do_nothing(client: Client, tenant: Tenant, fields: dict[str, Any]) -> None:
    answer = post(client, tenant, **fields)
    assert answer.status_code in (200, 302, 409)
    assert "<script>alert" not in text(answer)
    assert states(tenant) == ["assigned", "available", "available"]


def test_numbers_of_another_tenant_are_not_there(client: Client, tenant: Tenant) -> None:
    other = make.tenant("fabrikam")
    make.number(other, "+442079460777")
    page, seen = shown(client, tenant, "block", number=[make.N2, "+442079460777"])
    assert "0777" not in page
    forged = f"{seen} +442079460777:0123456789"
    assert post(client, tenant, act="block", seen=forged, reason="x").status_code == 409
    assert make.number_row(other, "+442079460777").state == "available"
