"""The audit trail in the portal: searched, taken away, and shown entry by entry."""

import csv
import io
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from numberline.access.roles import RANGE_MANAGER, VIEWER
from numberline.accounts.models import User
from numberline.audit.export import exported
from numberline.audit.record import Cause, Fact, record
from numberline.portal.downloads import cell
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody, somebody_with

TAG = re.compile("<[^>]+>")
ANNA = "portal:anna@contoso.example"
HOSTILE = (
    "<script>alert(1)</script>",
    "'; DROP TABLE audit_entry; --",
    "x" * 5000,
    "=1+1",
    "99999999999999999999",
    "é\u202e",
)


@pytest.fixture
def tenant(database: str) -> Tenant:
    made = make.tenant("Contoso Ltd & Co")
    make.person(made, "ann", displayName="Ann Smith")
    assigned = {"state": "assigned", "holder": make.oid("ann")}
    facts = (
        Fact("assign", make.oid("ann"), make.N1, {"state": "available", "holder": None}, assigned),
        Fact("range_changed", before={"rule": "<b>"}, after={"rule": '=cmd|" /C calc"!A0'}),
    )
    record(made.pk, make.NOW, Cause("automation"), facts[0])
    record(made.pk, make.NOW + make.DAY, Cause(ANNA, "=HYPERLINK(1)", "CHG-7"), facts[1])
    return made


@pytest.fixture
def client(tenant: Tenant) -> Client:
    return signed_in(somebody_with(VIEWER, tenant))


def page(client: Client, tenant: Tenant, route: str = "activity", **query: str) -> str:
    answer = client.get(reverse(route, args=[tenant.name]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def verbs(html: str) -> list[str]:
    """What the entries that are listed say was done."""
    rows = html.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr")[1:]
    return [TAG.sub("", row.split("<td>")[1].partition("</td>")[0]) for row in rows]


def download(client: Client, tenant: Tenant, form: str, **query: str) -> str:
    answer: Any = client.get(reverse("activity_export", args=[tenant.name, form]), query)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_the_latest_entries_come_first_with_names_and_links(tenant: Tenant, client: Client) -> None:
    shown = page(client, tenant)
    assert verbs(shown) == ["range changed", "assigned"]
    assert "Ann Smith" in shown
    assert "+44 20 7946 0001" in shown
    assert '<span title="range_changed">' in shown, "the verb, by which one filters"
    assert f'<span title="{ANNA}">anna@contoso.example (portal)</span>' in shown
    assert reverse("person", args=[tenant.name, make.oid("ann")]).replace("&", "&amp;") in shown


def test_who_acted_is_called_by_name_where_they_are_of_the_team(tenant: Tenant, client: Client) -> None:
    User.objects.filter(pk=somebody_with(RANGE_MANAGER, tenant).pk).update(name="Anna Berger")
    somebody("eve@fabrikam.example", name="Eve Adams")
    for actor in (
        "portal:range_manager@example.org",
        "portal:eve@fabrikam.example",
        "cli:root",
        "automation",
    ):
        record(tenant.pk, make.NOW + 2 * make.DAY, Cause(actor), Fact("mode"))
    shown = page(client, tenant)
    assert '<span title="portal:range_manager@example.org">Anna Berger (portal)</span>' in shown
    assert ">eve@fabrikam.example (portal)</span>" in shown
    assert "Eve Adams" not in shown, "another tenant's team"
    assert ">root (command line)<" in shown
    assert ">automation<" in shown
    assert '<option value="cli:root">root (command line)</option>' in shown


FOUND: tuple[tuple[dict[str, str], list[str]], ...] = (
    ({"person": "Ann@contoso.example"}, ["assigned"]),
    ({"number": "+44 20 7946 0001"}, ["assigned"]),
    ({"actor": ANNA}, ["range changed"]),
    ({"verb": "assign"}, ["assigned"]),
    ({"since": "2026-11-24"}, ["range changed"]),
    ({"until": "2026-11-23"}, ["assigned"]),
    ({"since": "2026-11-23T09:00:01", "until": "2026-11-24T08:00Z"}, []),
    ({"person": "nobody@contoso.example"}, []),
    ({"number": "nonsense"}, []),
    ({"since": "yesterday"}, ["range changed", "assigned"]),
)


def test_entries_are_found_by_what_is_typed(tenant: Tenant, client: Client) -> None:
    assert [(query, verbs(page(client, tenant, **query))) for query, _ in FOUND] == list(FOUND)


def test_what_was_not_understood_is_said(tenant: Tenant, client: Client) -> None:
    assert "“nonsense” is no number" in page(client, tenant, number="nonsense")
    assert "“yesterday” is no time, so it was left out" in page(client, tenant, since="yesterday")
    assert "Nothing in the trail is like that." in page(client, tenant, verb="no_such_verb")


def test_hostile_filters_find_nothing_and_do_no_harm(tenant: Tenant, client: Client) -> None:
    for name in ("person", "number", "actor", "verb", "since", "until", "page"):
        for text in HOSTILE:
            shown = page(client, tenant, **{name: text})
            assert "<script>alert" not in shown
            assert len(shown.encode()) < 150_000
            download(client, tenant, "csv", **{name: text})


def test_the_trail_is_taken_away_as_the_command_exports_it(tenant: Tenant, client: Client) -> None:
    lines = [json.loads(line) for line in download(client, tenant, "jsonl").splitlines()]
    assert lines == [{"tenant": tenant.name, **entry} for entry in exported(tenant.pk)]
    assert [line["verb"] for line in lines] == ["assign", "range_changed"]
    found = download(client, tenant, "jsonl", actor=ANNA).splitlines()
    assert [json.loads(line)["seq"] for line in found] == [2]
    assert client.get(reverse("activity_export", args=[tenant.name, "exe"])).status_code == 404


def test_a_table_that_is_taken_away_holds_no_formula(tenant: Tenant, client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(download(client, tenant, "csv"))))
    assert [row["verb"] for row in rows] == ["assign", "range_changed"]
    assert rows[0]["number"] == make.N1
    assert rows[1]["reason"] == "'=HYPERLINK(1)"
    assert json.loads(rows[1]["after"]) == {"rule": '=cmd|" /C calc"!A0'}
    for text in ("=1", "+1-1", "-1", "@a", "\tx", "\rx", "+44=1", "+44;ext=1+1"):
        assert cell(text).startswith("'")
    assert [cell(each) for each in ("+44207", "+44207;ext=12", 5, None, "a=b")] == [
        "+44207",
        "+44207;ext=12",
        "5",
        "",
        "a=b",
    ]


def test_an_entry_names_the_people_of_its_facts_and_writes_numbers_as_one_reads_them(
    tenant: Tenant, client: Client
) -> None:
    record(
        tenant.pk,
        make.NOW + 2 * make.DAY,
        Cause("automation", "+442079460001 of Ann went to +442079460002;ext=7."),
        Fact("assign", make.oid("ann"), make.N1, {"holder": make.oid("nobody")}, {"holder": make.oid("ann")}),
    )
    page = client.get(reverse("entry", args=[tenant.name, 3])).content.decode()
    assert "<ins>Ann Smith</ins>" in page
    assert f"<del>{make.oid('nobody')}</del>" in page, "whom the directory does not know"
    assert "+44 20 7946 0001 of Ann went to +44 20 7946 0002 ext. 7." in page


def test_an_entry_shows_what_it_changed_and_its_neighbours(tenant: Tenant, client: Client) -> None:
    answer = client.get(reverse("entry", args=[tenant.name, 2]))
    shown = answer.content.decode()
    assert "<del>&lt;b&gt;</del>" in shown
    assert "<ins>=cmd|&quot; /C calc&quot;!A0</ins>" in shown
    assert "CHG-7" in shown
    assert "Entry before" in shown
    assert "Entry after" not in shown
    for seq in ("3", "0", "9" * 40):
        assert client.get(f"/t/{tenant.name}/activity/entries/{seq}/").status_code == 404


def test_nothing_of_another_tenants_trail_is_found(tenant: Tenant, client: Client) -> None:
    other = make.tenant("fabrikam")
    record(other.pk, make.NOW, Cause("cli:eve"), *(Fact(f"secret{n}", number=make.N2) for n in range(5)))
    shown = page(client, tenant) + page(client, tenant, number=make.N2)
    assert "secret" not in shown
    assert "eve (command line)" not in shown
    assert client.get(reverse("entry", args=[tenant.name, 5])).status_code == 404
    assert "secret" not in download(client, tenant, "jsonl")


def test_the_list_asks_few_questions_and_stays_small(tenant: Tenant, client: Client) -> None:
    facts = [Fact("found", make.oid("ann"), f"+4420794600{n:02}", reason="y" * 3000) for n in range(99)]
    record(tenant.pk, make.NOW, Cause("automation"), *facts)
    page(client, tenant)
    with CaptureQueriesContext(connection) as asked:
        shown = page(client, tenant)
    assert len(asked) <= 20
    assert len(shown.encode()) < 150_000
    assert len(verbs(shown)) == 50
